//! `chandlery fault`, and how a command asks the server that has the data folder.
//!
//! Rules live in a server, so there is nothing to do without one.

use clap::{Args, Subcommand, ValueEnum};
use domain::{AccountId, PortfolioId, UnitId};
use engine::{FaultEffect, FaultRule};

use super::seconds::Seconds;
use super::{Reply, Request, table};
use crate::Failure;
use crate::config::{Place, PlaceFlags};
use crate::control::{self, connect, conversation};
use crate::folder::Folder;

/// What can be done with fault rules.
#[derive(Debug, Subcommand)]
pub enum FaultCommand {
    /// Add a rule, and print its id
    #[command(subcommand)]
    Add(Box<AddCommand>),
    /// Print every rule, and what it has done
    List {
        /// How
        #[arg(long, default_value = "table")]
        output: Output,
        /// Which server
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Take rules away, and let go of what they hold
    Clear {
        /// Their ids; every rule if left out
        ids: Vec<String>,
        /// Which server
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Let go of the share operations that rules hold, and print their tokens; the rules stay
    Release {
        /// The rules' ids; every rule if left out
        ids: Vec<String>,
        /// Which server
        #[command(flatten)]
        place: PlaceFlags,
    },
}

/// What a rule can do.
#[derive(Debug, Subcommand)]
pub enum AddCommand {
    /// Refuse requests with ThrottlingException
    Throttle {
        /// Only what goes beyond so many requests a second, for each account by itself
        #[arg(long, value_name = "RATE", value_parser = finite)]
        per_second: Option<f64>,
        #[command(flatten)]
        rule: RuleFlags,
    },
    /// Answer requests with an error
    Respond {
        /// The HTTP status, 400 to 599
        #[arg(long)]
        status: u16,
        /// The name of the error [default: ServiceUnavailable for 503, else InternalFailure]
        #[arg(long)]
        error: Option<String>,
        /// The message
        #[arg(long)]
        message: Option<String>,
        /// Carry the request out first; the client cannot tell
        #[arg(long)]
        after_commit: bool,
        #[command(flatten)]
        rule: RuleFlags,
    },
    /// Cut the connection without an answer
    Cut {
        /// Carry the request out first; the client cannot tell
        #[arg(long)]
        after_commit: bool,
        #[command(flatten)]
        rule: RuleFlags,
    },
    /// Let requests wait before they are carried out
    Delay {
        /// How long: `0.2`, `200ms`
        length: Seconds,
        #[command(flatten)]
        rule: RuleFlags,
    },
    /// Let share operations take their time, by the server's clock
    DelayShare {
        /// How long they are NOT_STARTED
        #[arg(long, value_name = "LENGTH", required_unless_present = "per_account")]
        before: Option<Seconds>,
        /// How long they take for each account
        #[arg(long, value_name = "LENGTH")]
        per_account: Option<Seconds>,
        #[command(flatten)]
        rule: RuleFlags,
    },
    /// Let share operations fail for some accounts
    ///
    /// For those that --fail-account and --fail-unit name, all if neither is there, and of them for about --percent, and of
    /// those for the first --count.
    FailAccounts {
        /// An account; repeat it for more
        #[arg(long, value_name = "ID", value_parser = |text: &str| AccountId::parse(text))]
        fail_account: Vec<AccountId>,
        /// The accounts below a unit; repeat it for more
        #[arg(long, value_name = "ID", value_parser = |text: &str| UnitId::parse(text))]
        fail_unit: Vec<UnitId>,
        /// How many of them: each account is in or out by its id and the seed
        #[arg(long, value_parser = finite, required_unless_present_any = ["fail_account", "fail_unit", "count"])]
        percent: Option<f64>,
        /// Another seed chooses others
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Exactly so many of those, the first by id
        #[arg(long)]
        count: Option<u64>,
        /// The name of the error [default: InvalidStateException]
        #[arg(long)]
        error: Option<String>,
        /// The message
        #[arg(long)]
        message: Option<String>,
        #[command(flatten)]
        rule: RuleFlags,
    },
    /// Leave share operations IN_PROGRESS until `chandlery fault release`
    HoldShare {
        /// How many accounts are visited before
        #[arg(long, value_name = "COUNT", default_value_t = 0)]
        after_accounts: u64,
        #[command(flatten)]
        rule: RuleFlags,
    },
    /// End share operations with ERROR, before any account is visited
    FailShare {
        #[command(flatten)]
        rule: RuleFlags,
    },
}

/// Whom a rule is about, how often and how long.
#[derive(Debug, Args)]
pub struct RuleFlags {
    /// Only requests and share operations of this account; repeat it for more
    #[arg(long, value_name = "ID", value_parser = |text: &str| AccountId::parse(text))]
    account: Vec<AccountId>,
    /// Only this operation, as AWS names it; repeat it for more
    #[arg(long, value_name = "NAME")]
    operation: Vec<String>,
    /// Only this portfolio; repeat it for more
    #[arg(long, value_name = "ID", value_parser = |text: &str| PortfolioId::parse(text))]
    portfolio: Vec<PortfolioId>,
    /// Let so many requests or share operations pass first
    #[arg(long, value_name = "COUNT")]
    skip: Option<u64>,
    /// Only each Nth of those after them
    #[arg(long, value_name = "N")]
    every: Option<u64>,
    /// Only so many requests or share operations
    #[arg(long, value_name = "COUNT")]
    times: Option<u64>,
    /// Only for so long from now on: `30`, `1m 30s`
    #[arg(long = "for", value_name = "LENGTH")]
    lasts: Option<Seconds>,
    /// Which server
    #[command(flatten)]
    place: PlaceFlags,
}

/// How something is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Table,
    /// As the server has it
    Json,
}

/// JSON has no words for other numbers.
fn finite(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if f64::is_finite(number) => Ok(number),
        _ => Err(format!("'{text}' is not a number")),
    }
}

