//! Ids in texts.
//!
//! Invariant: whatever has the form of an id is found, also in the middle of an ARN, a message or a name. Deliberately
//! absent: who may know of it.

use std::collections::BTreeSet;

use super::structure::Id;

/// The ids in `text`: of accounts, portfolios, share tokens, organizations, roots, units and handshakes.
pub(super) fn ids(text: &str) -> BTreeSet<Id> {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '-');
    words.flat_map(ids_in_word).collect()
}

/// A word may be an id, or have one behind a hyphen, as in `account-111122223333`.
fn ids_in_word(word: &str) -> Vec<Id> {
    let mut found = Vec::new();
    if is_id(word) {
        found.push(word.to_owned());
    }
    found.extend(word.split('-').filter(|it| is_account(it)).map(str::to_owned));
    found
}

fn is_id(word: &str) -> bool {
    let Some((prefix, rest)) = word.split_once('-') else {
        return false;
    };
    let is_plain = |it: &str| {
        it.chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    };
    match prefix {
        "port" | "share" => rest.len() == 13 && is_plain(rest),
        "o" => rest.len() >= 10 && is_plain(rest),
        "r" => rest.len() >= 4 && is_plain(rest),
        "h" => rest.len() >= 8 && is_plain(rest),
        "ou" => rest
            .split_once('-')
            .is_some_and(|(root, unit)| root.len() >= 4 && unit.len() >= 8),
        _ => false,
    }
}

fn is_account(word: &str) -> bool {
    word.len() == 12 && word.chars().all(|it| it.is_ascii_digit())
}

#[test]
fn ids_are_found_wherever_they_stand() {
    let text = "arn:aws:organizations::111122223333:ou/o-exampleorgid/ou-ab12-11111111 port-2qwzkwxt3y5fk \
                {\"r-ab12\":\"share-6v24abcdefghi\"} account-444455556666@example.com h-0123456789abcdef 1577222793.362";
    let found: Vec<_> = ids(text).into_iter().collect();
    assert_eq!(
        found,
        [
            "111122223333",
            "444455556666",
            "h-0123456789abcdef",
            "o-exampleorgid",
            "ou-ab12-11111111",
            "port-2qwzkwxt3y5fk",
            "r-ab12",
            "share-6v24abcdefghi"
        ]
    );
}
