//! Getting a connection: every host of the URL at once, within one time limit, to a server that takes writes.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config, Connection, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{PostgresOptions, tls};
use crate::OpenError;

/// PostgreSQL's own port.
const PORT: u16 = 5432;

/// Where the server is and how to talk to it.
pub(super) struct Server {
    /// One per host of the URL.
    hosts: Vec<Config>,
    tls: Option<MakeRustlsConnect>,
    pub(super) options: PostgresOptions,
}

impl Server {
    pub(super) fn of(url: &str, options: &PostgresOptions) -> Result<Self, OpenError> {
        // Here `require` verifies as well, so the stricter words mean the same.
        let url = url.replace("sslmode=verify-full", "sslmode=require");
        let url = url.replace("sslmode=verify-ca", "sslmode=require");
        let config: Config = url.parse().map_err(invalid_url)?;
        let tls = match config.get_ssl_mode() {
            SslMode::Require => Some(tls::connector(options.root_certificates.as_deref())?),
            _ => None,
        };
        Ok(Self {
            hosts: one_per_host(&config, tls.is_some())?,
            tls,
            options: options.clone(),
        })
    }

    /// Where it is, for people: hosts and database, without user and password.
    pub(super) fn place(&self) -> String {
        let hosts: Vec<String> = self.hosts.iter().map(place_of_host).collect();
        let database = self
            .hosts
            .first()
            .and_then(|it| it.get_dbname().or(it.get_user()));
        format!("{}/{}", hosts.join(","), database.unwrap_or_default())
    }

    /// Connects to whichever host answers first and takes writes. The connection's own work is spawned on the runtime
    /// this runs in, and ends with it.
    pub(super) async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        let mut attempts = JoinSet::new();
        for host in &self.hosts {
            attempts.spawn(connect_to(host.clone(), self.tls.clone()));
        }
        let mut last_failure = None;
        while let Some(attempt) = attempts.join_next().await {
            match attempt.expect("an attempt to connect neither panics nor is cancelled") {
                Ok(client) => return Ok(client),
                Err(error) => last_failure = Some(error),
            }
        }
        Err(last_failure.expect("a URL has at least one host"))
    }
}

fn place_of_host(config: &Config) -> String {
    let port = config.get_ports().first().copied().unwrap_or(PORT);
    match (config.get_hosts().first(), config.get_hostaddrs().first()) {
        (Some(Host::Tcp(name)), _) => format!("{name}:{port}"),
        (Some(Host::Unix(folder)), _) => format!("{}:{port}", folder.display()),
        (None, Some(address)) => format!("{address}:{port}"),
        (None, None) => String::new(),
    }
}

async fn connect_to(host: Config, tls: Option<MakeRustlsConnect>) -> Result<Client, tokio_postgres::Error> {
    if let Some(tls) = tls {
        let (client, connection) = host.connect(tls).await?;
        drive(connection);
        Ok(client)
    } else {
        let (client, connection) = host.connect(NoTls).await?;
        drive(connection);
        Ok(client)
    }
}

/// Keeps `connection` going whenever the runtime runs. Its end is noticed by the next statement.
fn drive<S>(connection: Connection<Socket, S>)
where
    S: tokio_postgres::tls::TlsStream + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to the database ended");
        }
    });
}

/// The parts of `config` once per host, so that hosts can be tried at the same time and not one after the other.
fn one_per_host(config: &Config, with_tls: bool) -> Result<Vec<Config>, OpenError> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let count = hosts.len().max(addresses.len());
    if count == 0 {
        return Err(invalid_url(std::io::Error::other("it names no host")));
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(invalid_url(std::io::Error::other(
            "it names more ports than hosts, or fewer",
        )));
    }
    let mut configs = Vec::with_capacity(count);
    for index in 0..count {
        let mut one = without_hosts(config);
        match hosts.get(index) {
            Some(Host::Tcp(name)) => one.host(name),
            Some(Host::Unix(folder)) => one.host_path(folder),
            None => &mut one,
        };
        if let Some(address) = addresses.get(index) {
            one.hostaddr(*address);
        }
        if let Some(port) = ports.get(index).or(ports.first()) {
            one.port(*port);
        }
        one.ssl_mode(if with_tls {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        configs.push(one);
    }
    Ok(configs)
}

fn without_hosts(config: &Config) -> Config {
    let mut one = Config::new();
    if let Some(user) = config.get_user() {
        one.user(user);
    }
    if let Some(password) = config.get_password() {
        one.password(password);
    }
    if let Some(name) = config.get_dbname() {
        one.dbname(name);
    }
    if let Some(options) = config.get_options() {
        one.options(options);
    }
    one.application_name(config.get_application_name().unwrap_or("chandlery"))
        .channel_binding(config.get_channel_binding())
        .ssl_negotiation(config.get_ssl_negotiation())
        // A standby would answer queries and refuse every command.
        .target_session_attrs(TargetSessionAttrs::ReadWrite)
        .keepalives_idle(Duration::from_secs(30));
    one
}

fn invalid_url(error: impl std::error::Error + Send + Sync + 'static) -> OpenError {
    OpenError::Url {
        source: Arc::new(error),
    }
}
