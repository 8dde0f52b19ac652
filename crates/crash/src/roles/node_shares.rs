//! A portfolio, shared with nodes of the organization, by share operations that are followed by token.
//!
//! Several workers share for one owner, who has one right to act: the documented refusal may meet any of them.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::in_slot;
use super::portfolios::{create, delete, observe_portfolios, observe_seen, update};
use crate::draw::Draw;
use crate::facts::{Change, Facts, below, gone, put};
use crate::intent::{Intent, Wait};
use crate::reader::{self, Reader};

/// How an operation answers while another share action of the owner is under way.
pub(super) const ONE_AT_A_TIME: &str = "InvalidStateException";

/// What an operation came to whose accounts are not this worker's alone.
const ENDED: &str = "ended";

/// A worker with a portfolio for a unit, one of its accounts, and the whole organization.
#[derive(Debug)]
pub(crate) struct NodeShares {
    pub(crate) worker: String,
    /// Whose portfolio it is.
    pub(crate) owner: &'static str,
    pub(crate) organization: String,
    /// A unit whose accounts stay where they are.
    pub(crate) unit: String,
    /// Its accounts; the first has a key under the worker's name.
    pub(crate) accounts: Vec<String>,
}

/// A kind of node: as shares are listed, and as it is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Node {
    Unit,
    Member,
    Organization,
}

const NODES: [Node; 3] = [Node::Unit, Node::Member, Node::Organization];

impl Node {
    fn listed(self) -> &'static str {
        match self {
            Self::Unit => "ORGANIZATIONAL_UNIT",
            Self::Member => "ORGANIZATION_MEMBER_ACCOUNT",
            Self::Organization => "ORGANIZATION",
        }
    }

    fn asked(self) -> &'static str {
        match self {
            Self::Member => "ACCOUNT",
            _ => self.listed(),
        }
    }
}

impl NodeShares {
    /// See [`Role::next`](super::Role::next).
    pub(crate) fn next(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let Some((name, id)) = in_slot(facts, "portfolio", &self.worker, 0) else {
            return create(self.owner, &self.worker, 0, draw);
        };
        let path = format!("portfolio/{name}");
        let node = *draw.pick(&NODES);
        match draw.below(12) {
            0 => update(self.owner, id, &path, draw),
            1..=4 => self.share(id, &path, node, facts),
            5 | 6 => self.update_share(id, &path, node, draw, facts),
            7 | 8 => self.unshare(id, &path, node, facts),
            9 => self.accept(id, &path, facts),
            10 => self.reject(id, &path, facts),
            _ => {
                let deletion = delete(self.owner, id, &path);
                if below(facts, &format!("{path}/node")).is_empty() {
                    deletion
                        .changes([gone(rejected(&path))])
                        .unless("ResourceInUseException")
                } else {
                    deletion.refused("ResourceInUseException")
                }
            }
        }
    }

    fn share(&self, id: &str, path: &str, node: Node, facts: &Facts) -> Intent {
        let share = format!("{path}/node/{}", node.listed());
        let intent = Intent::catalog(self.owner, "CreatePortfolioShare", self.with(id, node))
            .unless(ONE_AT_A_TIME)
            .waiting_for(Wait::ShareOperation);
        if facts.contains_key(&share) {
            return intent.changes([followed(ENDED.to_owned())]);
        }
        let seen = (!facts.contains_key(&rejected(path))).then(|| put(format!("{path}/seen"), id));
        intent
            .changes([
                put(share.as_str(), self.id_of(node)),
                put(format!("{share}/tag-options"), "false"),
                put(format!("{share}/principals"), "false"),
                followed(self.reached(node)),
            ])
            .changes(seen)
    }

    fn update_share(&self, id: &str, path: &str, node: Node, draw: &mut Draw, facts: &Facts) -> Intent {
        let share = format!("{path}/node/{}", node.listed());
        let (tag_options, principals) = (draw.chance(50), node != Node::Member && draw.chance(50));
        let mut input = self.with(id, node);
        input["ShareTagOptions"] = tag_options.into();
        input["SharePrincipals"] = principals.into();
        let intent = Intent::catalog(self.owner, "UpdatePortfolioShare", input);
        if !facts.contains_key(&share) {
            return intent.refused("ResourceNotFoundException");
        }
        intent
            .unless(ONE_AT_A_TIME)
            .waiting_for(Wait::ShareOperation)
            .changes([
                put(format!("{share}/tag-options"), tag_options.to_string()),
                put(format!("{share}/principals"), principals.to_string()),
                followed(self.reached(node)),
            ])
    }

    fn unshare(&self, id: &str, path: &str, node: Node, facts: &Facts) -> Intent {
        let share = format!("{path}/node/{}", node.listed());
        let intent = Intent::catalog(self.owner, "DeletePortfolioShare", self.with(id, node));
        if !facts.contains_key(&share) {
            return intent.refused("ResourceNotFoundException");
        }
        let intent = intent
            .unless(ONE_AT_A_TIME)
            .waiting_for(Wait::ShareOperation)
            .changes([gone(share), followed(self.reached(node))]);
        if below(facts, &format!("{path}/node")).len() > 1 {
            return intent;
        }
        // The last of them: nobody sees the portfolio any more, and who rejected it is forgotten.
        intent.changes([gone(format!("{path}/seen")), gone(rejected(path))])
    }

