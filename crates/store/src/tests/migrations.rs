//! What is to be applied, and what is refused.

use crate::OpenError;
use crate::migrations::{Applied, MIGRATIONS, Migration, pending};

/// The checksums of the steps as they were released. A new step adds a line; a line never changes, because stores that
/// have applied the step would be refused.
const RELEASED: [&str; 6] = [
    "d8ef80327ef8c57c7299883f56ebd0adfa6c05422e48e42522ef5069d8873082",
    "1bc008ca24271f5f0949bc2fb7be11346eb83af47941b50b0c8a766b4f5eb68f",
    "c821d7432a80a88c4fef7541dcce1e45546f751d1bd903d45201ec613cd3a87b",
    "99c304c6bd87e2e79c8a6169fd8e13b7bc1a650356d6cad00d67a89de69a625e",
    "0ba365fe1d15d28f0667ebb9116227448d382c0b8909f5c86951bdf2671fada7",
    "3ced9bbd0356d7a38f770bcff58ac75b46665c19463b2c4595506efde197c85b",
];

const KNOWN: &[Migration] = &[
    Migration {
        version: 1,
        name: "0001_one",
        text: "one",
    },
    Migration {
        version: 2,
        name: "0002_two",
        text: "two",
    },
];

fn applied(migrations: &[Migration]) -> Vec<Applied> {
    let ledger = migrations.iter().map(|it| Applied {
        version: it.version,
        name: it.name.to_owned(),
        checksum: it.checksum(),
    });
    ledger.collect()
}

#[test]
fn a_fresh_store_needs_every_step_and_a_current_one_none() {
    assert_eq!(pending(KNOWN, &[]).unwrap().len(), 2);
    assert_eq!(pending(KNOWN, &applied(&KNOWN[..1])).unwrap()[0].version, 2);
    assert!(pending(KNOWN, &applied(KNOWN)).unwrap().is_empty());
}

#[test]
fn a_store_of_a_newer_binary_is_refused() {
    let refused = pending(&KNOWN[..1], &applied(KNOWN)).err().unwrap();

    assert!(matches!(refused, OpenError::NewerSchema { found: 2, known: 1 }));
    assert!(
        refused
            .to_string()
            .contains("it has schema 2, this binary knows 1")
    );
}

#[test]
fn a_step_that_was_edited_is_refused() {
    let mut ledger = applied(KNOWN);
    ledger[0].checksum = "other".to_owned();

    let refused = pending(KNOWN, &ledger).err().unwrap();

    assert!(matches!(refused, OpenError::ChangedMigration { version: 1, .. }));
}

#[test]
fn steps_are_numbered_from_one_as_their_names_say() {
    for (expected, migration) in (1..).zip(MIGRATIONS) {
        assert_eq!(migration.version, expected);
        assert!(migration.name.starts_with(&format!("{expected:04}_")));
    }
}

#[test]
fn a_step_that_was_released_is_never_edited() {
    let checksums: Vec<String> = MIGRATIONS.iter().map(Migration::checksum).collect();
    assert_eq!(checksums, RELEASED);
}
