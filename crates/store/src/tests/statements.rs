//! Every statement of every table is one that both engines accept.

use crate::Store;
use crate::tables::STATEMENTS;
use crate::testing::TestDatabase;

/// Every statement, as `name: text`.
fn statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    STATEMENTS.iter().flat_map(|table| table.iter().copied())
}

#[test]
fn sqlite_accepts_every_statement_with_its_parameters_in_order() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let connection = rusqlite::Connection::open(folder.path().join("chandlery.db")).unwrap();

    for (name, sql) in statements() {
        let statement = connection
            .prepare(sql)
            .unwrap_or_else(|error| panic!("{name}: {error}\n{sql}"));
        for index in 1..=statement.parameter_count() {
            let parameter = statement.parameter_name(index);
            assert_eq!(parameter, Some(format!("${index}").as_str()), "{name}: {sql}");
        }
    }
}

/// Those that are meant to look at every row of a table: keys when a server starts; jobs, which are few and gone when
/// they are done; the organizations of a server; and what a whole store holds, which operators ask for.
const SCANS: &[&str] = &[
    "LIST_OF_USERS",
    "PULL_IN",
    "RELEASE_ALL",
    "ANY",
    "COUNT",
    "LIST",
    "TOTALS",
    "STATUSES",
];

#[test]
fn sqlite_finds_what_a_statement_wants_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let connection = rusqlite::Connection::open(folder.path().join("chandlery.db")).unwrap();

    let scanning: Vec<&str> = statements()
        .filter(|(_, sql)| scans(&connection, sql))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(scanning, SCANS);
}

#[test]
fn sqlite_walks_a_unit_by_the_units_own_index() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let connection = rusqlite::Connection::open(folder.path().join("chandlery.db")).unwrap();
    let (_, walk) = statements().find(|(name, _)| *name == "WALK_UNIT").unwrap();
    let plan = column::<String>(&connection, &format!("EXPLAIN QUERY PLAN {walk}"), "detail");
    assert!(plan.concat().contains("account_catalog_parent"), "{plan:?}");
}

/// Whether a plan goes through all of a table or of an index, be it to make an index for the moment. What a statement made
/// itself, as its common table expressions, is opened otherwise.
fn scans(connection: &rusqlite::Connection, sql: &str) -> bool {
    let is_scan = |detail: &String| detail.starts_with("SCAN");
    if !column::<String>(connection, &format!("EXPLAIN QUERY PLAN {sql}"), "detail")
        .iter()
        .any(is_scan)
    {
        return false;
    }
    let explained = format!("EXPLAIN {sql}");
    let steps = column::<String>(connection, &explained, "opcode");
    let cursors = column::<i64>(connection, &explained, "p1");
    let cursors_at = |wanted: &'static [&str]| {
        let steps = steps.iter().zip(&cursors);
        steps.filter_map(move |(step, cursor)| wanted.contains(&step.as_str()).then_some(*cursor))
    };
    let opened: Vec<i64> = cursors_at(&["OpenRead", "OpenWrite", "OpenAutoindex"]).collect();
    cursors_at(&["Rewind", "Last"]).any(|cursor| opened.contains(&cursor))
}

fn column<T: rusqlite::types::FromSql>(connection: &rusqlite::Connection, sql: &str, name: &str) -> Vec<T> {
    let mut statement = connection.prepare(sql).unwrap();
    let values = statement.raw_query().mapped(|row| row.get(name));
    values.collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn postgresql_accepts_every_statement() {
    let database = TestDatabase::migrated().await;
    let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);

    for (name, sql) in statements() {
        if let Err(error) = client.prepare(sql).await {
            panic!("{name}: {error:?}\n{sql}");
        }
    }
}
