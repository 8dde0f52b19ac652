//! Accounts of the organization: created, moved, tagged, sent away, invited back, closed.

use anyhow::Result;
use serde_json::{Value, json};

use super::{MANAGEMENT, in_slot, name_for, observe_tags, some_tags, tagging};
use crate::draw::Draw;
use crate::facts::{Change, Facts, below, gone, put, text};
use crate::intent::{Call, Intent, Wait};
use crate::reader::{self, Reader};

/// Accounts that a worker has at once.
const SLOTS: u64 = 2;

/// A worker with accounts. Each of them has a key under its name, once the worker has signed in there.
#[derive(Debug)]
pub(crate) struct Accounts {
    pub(crate) worker: String,
    /// Where new accounts are.
    pub(crate) root: String,
    /// Where they are moved.
    pub(crate) unit: String,
}

/// An account, as far as it is known.
struct Account<'a> {
    name: &'a str,
    id: &'a str,
    path: String,
}

impl Accounts {
    /// See [`Role::next`](super::Role::next).
    pub(crate) fn next(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let slot = draw.below(SLOTS);
        let Some((name, id)) = in_slot(facts, "account", &self.worker, slot) else {
            return self.create(slot, draw);
        };
        let path = format!("account/{name}");
        let account = Account { name, id, path };
        if facts.contains_key(&format!("{}/closed", account.path)) {
            return by_management("RemoveAccountFromOrganization", id).changes([gone(account.path)]);
        }
        if !facts.contains_key(&signed_in(name)) {
            return Intent::of(MANAGEMENT, Call::AssumeRole, json!({"Account": id, "Name": name}))
                .changes([put(signed_in(name), "signed in")]);
        }
        let parent = text(facts, &format!("{}/parent", account.path));
        let invitation = text(facts, &format!("{}/invitation", account.path));
        match (parent, invitation) {
            (Some(parent), _) => self.as_member(&account, parent, draw),
            (None, Some(invitation)) => self.as_invited(&account, invitation, draw),
            (None, None) => {
                let input = json!({"Target": {"Id": id, "Type": "ACCOUNT"}});
                Intent::organizations(MANAGEMENT, "InviteAccountToOrganization", input).changes([
                    Change::Learn(format!("{}/invitation", account.path), "/Handshake/Id"),
                ])
            }
        }
    }

    fn create(&self, slot: u64, draw: &mut Draw) -> Intent {
        let name = name_for(&self.worker, slot, draw);
        let path = format!("account/{name}");
        let (tags, changes) = some_tags(draw, &path);
        let input = json!({"AccountName": name, "Email": format!("{name}@example.com"), "Tags": tags});
        Intent::organizations(MANAGEMENT, "CreateAccount", input)
            .changes([
                put(path.as_str(), crate::facts::UNKNOWN),
                put(format!("{path}/parent"), self.root.as_str()),
            ])
            .changes(changes)
            .waiting_for(Wait::Account(path))
    }

    fn as_member(&self, account: &Account<'_>, parent: &str, draw: &mut Draw) -> Intent {
        let Account { name, id, path } = account;
        let left = || ["parent", "tag"].map(|it| gone(format!("{path}/{it}")));
        let other = if parent == self.root {
            &self.unit
        } else {
            &self.root
        };
        let move_from = |source: &str| {
            let input = json!({"AccountId": id, "SourceParentId": source, "DestinationParentId": other});
            Intent::organizations(MANAGEMENT, "MoveAccount", input)
        };
        match draw.below(12) {
            0..=3 => move_from(parent).changes([put(format!("{path}/parent"), other.as_str())]),
            4 => move_from(other).refused("SourceParentNotFoundException"),
            5..=7 => tagging(draw, id, path),
            8 => by_management("RemoveAccountFromOrganization", id).changes(left()),
            9 | 10 => Intent::organizations(name, "LeaveOrganization", json!({})).changes(left()),
            _ => by_management("CloseAccount", id)
                .changes([put(format!("{path}/closed"), "CLOSED"), gone(signed_in(name))]),
        }
    }

    fn as_invited(&self, account: &Account<'_>, invitation: &str, draw: &mut Draw) -> Intent {
        let input = json!({"HandshakeId": invitation});
        let over = gone(format!("{}/invitation", account.path));
        match draw.below(4) {
            0 | 1 => Intent::organizations(account.name, "AcceptHandshake", input)
                .changes([over, put(format!("{}/parent", account.path), self.root.as_str())]),
            2 => Intent::organizations(account.name, "DeclineHandshake", input).changes([over]),
            _ => Intent::organizations(MANAGEMENT, "CancelHandshake", input).changes([over]),
        }
    }

    /// See [`Role::observe`](super::Role::observe).
    ///
    /// Nobody lists accounts outside an organization: those that are expected to be there are looked for one by one.
    pub(crate) async fn observe(&self, reader: &Reader<'_>, expected: &Facts) -> Result<Facts> {
        let mut facts = Facts::new();
        let start = format!("{}-", self.worker);
        let members = reader.list_organizations(MANAGEMENT, "ListAccounts", json!({}), "Accounts");
        for member in members.await? {
            let (name, id) = (reader::text(&member, "Name"), reader::text(&member, "Id"));
            if !name.starts_with(&start) {
                continue;
            }
            let path = format!("account/{name}");
            observe_tags(reader, id, &path, &mut facts).await?;
            facts.insert(format!("{path}/parent"), parent_in(&member));
            match reader::text(&member, "State") {
                "ACTIVE" => reader.can_assume_role(MANAGEMENT, id).await?,
                state => {
                    facts.insert(format!("{path}/closed"), state.to_owned());
                }
            }
            facts.insert(path, id.to_owned());
        }
        for (name, id) in below(expected, "account") {
            let path = format!("account/{name}");
            let was_closed = expected.contains_key(&format!("{path}/closed"));
            if !facts.contains_key(&path) && !was_closed {
                reader.can_assume_role(MANAGEMENT, id).await?;
                facts.insert(path.clone(), id.to_owned());
            }
            let is_closed = facts.contains_key(&format!("{path}/closed"));
            if expected.contains_key(&signed_in(name)) && !is_closed {
                self.observe_invitation(reader, name, &path, &mut facts).await?;
            }
        }
        Ok(facts)
    }

    async fn observe_invitation(
        &self,
        reader: &Reader<'_>,
        name: &str,
        path: &str,
        facts: &mut Facts,
    ) -> Result<()> {
        let input = json!({"Filter": {"ActionType": "INVITE"}});
        let received = reader.list_organizations(name, "ListHandshakesForAccount", input, "Handshakes");
        let received = received.await?;
        if let Some(open) = received.iter().find(|it| reader::text(it, "State") == "OPEN") {
            facts.insert(format!("{path}/invitation"), reader::text(open, "Id").to_owned());
        }
        Ok(())
    }
}

fn by_management(operation: &'static str, account: &str) -> Intent {
    Intent::organizations(MANAGEMENT, operation, json!({"AccountId": account}))
}

/// The fact that the worker has a key of the account's role.
fn signed_in(name: &str) -> String {
    format!("~signed-in/{name}")
}

/// The parent that stands in the path of an account, `o-…/r-…/ou-…/account/`.
fn parent_in(account: &Value) -> String {
    let path = account["Paths"][0].as_str().unwrap_or_default();
    let parent = path.trim_end_matches('/').rsplit('/').nth(1);
    parent.unwrap_or_default().to_owned()
}