/// Does what `command` says. Returns what is to be printed.
pub async fn fault(command: FaultCommand) -> Result<String, Failure> {
    match command {
        FaultCommand::Add(add) => {
            let (effect, flags) = add.parts();
            let rule = FaultRule {
                effect,
                accounts: texts(flags.account),
                operations: flags.operation,
                portfolios: texts(flags.portfolio),
                skip: flags.skip,
                every: flags.every,
                times: flags.times,
                for_seconds: flags.lasts.map(|it| it.0),
            };
            match ask(&flags.place, Request::Add(Box::new(rule))).await? {
                Reply::Rule(rule) => Ok(format!("{}\n", rule.id)),
                other => Err(unexpected(other)),
            }
        }
        FaultCommand::List { output, place } => match ask(&place, Request::List {}).await? {
            Reply::Rules(rules) => Ok(match output {
                Output::Table => table::of_rules(&rules),
                Output::Json => json(&rules),
            }),
            other => Err(unexpected(other)),
        },
        FaultCommand::Clear { ids, place } => match ask(&place, Request::Clear { ids }).await? {
            Reply::Rules(rules) => Ok(lines(rules.into_iter().map(|it| it.id))),
            other => Err(unexpected(other)),
        },
        FaultCommand::Release { ids, place } => match ask(&place, Request::Release { ids }).await? {
            Reply::Released(tokens) => Ok(lines(tokens)),
            other => Err(unexpected(other)),
        },
    }
}

impl AddCommand {
    fn parts(self) -> (FaultEffect, RuleFlags) {
        match self {
            Self::Throttle { per_second, rule } => (FaultEffect::Throttle { per_second }, rule),
            Self::Respond {
                status,
                error,
                message,
                after_commit,
                rule,
            } => {
                let effect = FaultEffect::Respond {
                    status,
                    error,
                    message,
                    after_commit,
                };
                (effect, rule)
            }
            Self::Cut { after_commit, rule } => (FaultEffect::Cut { after_commit }, rule),
            Self::Delay { length, rule } => (FaultEffect::Delay { seconds: length.0 }, rule),
            Self::DelayShare {
                before,
                per_account,
                rule,
            } => {
                let effect = FaultEffect::DelayShare {
                    before_seconds: before.map_or(0.0, |it| it.0),
                    per_account_seconds: per_account.map_or(0.0, |it| it.0),
                };
                (effect, rule)
            }
            Self::FailAccounts {
                fail_account,
                fail_unit,
                percent,
                seed,
                count,
                error,
                message,
                rule,
            } => {
                let effect = FaultEffect::FailAccounts {
                    accounts: texts(fail_account),
                    units: texts(fail_unit),
                    percent,
                    seed,
                    count,
                    error,
                    message,
                };
                (effect, rule)
            }
            Self::HoldShare { after_accounts, rule } => (FaultEffect::HoldShare { after_accounts }, rule),
            Self::FailShare { rule } => (FaultEffect::FailShare {}, rule),
        }
    }
}

/// Asks the server that has the data folder of `flags`, wherever its store is.
pub(super) async fn ask(flags: &PlaceFlags, request: Request) -> Result<Reply, Failure> {
    let Place { data_dir, .. } = flags.settings()?.place();
    let folder = Folder::of_server(&data_dir)?;
    let stream = connect(&folder).await.map_err(|_| {
        Failure::Declined(format!(
            "no server has {}; fault rules and the clock are a running server's",
            data_dir.display()
        ))
    })?;
    let (mut hearing, mut saying) = conversation(stream);
    let asked = async {
        saying.say(&control::Request::Faults(request)).await?;
        hearing.hear().await
    };
    match asked.await.map_err(|it| folder.not_answering(it))? {
        control::Reply::Faults(reply) => Ok(reply),
        control::Reply::Declined { message } => Err(Failure::Declined(message)),
        other => Err(Failure::unexpected(&other)),
    }
}

pub(super) fn unexpected(reply: Reply) -> Failure {
    Failure::unexpected(&control::Reply::Faults(reply))
}

fn texts<T: Into<String>>(ids: Vec<T>) -> Vec<String> {
    ids.into_iter().map(Into::into).collect()
}

fn lines(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().map(|it| it + "\n").collect()
}

fn json(rules: &[engine::KeptRule]) -> String {
    let text = serde_json::to_string_pretty(rules).expect("names are text");
    text + "\n"
}
