//! Showing organizations as trees, with the shares on them.

use std::io;

use clap::ValueEnum;
use domain::{Account, AccountState, ShareKind};
use engine::{AccountView, Engine, EngineOptions, OrganizationView, UnitView, ViewDetail};
use serde::{Deserialize, Serialize};
use store::ReceivedShare;
use termtree::Tree;
use tokio::runtime::Handle;

use crate::Failure;
use crate::config::Place;
use crate::control::{Reply, Request, Saying, conversation};
use crate::folder::Folder;
use crate::reach::{Reached, reach};
use crate::serve::print;
use crate::state::{blocking, place_of};

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
    let folder = Folder::open(&place.data_dir)?;
    match reach(&folder, place, EngineOptions::default()).await? {
        Reached::Alone(alone) => {
            let text = shown(alone.engine(), detail).await;
            let new_store = alone.close().await;
            let store = || place_of(&folder, place.database_url.as_deref());
            print(&text.map_err(|it| it.of_store_in(store()))?);
            Ok(new_store)
        }
        Reached::Beside(stream) => {
            let (mut hearing, mut saying) = conversation(stream);
            let asked = saying.say(&Request::ShowOrganizations { detail }).await;
            asked.map_err(|it| folder.not_answering(it))?;
            loop {
                let reply = hearing.hear().await;
                match reply.map_err(|it| folder.not_answering(it))? {
                    Reply::Text { text } => print(&text),
                    Reply::Done {} => return Ok(None),
                    Reply::Declined { message } => return Err(Failure::Declined(message)),
                    other => return Err(Failure::unexpected(&other)),
                }
            }
        }
    }
}

/// Answers a command on the control socket.
pub(crate) async fn answer_show(engine: &Engine, detail: Detail, mut saying: Saying) -> io::Result<()> {
    let text = match shown(engine, detail).await {
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
    let mut tree = Tree::new(format!("{} {} ({accounts})", view.id, view.name));
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
    };
    let mut tree = Tree::new(format!("{id} {name}{state}"));
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
        it.portfolio, it.display_name, it.owner, it.region
    ))
}