    fn accept(&self, id: &str, path: &str, facts: &Facts) -> Intent {
        let changes = [put(format!("{path}/seen"), id), gone(rejected(path))];
        self.answer_share("AcceptPortfolioShare", id, path, facts, changes)
    }

    /// Whoever rejects it does not see it any more, until it accepts. Rejecting twice is no error.
    fn reject(&self, id: &str, path: &str, facts: &Facts) -> Intent {
        let changes = [gone(format!("{path}/seen")), put(rejected(path), "rejected")];
        self.answer_share("RejectPortfolioShare", id, path, facts, changes)
    }

    fn answer_share(
        &self,
        operation: &'static str,
        id: &str,
        path: &str,
        facts: &Facts,
        changes: [Change; 2],
    ) -> Intent {
        let input = json!({"PortfolioId": id, "PortfolioShareType": "AWS_ORGANIZATIONS"});
        let intent = Intent::catalog(&self.worker, operation, input);
        let is_shared = !below(facts, &format!("{path}/node")).is_empty();
        if is_shared {
            intent.changes(changes)
        } else {
            intent.refused("ResourceNotFoundException")
        }
    }

    fn with(&self, portfolio: &str, node: Node) -> Value {
        json!({"PortfolioId": portfolio, "OrganizationNode": {"Type": node.asked(), "Value": self.id_of(node)}})
    }

    fn id_of(&self, node: Node) -> &str {
        match node {
            Node::Unit => &self.unit,
            Node::Member => &self.accounts[0],
            Node::Organization => &self.organization,
        }
    }

    /// The accounts that an operation about `node` deals with, one way or the other.
    fn reached(&self, node: Node) -> String {
        let accounts: BTreeSet<&str> = match node {
            Node::Unit => self.accounts.iter().map(String::as_str).collect(),
            Node::Member => BTreeSet::from([self.accounts[0].as_str()]),
            Node::Organization => return ENDED.to_owned(),
        };
        accounts.into_iter().collect::<Vec<_>>().join(" ")
    }

    /// See [`Role::observe`](super::Role::observe).
    pub(crate) async fn observe(&self, reader: &Reader<'_>, expected: &Facts) -> Result<Facts> {
        let mut facts = observe_portfolios(reader, self.owner, &self.worker).await?;
        let portfolios: Vec<_> = below(&facts, "portfolio")
            .into_iter()
            .map(|(name, id)| (name.to_owned(), id.to_owned()))
            .collect();
        for (name, id) in portfolios {
            for node in NODES {
                let input = json!({"PortfolioId": id, "Type": node.listed()});
                let shares = reader.list_catalog(
                    self.owner,
                    "DescribePortfolioShares",
                    input,
                    "PortfolioShareDetails",
                );
                for share in shares.await? {
                    let path = format!("portfolio/{name}/node/{}", node.listed());
                    facts.insert(
                        format!("{path}/tag-options"),
                        share["ShareTagOptions"].to_string(),
                    );
                    facts.insert(format!("{path}/principals"), share["SharePrincipals"].to_string());
                    facts.insert(path, reader::text(&share, "PrincipalId").to_owned());
                }
            }
        }
        let list = (self.worker.as_str(), "AWS_ORGANIZATIONS");
        observe_seen(reader, list, &self.worker, "seen", &mut facts).await?;
        for (token, accounts) in below(expected, "operation") {
            let outcome = self.outcome(reader, token).await?;
            let outcome = if accounts == ENDED {
                ENDED.to_owned()
            } else {
                outcome
            };
            facts.insert(format!("operation/{token}"), outcome);
        }
        Ok(facts)
    }

    /// The accounts that an ended operation dealt with; fails if it has not ended, or names one twice.
    async fn outcome(&self, reader: &Reader<'_>, token: &str) -> Result<String> {
        let input = json!({"PortfolioShareToken": token});
        let told = reader
            .catalog(self.owner, "DescribePortfolioShareStatus", input)
            .await?;
        let status = reader::text(&told, "Status");
        ensure!(
            matches!(status, "COMPLETED" | "COMPLETED_WITH_ERRORS"),
            "operation {token} is {status}"
        );
        let details = &told["ShareDetails"];
        let errors = details["ShareErrors"].as_array().into_iter().flatten();
        let failed = errors.flat_map(|it| it["Accounts"].as_array().into_iter().flatten());
        let reached = details["SuccessfulShares"].as_array().into_iter().flatten();
        let named: Vec<&str> = reached.chain(failed).filter_map(Value::as_str).collect();
        let accounts: BTreeSet<&str> = named.iter().copied().collect();
        ensure!(
            accounts.len() == named.len(),
            "operation {token} names an account twice: {told}"
        );
        Ok(accounts.into_iter().collect::<Vec<_>>().join(" "))
    }
}

/// The fact that the member rejected the portfolio: it shows only in that the portfolio is not seen.
fn rejected(path: &str) -> String {
    format!("~{path}/rejected")
}

/// An operation whose token the answer tells, and the accounts that it deals with.
fn followed(accounts: String) -> Change {
    Change::Follow {
        path: "operation",
        pointer: "/PortfolioShareToken",
        text: accounts,
    }
}
