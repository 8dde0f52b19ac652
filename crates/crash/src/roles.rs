//! The load: kinds of workers, who together call every operation that writes.
//!
//! A worker owns what it makes: names begin with its own. Invariant: what it intends next follows from the numbers drawn
//! and from its facts alone, and the changes that an intent names are what the documentation says of the operation.
//! Deliberately absent: sending, and what becomes of it.

mod accounts;
mod node_shares;
mod policies;
mod portfolios;
mod settings;
mod small_organization;
mod units;

use anyhow::Result;
use serde_json::{Value, json};

pub(crate) use self::{
    accounts::Accounts,
    node_shares::NodeShares,
    policies::{Kind, Policies},
    portfolios::{Portfolios, SHARED_ACCOUNTS_MAX},
    settings::Settings,
    small_organization::SmallOrganization,
    units::Units,
};
use crate::draw::Draw;
use crate::facts::{Change, Facts, below, gone, put};
use crate::intent::Intent;
use crate::reader::{Reader, text};

/// The management account, in the eyes of every worker.
pub(crate) const MANAGEMENT: &str = "management";

/// What a worker does.
#[derive(Debug)]
pub(crate) enum Role {
    /// Portfolios, shared with accounts one by one.
    Portfolios(Portfolios),
    /// A portfolio, shared with nodes of the organization.
    NodeShares(NodeShares),
    /// Organizational units.
    Units(Units),
    /// Accounts of the organization, which leave and come back.
    Accounts(Accounts),
    /// Policies of one type.
    Policies(Policies),
    /// The resource policy, trust in a service, its administrator, and tags of a unit.
    Settings(Settings),
    /// An organization that comes and goes.
    SmallOrganization(SmallOrganization),
}

impl Role {
    /// What it does next.
    pub(crate) fn next(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        match self {
            Self::Portfolios(it) => it.next(draw, facts),
            Self::NodeShares(it) => it.next(draw, facts),
            Self::Units(it) => it.next(draw, facts),
            Self::Accounts(it) => it.next(draw, facts),
            Self::Policies(it) => it.next(draw, facts),
            Self::Settings(it) => it.next(draw, facts),
            Self::SmallOrganization(it) => it.next(draw, facts),
        }
    }

    /// What is there of its things. `expected` says which tokens and accounts to ask for; what they come to is read.
    pub(crate) async fn observe(&self, reader: &Reader<'_>, expected: &Facts) -> Result<Facts> {
        match self {
            Self::Portfolios(it) => it.observe(reader).await,
            Self::NodeShares(it) => it.observe(reader, expected).await,
            Self::Units(it) => it.observe(reader).await,
            Self::Accounts(it) => it.observe(reader, expected).await,
            Self::Policies(it) => it.observe(reader).await,
            Self::Settings(it) => it.observe(reader).await,
            Self::SmallOrganization(it) => it.observe(reader).await,
        }
    }
}

/// The thing in the place `slot` of a worker, among the facts directly below `path`: its name and text.
fn in_slot<'a>(facts: &'a Facts, path: &str, worker: &str, slot: u64) -> Option<(&'a str, &'a str)> {
    let start = format!("{worker}-{slot}-");
    let mut things = below(facts, path).into_iter();
    things.find(|(name, _)| name.starts_with(&start))
}

/// A new name for the place `slot` of a worker.
fn name_for(worker: &str, slot: u64, draw: &mut Draw) -> String {
    format!("{worker}-{slot}-{}", draw.word())
}

/// Up to two tags as the contract writes them, and as facts below `path`.
fn some_tags(draw: &mut Draw, path: &str) -> (Vec<Value>, Vec<Change>) {
    let mut keys = vec!["team", "stage", "cost"];
    let mut tags = Vec::new();
    let mut changes = Vec::new();
    for _ in 0..draw.below(3) {
        let key = keys.remove(usize::try_from(draw.below(keys.len() as u64)).unwrap_or_default());
        let value = draw.word();
        changes.push(put(format!("{path}/tag/{key}"), value.as_str()));
        tags.push(json!({"Key": key, "Value": value}));
    }
    (tags, changes)
}

/// Sets or removes tags of something in Organizations, whose facts are below `path`.
fn tagging(draw: &mut Draw, resource: &str, path: &str) -> Intent {
    if draw.chance(60) {
        let (mut tags, mut changes) = some_tags(draw, path);
        if tags.is_empty() {
            tags.push(json!({"Key": "team", "Value": "data"}));
            changes.push(put(format!("{path}/tag/team"), "data"));
        }
        let input = json!({"ResourceId": resource, "Tags": tags});
        return Intent::organizations(MANAGEMENT, "TagResource", input).changes(changes);
    }
    let key = *draw.pick(&["team", "stage", "cost"]);
    let input = json!({"ResourceId": resource, "TagKeys": [key]});
    Intent::organizations(MANAGEMENT, "UntagResource", input).changes([gone(format!("{path}/tag/{key}"))])
}

/// Reads the tags of something in Organizations into facts below `path`.
async fn observe_tags(reader: &Reader<'_>, resource: &str, path: &str, facts: &mut Facts) -> Result<()> {
    let input = json!({"ResourceId": resource});
    let tags = reader.list_organizations(MANAGEMENT, "ListTagsForResource", input, "Tags");
    for tag in tags.await? {
        facts.insert(
            format!("{path}/tag/{}", text(&tag, "Key")),
            text(&tag, "Value").to_owned(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::after;

    /// The first intents of a worker, each acknowledged.
    fn intents(role: &Role, seed: u64) -> Vec<String> {
        let (mut draw, mut facts) = (Draw::of(seed, &[]), Facts::new());
        let mut told = Vec::new();
        for _ in 0..500 {
            let intent = role.next(&mut draw, &facts);
            facts = after(&facts, &intent.changes, None);
            told.push(format!("{} {}", intent.call.name(), intent.input));
        }
        told
    }

    #[test]
    fn the_same_seed_intends_the_same() {
        let roles = [
            Role::Units(Units {
                worker: "w01".to_owned(),
                base: "ou-base".to_owned(),
            }),
            Role::Portfolios(Portfolios {
                worker: "w02".to_owned(),
                owner: MANAGEMENT,
                recipient: ("recipient", "111122223333".to_owned()),
            }),
            Role::SmallOrganization(SmallOrganization {
                worker: "w03".to_owned(),
                head: "head",
                member: ("member", "444455556666".to_owned()),
            }),
        ];
        for role in roles {
            assert_eq!(intents(&role, 7), intents(&role, 7));
            assert_ne!(intents(&role, 7), intents(&role, 8));
        }
    }
}
