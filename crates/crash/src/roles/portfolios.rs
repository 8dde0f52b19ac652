//! Portfolios, shared with accounts one by one, and taken by one of them.

use anyhow::Result;
use serde_json::{Value, json};

use super::{in_slot, name_for, some_tags};
use crate::draw::Draw;
use crate::facts::{Change, Facts, below, gone, put};
use crate::intent::Intent;
use crate::reader::{self, Reader};

/// Portfolios that a worker has at once.
const SLOTS: u64 = 3;

/// With how many accounts a portfolio may be shared: what the server is configured with.
pub(crate) const SHARED_ACCOUNTS_MAX: usize = 3;

/// A worker with portfolios.
#[derive(Debug)]
pub(crate) struct Portfolios {
    pub(crate) worker: String,
    /// Whose portfolios they are.
    pub(crate) owner: &'static str,
    /// Somebody who takes what is offered, and their account.
    pub(crate) recipient: (&'static str, String),
}

impl Portfolios {
    /// See [`Role::next`](super::Role::next).
    pub(crate) fn next(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let slot = draw.below(SLOTS);
        let Some((name, id)) = in_slot(facts, "portfolio", &self.worker, slot) else {
            return create(self.owner, &self.worker, slot, draw);
        };
        let path = format!("portfolio/{name}");
        match draw.below(12) {
            0 | 1 => update(self.owner, id, &path, draw),
            2..=4 => self.share(id, &path, draw, facts),
            5 => self.update_share(id, &path, draw, facts),
            6 | 7 => self.accept(id, &path, facts),
            8 => self.reject(id, &path, facts),
            9 | 10 => self.unshare(id, &path, draw),
            _ => {
                let deletion = delete(self.owner, id, &path);
                if below(facts, &format!("{path}/share")).is_empty() {
                    deletion
                } else {
                    deletion.refused("ResourceInUseException")
                }
            }
        }
    }

    /// The recipient, or an account that nobody knows.
    fn account(&self, draw: &mut Draw) -> String {
        match draw.below(6) {
            it @ 0..=2 => format!("{:012}", 900_000_000_000 + it),
            _ => self.recipient.1.clone(),
        }
    }

    fn share(&self, id: &str, path: &str, draw: &mut Draw, facts: &Facts) -> Intent {
        let account = self.account(draw);
        let share = format!("{path}/share/{account}");
        let intent = Intent::catalog(self.owner, "CreatePortfolioShare", with(id, &account));
        if facts.contains_key(&share) {
            return intent;
        }
        if below(facts, &format!("{path}/share")).len() >= SHARED_ACCOUNTS_MAX {
            return intent.refused("LimitExceededException");
        }
        intent.changes([
            put(share.as_str(), "offered"),
            put(format!("{share}/tag-options"), "false"),
        ])
    }

    fn update_share(&self, id: &str, path: &str, draw: &mut Draw, facts: &Facts) -> Intent {
        let account = self.account(draw);
        let share = format!("{path}/share/{account}");
        let tag_options = draw.chance(50);
        let mut input = with(id, &account);
        input["ShareTagOptions"] = tag_options.into();
        let intent = Intent::catalog(self.owner, "UpdatePortfolioShare", input);
        if facts.contains_key(&share) {
            intent.changes([put(format!("{share}/tag-options"), tag_options.to_string())])
        } else {
            intent.refused("ResourceNotFoundException")
        }
    }

    fn unshare(&self, id: &str, path: &str, draw: &mut Draw) -> Intent {
        let account = self.account(draw);
        let mut changes = vec![gone(format!("{path}/share/{account}"))];
        if account == self.recipient.1 {
            changes.push(gone(format!("{path}/imported")));
        }
        Intent::catalog(self.owner, "DeletePortfolioShare", with(id, &account)).changes(changes)
    }

    fn accept(&self, id: &str, path: &str, facts: &Facts) -> Intent {
        let share = format!("{path}/share/{}", self.recipient.1);
        let changes = [
            put(share.as_str(), "accepted"),
            put(format!("{path}/imported"), id),
        ];
        self.answer_offer("AcceptPortfolioShare", id, facts.contains_key(&share), changes)
    }

    fn reject(&self, id: &str, path: &str, facts: &Facts) -> Intent {
        let share = format!("{path}/share/{}", self.recipient.1);
        let changes = [put(share.as_str(), "offered"), gone(format!("{path}/imported"))];
        self.answer_offer("RejectPortfolioShare", id, facts.contains_key(&share), changes)
    }

    fn answer_offer(
        &self,
        operation: &'static str,
        id: &str,
        is_offered: bool,
        changes: [Change; 2],
    ) -> Intent {
        let intent = Intent::catalog(self.recipient.0, operation, json!({"PortfolioId": id}));
        if is_offered {
            intent.changes(changes)
        } else {
            intent.refused("ResourceNotFoundException")
        }
    }

