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
