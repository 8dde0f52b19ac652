//! The binary `chandlery`: its command line, its logs, and how it says that it failed.
//!
//! Invariant: it exits 0 when what was asked is done, 1 with one error when it is not, and 2 for a command line that
//! makes no sense. What subcommands do is in the library.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr as _;

use chandlery_server::config::{LogFormat, PlaceFlags, ServeFlags};
use chandlery_server::faults::{self, ClockCommand, FaultCommand};
use chandlery_server::organization::{self, Detail};
use chandlery_server::status::{self, Output};
use chandlery_server::{Failure, account, backup, demo, restore, serve};
use clap::{Parser, Subcommand};
use domain::AccountId;
use miette::{IntoDiagnostic as _, Report};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Requests allocate and free much that is small and on many threads, which this does in half of glibc's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An open, self-hosted AWS Service Catalog.
///
/// Log lines go to standard error; CHANDLERY_LOG chooses them, for example `warn` or `info,chandlery_engine=debug`.
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGINT or SIGTERM
    Serve(ServeFlags),
    /// Accounts outside any organization
    #[command(subcommand)]
    Account(AccountCommand),
    /// Organizations as a whole
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Write the whole store to one file, while the server works
    ///
    /// For a store in the data folder; PostgreSQL has tools of its own. FILE is replaced when the backup is whole. It
    /// holds secret keys, and only its owner may read it.
    Backup {
        /// The file; `-` for standard output
        file: PathBuf,
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Put a backup in the place of the store, while the server works
    ///
    /// The backup is checked first. Requests wait for the moment in which the server changes over, and everything after
    /// the backup is gone from the store; the store of before stays in the data folder, until the next restore. For a
    /// store in the data folder; PostgreSQL has tools of its own.
    Restore {
        /// The file; `-` for standard input
        file: PathBuf,
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Make things go wrong on a running server, on purpose
    ///
    /// The server must have been started with --faults. docs/faults.md describes the rules, and the same over HTTP.
    #[command(subcommand)]
    Fault(FaultCommand),
    /// Stop and move the clock of a running server, which must have been started with --faults
    #[command(subcommand)]
    Clock(ClockCommand),
    /// Tell how a server and its store are
    ///
    /// It asks the server that has the data folder. Where none has, it opens the store for a moment, as a server does, and
    /// reads it. Nothing that the store holds is changed, and no store is made: where there is none, the exit status is 1.
    Status {
        /// Whom it is for
        #[arg(long, default_value = "text")]
        output: Output,
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Show what sharing looks like, on a server of its own that is gone afterwards
    Demo(demo::DemoFlags),
}

#[derive(Subcommand)]
enum AccountCommand {
    /// Make an account outside any organization, and print its id
    ///
    /// The key of its user `admin` is written to the file `credentials` of the data folder, as the profile named by the
    /// id. It works beside the server that has the same --data-dir or --database-url, and without one; where there is
    /// no store yet, it makes one and says so on standard error.
    Create {
        /// Its id, 12 digits; a random one if left out
        #[arg(long, value_parser = |text: &str| AccountId::parse(text))]
        id: Option<AccountId>,
        #[command(flatten)]
        place: PlaceFlags,
    },
}

#[derive(Subcommand)]
enum OrganizationCommand {
    /// Load an organization from a file: all of it or nothing
    ///
    /// The file is a tree of units and accounts in JSON; docs/organization-file.md describes it. It is added to the
    /// organization that its management account has, which is made if there is none. It works beside the server that
    /// has the same --data-dir or --database-url, and without one.
    Import {
        /// The file; `-` for standard input
        file: PathBuf,
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Print every organization of this server as a tree, with the shares on it
    Show {
        /// How much of it
        #[arg(long, default_value = "accounts")]
        detail: Detail,
        #[command(flatten)]
        place: PlaceFlags,
    },
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    // Whatever is created holds keys, or leads to them.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let done = tokio::runtime::Runtime::new()
        .into_diagnostic()
        .and_then(|runtime| {
            let done = runtime.block_on(run(line.command)).into_diagnostic();
            // Not waiting for a thread that reads standard input, which may never end.
            runtime.shutdown_background();
            done
        });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            tell(&report);
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(flags) => {
            let settings = flags.settings()?;
            begin_logs(settings.log_format(), "info,tokio_postgres=warn")?;
            serve::serve(settings.options()?).await
        }
        Command::Account(AccountCommand::Create { id, place }) => {
            begin_logs(LogFormat::Text, "warn")?;
            let place = place.settings()?.place();
            let created = account::create(&place, id).await?;
            // Scripts read the id alone.
            tell_of_new_store(created.new_store.as_deref());
            eprintln!(
                "key written to {}, profile {}",
                created.credentials.display(),
                created.id
            );
            serve::print(&format!("{}\n", created.id));
            Ok(())
        }
        Command::Organization(OrganizationCommand::Import { file, place }) => {
            begin_logs(LogFormat::Text, "warn")?;
            let settings = place.settings()?;
            let loaded = organization::import(&settings.place(), settings.engine_options(), &file).await?;
            tell_of_new_store(loaded.new_store.as_deref());
            eprintln!(
                "loaded {} accounts and {} units, managed by {}",
                loaded.accounts, loaded.units, loaded.management
            );
            serve::print(&format!("{}\n", loaded.organization));
            Ok(())
        }
        Command::Organization(OrganizationCommand::Show { detail, place }) => {
            begin_logs(LogFormat::Text, "warn")?;
            let new_store = organization::show(&place.settings()?.place(), detail).await?;
            tell_of_new_store(new_store.as_deref());
            Ok(())
        }
        Command::Backup { file, place } => {
            begin_logs(LogFormat::Text, "warn")?;
            let made = backup::back_up(&place.settings()?.place(), &file).await?;
            eprintln!(
                "backed up to {}, {} bytes; it holds secret keys",
                made.to, made.bytes
            );
            Ok(())
        }
        Command::Restore { file, place } => {
            begin_logs(LogFormat::Text, "warn")?;
            let restored = restore::restore(&place.settings()?.place(), &file).await?;
            eprintln!("restored from {}", restored.from);
            if let Some(before) = restored.before {
                eprintln!("the store of before is in {}", before.display());
            }
            Ok(())
        }
        Command::Fault(command) => {
            begin_logs(LogFormat::Text, "warn")?;
            serve::print(&faults::fault(command).await?);
            Ok(())
        }
        Command::Clock(command) => {
            begin_logs(LogFormat::Text, "warn")?;
            serve::print(&faults::clock(command).await?);
            Ok(())
        }
        Command::Status { output, place } => {
            begin_logs(LogFormat::Text, "warn")?;
            serve::print(&status::status(&place.settings()?.place(), output).await?);
            Ok(())
        }
        Command::Demo(flags) => {
            begin_logs(LogFormat::Text, "warn")?;
            demo::run(flags).await
        }
    }
}

/// Nobody means to fill a second store.
fn tell_of_new_store(place: Option<&str>) {
    if let Some(place) = place {
        eprintln!("made a new store in {place}");
    }
}

fn begin_logs(format: LogFormat, default: &str) -> Result<(), Failure> {
    let filter = log_filter(std::env::var_os("CHANDLERY_LOG"), default)?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => logs.init(),
        LogFormat::Json => logs.json().flatten_event(true).init(),
    }
    Ok(())
}

/// What `given` chooses, or what `default` does where nothing is given. A misspelt level is refused: it would be taken
/// for the name of a part of the program, and would silence all others.
fn log_filter(given: Option<OsString>, default: &str) -> Result<EnvFilter, Failure> {
    let given = given.filter(|it| !it.is_empty());
    let given = given.map_or_else(|| Ok(default.to_owned()), OsString::into_string);
    let refused = |text: &str, why: &str| {
        Failure::Refused(format!(
            "CHANDLERY_LOG: '{text}' chooses no log lines: {why}; levels are error, warn, info, debug, trace and off, \
             as in `info,chandlery_engine=debug`"
        ))
    };
    let text = given.map_err(|it| refused(&it.to_string_lossy(), "it is not UTF-8"))?;
    let parts = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    for part in parts {
        if !part.contains(['=', '[']) && LevelFilter::from_str(part).is_err() {
            return Err(refused(&text, &format!("'{part}' is not a level")));
        }
    }
    EnvFilter::try_new(&text).map_err(|it| refused(&text, &it.to_string()))
}

/// Says why it failed: drawn for people, one line for everything else.
fn tell(report: &Report) {
    if std::io::stderr().is_terminal() {
        eprintln!("{report:?}");
        return;
    }
    let chain: Vec<String> = report.chain().map(ToString::to_string).collect();
    eprintln!("error: {}", chain.join(": ").replace('\n', " "));
}