    /// See [`Role::observe`](super::Role::observe).
    pub(crate) async fn observe(&self, reader: &Reader<'_>) -> Result<Facts> {
        let mut facts = observe_portfolios(reader, self.owner, &self.worker).await?;
        let names = below(&facts, "portfolio");
        let portfolios: Vec<_> = names
            .iter()
            .map(|(name, id)| ((*name).to_owned(), (*id).to_owned()))
            .collect();
        for (name, id) in portfolios {
            let input = json!({"PortfolioId": id, "Type": "ACCOUNT"});
            let shares = reader.list_catalog(
                self.owner,
                "DescribePortfolioShares",
                input,
                "PortfolioShareDetails",
            );
            for share in shares.await? {
                let path = format!("portfolio/{name}/share/{}", reader::text(&share, "PrincipalId"));
                let accepted = share["Accepted"] == true;
                facts.insert(
                    format!("{path}/tag-options"),
                    share["ShareTagOptions"].to_string(),
                );
                facts.insert(path, if accepted { "accepted" } else { "offered" }.to_owned());
            }
        }
        observe_seen(
            reader,
            (self.recipient.0, "IMPORTED"),
            &self.worker,
            "imported",
            &mut facts,
        )
        .await?;
        Ok(facts)
    }
}

/// Makes a portfolio, by a token of its own.
pub(super) fn create(owner: &str, worker: &str, slot: u64, draw: &mut Draw) -> Intent {
    let name = name_for(worker, slot, draw);
    let path = format!("portfolio/{name}");
    let (tags, changes) = some_tags(draw, &path);
    let input =
        json!({"DisplayName": name, "ProviderName": "Platform", "Tags": tags, "IdempotencyToken": name});
    Intent::catalog(owner, "CreatePortfolio", input)
        .changes([
            Change::Learn(path.clone(), "/PortfolioDetail/Id"),
            put(format!("{path}/provider"), "Platform"),
        ])
        .changes(changes)
}

/// Changes much of a portfolio at once.
pub(super) fn update(owner: &str, id: &str, path: &str, draw: &mut Draw) -> Intent {
    let (description, provider) = (draw.word(), draw.word());
    let (tags, changes) = some_tags(draw, path);
    let removed = *draw.pick(&["team", "stage", "cost"]);
    let input = json!({
        "Id": id, "Description": description, "ProviderName": provider, "AddTags": tags, "RemoveTags": [removed],
    });
    Intent::catalog(owner, "UpdatePortfolio", input)
        .changes([
            put(format!("{path}/description"), description),
            put(format!("{path}/provider"), provider),
            gone(format!("{path}/tag/{removed}")),
        ])
        .changes(changes)
}

/// Deletes a portfolio.
pub(super) fn delete(owner: &str, id: &str, path: &str) -> Intent {
    Intent::catalog(owner, "DeletePortfolio", json!({"Id": id})).changes([gone(path)])
}

/// Reads the portfolios of `owner` that `worker` made, with their details and tags.
pub(super) async fn observe_portfolios(reader: &Reader<'_>, owner: &str, worker: &str) -> Result<Facts> {
    let mut facts = Facts::new();
    let start = format!("{worker}-");
    let all = reader.list_catalog(owner, "ListPortfolios", json!({}), "PortfolioDetails");
    for portfolio in all.await? {
        let (name, id) = (
            reader::text(&portfolio, "DisplayName"),
            reader::text(&portfolio, "Id"),
        );
        if !name.starts_with(&start) {
            continue;
        }
        let path = format!("portfolio/{name}");
        let described = reader
            .catalog(owner, "DescribePortfolio", json!({"Id": id}))
            .await?;
        let details = &described["PortfolioDetail"];
        for (fact, member) in [("description", "Description"), ("provider", "ProviderName")] {
            let value = reader::text(details, member);
            if !value.is_empty() {
                facts.insert(format!("{path}/{fact}"), value.to_owned());
            }
        }
        for tag in described["Tags"].as_array().into_iter().flatten() {
            let key = reader::text(tag, "Key");
            facts.insert(format!("{path}/tag/{key}"), reader::text(tag, "Value").to_owned());
        }
        facts.insert(path, id.to_owned());
    }
    Ok(facts)
}

/// Reads which of the portfolios that `worker` made `who` sees in a list.
pub(super) async fn observe_seen(
    reader: &Reader<'_>,
    (who, list): (&str, &str),
    worker: &str,
    fact: &str,
    facts: &mut Facts,
) -> Result<()> {
    let start = format!("{worker}-");
    let input = json!({"PortfolioShareType": list});
    let seen = reader.list_catalog(who, "ListAcceptedPortfolioShares", input, "PortfolioDetails");
    for portfolio in seen.await? {
        let name = reader::text(&portfolio, "DisplayName");
        if name.starts_with(&start) {
            let id = reader::text(&portfolio, "Id").to_owned();
            facts.insert(format!("portfolio/{name}/{fact}"), id);
        }
    }
    Ok(())
}

/// A portfolio and an account.
fn with(portfolio: &str, account: &str) -> Value {
    json!({"PortfolioId": portfolio, "AccountId": account})
}
