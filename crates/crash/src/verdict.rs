//! What became of a write without an answer: all of it, nothing of it, or something that must not be.

use anyhow::{Result, bail};

use crate::facts::{Facts, after, differences, with_hidden};
use crate::intent::Intent;

/// What a worker goes on from.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// What is there.
    pub(crate) facts: Facts,
    /// Whether the write without an answer was done. Where it changes nothing that can be read, it counts as not done.
    pub(crate) done: bool,
}

/// Compares what was `found` with what was `acknowledged`, and with what it would be after `in_flight`.
///
/// # Errors
///
/// If it is neither: something acknowledged is missing, or something is there by halves.
pub(crate) fn verdict(acknowledged: &Facts, in_flight: Option<&Intent>, found: Facts) -> Result<Verdict> {
    let missing = differences(acknowledged, &found);
    if missing.is_empty() {
        let facts = with_hidden(found, acknowledged);
        return Ok(Verdict { facts, done: false });
    }
    let Some(intent) = in_flight else {
        bail!("what is there is not what was acknowledged:{}", lines(&missing));
    };
    let expected = after(acknowledged, &intent.changes, None);
    let half = differences(&expected, &found);
    if half.is_empty() {
        let facts = with_hidden(found, &expected);
        return Ok(Verdict { facts, done: true });
    }
    bail!(
        "neither done nor not done\n  if it was not done:{}\n  if it was done:{}",
        lines(&missing),
        lines(&half)
    );
}

fn lines(differences: &[String]) -> String {
    let mut text = String::new();
    for line in differences {
        text.push_str("\n    ");
        text.push_str(line);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::facts::{Change, put};

    fn facts(pairs: &[(&str, &str)]) -> Facts {
        let owned = pairs
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        owned.collect()
    }

    /// A portfolio with a tag is made.
    fn creation() -> Intent {
        Intent::catalog("management", "CreatePortfolio", json!({})).changes([
            Change::Learn("portfolio/b".to_owned(), "/PortfolioDetail/Id"),
            put("portfolio/b/tag/team", "data"),
            put("~portfolio/b", "hidden"),
        ])
    }

    #[test]
    fn a_write_is_done_or_not() {
        let before = facts(&[("portfolio/a", "port-1")]);
        let not_done = verdict(&before, Some(&creation()), before.clone()).unwrap();
        assert!(!not_done.done);
        assert_eq!(not_done.facts, before);

        let whole = facts(&[
            ("portfolio/a", "port-1"),
            ("portfolio/b", "port-2"),
            ("portfolio/b/tag/team", "data"),
        ]);
        let done = verdict(&before, Some(&creation()), whole).unwrap();
        assert!(done.done);
        assert_eq!(done.facts["portfolio/b"], "port-2");
        assert_eq!(done.facts["~portfolio/b"], "hidden");
    }

    #[test]
    fn half_a_write_is_told() {
        let before = facts(&[("portfolio/a", "port-1")]);
        let half = facts(&[("portfolio/a", "port-1"), ("portfolio/b", "port-2")]);
        let told = verdict(&before, Some(&creation()), half).unwrap_err().to_string();
        assert_eq!(
            told,
            "neither done nor not done\n  if it was not done:\n    portfolio/b: expected nothing, found port-2\n  \
             if it was done:\n    portfolio/b/tag/team: expected data, found nothing"
        );
    }

    #[test]
    fn an_acknowledged_write_that_is_lost_is_told() {
        let acknowledged = facts(&[("portfolio/a", "port-1")]);
        let told = verdict(&acknowledged, None, Facts::new())
            .unwrap_err()
            .to_string();
        assert_eq!(
            told,
            "what is there is not what was acknowledged:\n    portfolio/a: expected port-1, found nothing"
        );
    }
}
