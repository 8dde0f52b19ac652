//! Configuration: flags win over the environment (`CHANDLERY_…`), which wins over one TOML file, which wins over the
//! defaults.
//!
//! A setting has one name: `--data-dir`, `CHANDLERY_DATA_DIR`, `data-dir = "…"`. Quotas, delays and retention are in
//! the file's table `[limits]` alone. Invariant: a name that means nothing is an error, in every layer but the
//! environment. Deliberately absent: what the settings do.

mod message;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use engine::{Auth, EngineOptions};
use figment::Figment;
use figment::providers::{Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::limits::LimitsTable;
use crate::{Failure, Options, Permissions, TlsFiles};

/// How many requests a server works on at once. Ours: what is beyond this would only wait.
pub const REQUESTS_IN_FLIGHT_MAX: NonZeroU32 = NonZeroU32::new(1024).expect("it is not zero");

/// Where the state is.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder of credentials, lock, control socket and, without a URL, the store.
    pub data_dir: PathBuf,
    /// The PostgreSQL database that the state is in instead.
    pub database_url: Option<String>,
}

/// The flags that say where the state is: the same for every subcommand that touches it.
#[derive(Clone, Debug, Default, Serialize, clap::Args)]
#[serde(rename_all = "kebab-case")]
pub struct PlaceFlags {
    /// Folder for the state, created when missing [default: ./chandlery-data]
    #[arg(long, env = "CHANDLERY_DATA_DIR", value_name = "FOLDER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<PathBuf>,
    /// PostgreSQL database for the state, instead of the folder
    #[arg(
        long,
        env = "CHANDLERY_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<String>,
    /// TOML file with settings, named as the flags are
    #[arg(long, env = "CHANDLERY_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    config: Option<PathBuf>,
}

/// The flags of `chandlery serve`.
#[derive(Clone, Debug, Default, Serialize, clap::Args)]
#[serde(rename_all = "kebab-case")]
pub struct ServeFlags {
    #[command(flatten)]
    #[serde(flatten)]
    place: PlaceFlags,
    /// Address to listen on; port 0 picks a free one [default: 127.0.0.1:8242]
    #[arg(long, env = "CHANDLERY_LISTEN", value_name = "ADDRESS:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,
    /// Whether signatures are checked [default: enforced]
    #[arg(long, env = "CHANDLERY_AUTH")]
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<AuthMode>,
    /// PEM file with the certificate for TLS
    #[arg(long, env = "CHANDLERY_TLS_CERT", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_cert: Option<PathBuf>,
    /// PEM file with the certificate's private key
    #[arg(long, env = "CHANDLERY_TLS_KEY", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_key: Option<PathBuf>,
    /// Listen beyond loopback without TLS
    #[arg(long, env = "CHANDLERY_ALLOW_REMOTE_PLAIN_HTTP", value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_remote_plain_http: Option<bool>,
    /// Listen beyond loopback with --auth open; takes --anyone-may-do-anything as well
    #[arg(long, env = "CHANDLERY_ALLOW_REMOTE_OPEN_AUTH", value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_remote_open_auth: Option<bool>,
    /// The second half of --allow-remote-open-auth
    #[arg(long, env = "CHANDLERY_ANYONE_MAY_DO_ANYTHING", value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    anyone_may_do_anything: Option<bool>,
    /// Let faults be provoked and the clock be set, with `chandlery fault`, `chandlery clock` and over HTTP; for tests
    #[arg(long, env = "CHANDLERY_FAULTS", value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    faults: Option<bool>,
    /// Listen beyond loopback with --faults: whoever reaches the port may provoke them
    #[arg(long, env = "CHANDLERY_ALLOW_REMOTE_FAULTS", value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_remote_faults: Option<bool>,
    /// Requests that are worked on at once; one more is turned away [default: 1024]
    #[arg(long, env = "CHANDLERY_REQUESTS_IN_FLIGHT_MAX", value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_in_flight_max: Option<NonZeroU32>,
    /// How log lines look on standard error [default: text]
    #[arg(long, env = "CHANDLERY_LOG_FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log_format: Option<LogFormat>,
}

