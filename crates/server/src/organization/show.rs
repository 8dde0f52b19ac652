//! Showing organizations as trees, with the shares on them.

use std::io::{self, Write as _};
use std::pin::pin;
use std::time::Duration;

use clap::ValueEnum;
use domain::{Account, AccountState, ShareKind};
use engine::{AccountView, Engine, EngineOptions, OrganizationView, UnitView, ViewDetail};
use serde::{Deserialize, Serialize};
use store::ReceivedShare;
use termtree::Tree;
use tokio::runtime::Handle;
use tokio::time::interval;

use crate::Failure;
use crate::config::Place;
use crate::control::{Reply, Request, Saying, conversation};
use crate::folder::{Folder, has_store};
use crate::reach::{Reached, reach};
use crate::state::{blocking, place_of};

/// How often whoever waits is told that the text is still being made.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// How much text is sent at once.
const PIECE_BYTES: usize = 32 * 1024;

/// How much is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// Every account
    #[default]
    Accounts,
    /// Units, with how many accounts each has
    Units,
}

/// Prints every organization of `place`. Returns the store that had to be made to find none, in words.
pub async fn show(place: &Place, detail: Detail) -> Result<Option<String>, Failure> {
    if place.database_url.is_none() && !has_store(&place.data_dir) {
        return Err(Failure::Refused(format!(
            "there is no store in {}; --data-dir names the one to show",
            place.data_dir.display()
        )));
    }
    let folder = Folder::of_server(&place.data_dir)?;
    match reach(&folder, place, EngineOptions::default()).await? {
        Reached::Alone(alone) => {
            let text = shown(alone.engine(), detail).await;
            let new_store = alone.close().await;
            let store = || place_of(&folder, place.database_url.as_deref());
            say(&text.map_err(|it| it.of_store_in(store()))?)?;
            Ok(new_store)
        }
        Reached::Beside(stream) => {
            let (mut hearing, mut saying) = conversation(stream);
            let asked = saying.say(&Request::ShowOrganizations { detail }).await;
            asked.map_err(|it| folder.not_answering(it))?;
            loop {
                let reply = hearing.hear().await;
                match reply.map_err(|it| folder.not_answering(it))? {
                    Reply::Text { text } => {
                        if say(&text)? == Reader::Gone {
                            return Ok(None);
                        }
                    }
                    Reply::Progress { .. } => {}
                    Reply::Done {} => return Ok(None),
                    Reply::Declined { message } => return Err(Failure::Declined(message)),
                    other => return Err(Failure::unexpected(&other)),
                }
            }
        }
    }
}

/// Whether anybody still reads what is printed.
#[derive(PartialEq, Eq)]
enum Reader {
    There,
    Gone,
}

/// Prints `text`. A reader that has seen enough is no failure.
fn say(text: &str) -> Result<Reader, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(Reader::There),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(source) => Err(Failure::File {
            path: "standard output".into(),
            source,
        }),
    }
}

/// Answers a command on the control socket.
pub(crate) async fn answer_show(engine: &Engine, detail: Detail, mut saying: Saying) -> io::Result<()> {
    let mut showing = pin!(shown(engine, detail));
    let mut ticks = interval(TELL_EVERY);
    let text = loop {
        tokio::select! {
            text = &mut showing => break text,
            // A sign of life: a large organization takes its time.
            _ = ticks.tick() => saying.say(&Reply::Progress { done: 0, of: 0 }).await?,
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(failure) => {
            let message = failure.to_string();
            return saying.say(&Reply::Declined { message }).await;
        }
    };
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (piece, others) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES));
        saying
            .say(&Reply::Text {
                text: piece.to_owned(),
            })
            .await?;
        rest = others;
    }
    saying.say(&Reply::Done {}).await
}

/// Every organization of this server as text.
async fn shown(engine: &Engine, detail: Detail) -> Result<String, Failure> {
    let detail = match detail {
        Detail::Accounts => ViewDetail::Accounts,
        Detail::Units => ViewDetail::Units,
    };
    // A large organization takes its time, on the embedded store on the thread that asks.
    let (engine, runtime) = (engine.clone(), Handle::current());
    let text = blocking(move || {
        let views = runtime.block_on(engine.organization_views(detail))?;
        Ok::<_, Failure>(text_of(&views))
    });
    text.await
}

fn text_of(views: &[OrganizationView]) -> String {
    if views.is_empty() {
        return "There is no organization: CreateOrganization makes one, and so does `chandlery organization import`.\n"
            .to_owned();
    }
    views.iter().map(|it| organization(it).to_string()).collect()
}

fn organization(view: &OrganizationView) -> Tree<String> {
    let it = &view.organization;
    let features = if it.feature_set == "ALL" {
        "all features"
    } else {
        "consolidated billing"
    };
    let trust = if view.trusts_service_catalog {
        "trusts Service Catalog"
    } else {
        "does not trust Service Catalog"
    };
    let mut tree = Tree::new(format!(
        "{}, managed by {}, {features}, {trust}",
        it.id, it.management
    ));
    for administrator in &view.administrators {
        tree.push(Tree::new(format!(
            "Service Catalog is administered by {administrator}"
        )));
    }
    tree.extend(view.shares.iter().map(share));
    tree.push(unit(&view.root));
    tree
}

fn unit(view: &UnitView) -> Tree<String> {
    let accounts = match view.account_count {
        1 => "1 account".to_owned(),
        count => format!("{count} accounts"),
    };
    let mut tree = Tree::new(format!("{} {} ({accounts})", view.id, plain(&view.name)));
    tree.extend(view.shares.iter().map(share));
    tree.extend(view.accounts.iter().map(account));
    tree.extend(view.units.iter().map(unit));
    tree
}

fn account(view: &AccountView) -> Tree<String> {
    let Account { id, name, state, .. } = &view.account;
    let state = match state {
        AccountState::Active => "",
        AccountState::Suspended => ", suspended",
        AccountState::PendingClosure => ", being closed",
        AccountState::Closed => ", closed",
    };
    let mut tree = Tree::new(format!("{id} {}{state}", plain(name)));
    tree.extend(view.shares.iter().map(share));
    tree
}

fn share(it: &ReceivedShare) -> Tree<String> {
    let how = match (it.target.kind(), it.accepted) {
        (ShareKind::Account, true) => ", by account, accepted",
        (ShareKind::Account, false) => ", by account, not accepted",
        _ => "",
    };
    Tree::new(format!(
        "shared: {} {} of {} in {}{how}",
        it.portfolio,
        plain(&it.display_name),
        it.owner,
        it.region
    ))
}

/// `name`, which anybody may have chosen, without what a terminal would take for more than text.
fn plain(name: &str) -> String {
    let shown = |it: char| match it {
        '"' | '\'' | '\\' => it.to_string(),
        other => other.escape_debug().to_string(),
    };
    name.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_write_on_the_terminal() {
        assert_eq!(plain("O'Neil \\ \"é\" 数"), "O'Neil \\ \"é\" 数");
        assert_eq!(
            plain("a\n└── b\u{1b}[31m\u{202e}"),
            "a\\n└── b\\u{1b}[31m\\u{202e}"
        );
    }
}
