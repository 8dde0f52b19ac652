//! What everybody is told of every portfolio, and what the model says of it.
//!
//! Invariant: every account asks about every portfolio, its own or not. Deliberately absent: owners' lists of shares,
//! which the matrix has.

use std::{collections::BTreeSet, fmt::Write as _};

use serde_json::{Value, json};
use testkit::{Actor, Refused};

use super::{
    deeds::{CATALOG, List},
    model::{Account, Model},
    structure::Id,
};

/// What one account was told, question by question.
pub(super) struct Look {
    pub(super) account: Id,
    pub(super) answers: Vec<(Value, Result<Value, Refused>)>,
}

/// Asks all of it. The answers come in the order of [`expected`].
pub(super) async fn look(actor: Actor, portfolios: Vec<Id>) -> Look {
    let mut questions = Vec::new();
    for list in [List::Imported, List::Organization] {
        let input = json!({"PortfolioShareType": list.name()});
        questions.push(("ListAcceptedPortfolioShares", input));
    }
    questions.extend(
        portfolios
            .iter()
            .map(|id| ("DescribePortfolio", json!({"Id": id}))),
    );
    let mut answers = Vec::new();
    for (operation, input) in questions {
        let answer = actor.ask(CATALOG, operation, &input).await;
        answers.push((input, answer));
    }
    Look {
        account: actor.account_id().to_owned(),
        answers,
    }
}

impl Look {
    /// What was seen, as a text.
    pub(super) fn seen(&self) -> String {
        let mut seen = String::new();
        for (_, answer) in &self.answers {
            let answer = match answer {
                Ok(answer) => told(answer),
                Err(refusal) => refusal.code.clone(),
            };
            writeln!(seen, "{answer}").expect("a String takes every text");
        }
        seen
    }
}

fn told(answer: &Value) -> String {
    if let Some(id) = answer.pointer("/PortfolioDetail/Id").and_then(Value::as_str) {
        return id.to_owned();
    }
    let ids = answer["PortfolioDetails"].as_array().expect("a list is told");
    let ids: BTreeSet<_> = ids.iter().filter_map(|it| it["Id"].as_str()).collect();
    format!("{ids:?}")
}

/// The same as the model says.
pub(super) fn expected(model: &Model, account: &Account) -> String {
    let mut seen = String::new();
    let mut say = |text: String| writeln!(seen, "{text}").expect("a String takes every text");
    let refused = account
        .is_closed
        .then(|| "UnrecognizedClientException".to_owned());
    let portfolios = || model.portfolios.iter();

    let imported: BTreeSet<_> = portfolios()
        .filter(|it| it.is_imported_by(&account.id))
        .map(|it| it.id.as_str())
        .collect();
    let organization: BTreeSet<_> = portfolios()
        .filter(|it| model.has_through_organization(&account.id, it))
        .map(|it| it.id.as_str())
        .collect();
    for list in [imported, organization] {
        say(refused.clone().unwrap_or_else(|| format!("{list:?}")));
    }
    for it in portfolios() {
        let told = if model.sees(&account.id, it) {
            it.id.clone()
        } else {
            "ResourceNotFoundException".to_owned()
        };
        say(refused.clone().unwrap_or(told));
    }
    seen
}