/// Who is believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum AuthMode {
    /// Whoever signs with a key of this server
    #[default]
    Enforced,
    /// Anybody, for tests: a 12-digit access key id names the account, a key of this server stands for its owner, and
    /// any other key is the management account's
    Open,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// Every setting, from all layers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting with a name")]
pub struct Settings {
    data_dir: PathBuf,
    database_url: Option<String>,
    listen: SocketAddr,
    auth: AuthMode,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    allow_remote_plain_http: bool,
    allow_remote_open_auth: bool,
    anyone_may_do_anything: bool,
    faults: bool,
    allow_remote_faults: bool,
    requests_in_flight_max: NonZeroU32,
    log_format: LogFormat,
    limits: LimitsTable,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data_dir: "./chandlery-data".into(),
            database_url: None,
            listen: ([127, 0, 0, 1], 8242).into(),
            auth: AuthMode::default(),
            tls_cert: None,
            tls_key: None,
            allow_remote_plain_http: false,
            allow_remote_open_auth: false,
            anyone_may_do_anything: false,
            faults: false,
            allow_remote_faults: false,
            requests_in_flight_max: REQUESTS_IN_FLIGHT_MAX,
            log_format: LogFormat::default(),
            limits: LimitsTable::default(),
        }
    }
}

impl PlaceFlags {
    /// The settings of a subcommand with these flags. The file may hold settings of the server too.
    pub fn settings(&self) -> Result<Settings, Failure> {
        layered(self.config.as_ref(), self)
    }
}

impl ServeFlags {
    /// The settings of a server with these flags.
    pub fn settings(&self) -> Result<Settings, Failure> {
        layered(self.place.config.as_ref(), self)
    }
}

impl Settings {
    /// Where the state is.
    pub fn place(&self) -> Place {
        Place {
            data_dir: self.data_dir.clone(),
            database_url: self.database_url.clone(),
        }
    }

    /// How an engine with these quotas and delays works.
    pub fn engine_options(&self) -> EngineOptions {
        EngineOptions {
            limits: self.limits.limits(),
            ..EngineOptions::default()
        }
    }

    /// How log lines look.
    pub fn log_format(&self) -> LogFormat {
        self.log_format
    }

    /// How a server with these settings runs.
    pub fn options(&self) -> Result<Options, Failure> {
        let tls = match (&self.tls_cert, &self.tls_key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some(TlsFiles {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            _ => {
                return Err(Failure::Refused(
                    "TLS takes both --tls-cert and --tls-key".to_owned(),
                ));
            }
        };
        let auth = match self.auth {
            AuthMode::Enforced => Auth::Enforced,
            AuthMode::Open => Auth::Open,
        };
        Ok(Options {
            listen: self.listen,
            place: self.place(),
            tls,
            permissions: Permissions {
                remote_plain_http: self.allow_remote_plain_http,
                remote_open_auth: self.allow_remote_open_auth,
                anyone_may_do_anything: self.anyone_may_do_anything,
                remote_faults: self.allow_remote_faults,
            },
            requests_in_flight_max: self.requests_in_flight_max,
            engine: EngineOptions {
                auth,
                faults: self.faults.then(Arc::default),
                ..self.engine_options()
            },
        })
    }
}

/// clap has put the environment below the flags already; the file and the defaults come below both.
fn layered(file: Option<&PathBuf>, flags: &impl Serialize) -> Result<Settings, Failure> {
    let mut layers = Figment::from(Serialized::defaults(Settings::default()));
    if let Some(file) = file {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::Config(message::unreadable(file, &error)))?;
        layers = layers.merge(Toml::string(&text));
    }
    let settings = layers.merge(Serialized::defaults(flags)).extract();
    settings.map_err(|error| Failure::Config(message::of(&error, file.map(PathBuf::as_path))))
}

#[cfg(test)]
mod tests;
