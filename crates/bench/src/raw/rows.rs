//! What one request leaves in the database.

use rusqlite::types::{ToSqlOutput, ValueRef};

/// A durable write that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// CreatePortfolio.
    Portfolio,
    /// CreatePortfolioShare with an account.
    Share,
}

/// A value in a row.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Text(String),
    Integer(i64),
    Bytes(Vec<u8>),
}

/// A statement, as both databases read it, and its values.
pub(super) type Statement = (&'static str, Vec<Cell>);

/// Who owns everything.
const OWNER: &str = "111122223333";
const REGION: &str = "us-east-1";
/// A time in microseconds; any will do.
const NOW_US: i64 = 1_795_348_057_285_101;
/// The bytes of a kept answer, and of the fingerprint of a request.
const ANSWER_BYTES: usize = 207;
const FINGERPRINT_BYTES: usize = 32;

const INSERT_REQUEST: &str =
    "INSERT INTO request (scope, token, fingerprint, answer, expires_at) VALUES ($1, $2, $3, $4, $5)";
const INSERT_PORTFOLIO: &str = "INSERT INTO portfolio
    (id, account_id, region, display_name, description, provider_name, created_at, shared_accounts)
    VALUES ($1, $2, $3, $4, NULL, $5, $6, 0)";
const INSERT_SHARE: &str = "INSERT INTO portfolio_share
    (account_id, region, portfolio_id, kind, principal_id, organization_id, share_tag_options, share_principals,
     accepted, created_at)
    VALUES ($1, $2, $3, 'ACCOUNT', $4, NULL, FALSE, FALSE, FALSE, $5)";
const COUNT_PORTFOLIO: &str =
    "UPDATE catalog SET portfolio_count = portfolio_count + 1 WHERE account_id = $1 AND region = $2";
const COUNT_SHARE: &str = "UPDATE portfolio SET shared_accounts = shared_accounts + 1 WHERE id = $1";
const INSERT_CATALOG: &str = "INSERT INTO catalog (account_id, region, portfolio_count) VALUES ($1, $2, 0)";

/// What has to be there first: the counter of the owner's portfolios, and the portfolio that is shared.
pub(super) fn foundation() -> Vec<Statement> {
    vec![(INSERT_CATALOG, vec![text(OWNER), text(REGION)]), portfolio(0)]
}

/// What `write` number `number` leaves. The rows that all share come last, so that they are locked for a short time.
pub(super) fn rows(write: Write, number: u64) -> Vec<Statement> {
    match write {
        Write::Portfolio => vec![
            request("CreatePortfolio", number),
            portfolio(number),
            (COUNT_PORTFOLIO, vec![text(OWNER), text(REGION)]),
        ],
        Write::Share => {
            let account = format!("{:012}", 200_000_000_000 + number);
            let share = vec![
                text(OWNER),
                text(REGION),
                text(portfolio_id(0)),
                text(account),
                Cell::Integer(NOW_US),
            ];
            vec![(INSERT_SHARE, share), (COUNT_SHARE, vec![text(portfolio_id(0))])]
        }
    }
}

/// The row that a request leaves on PostgreSQL even without an idempotency token, so that a lost answer of a COMMIT can
/// be settled.
pub(super) fn request_of_a_share(number: u64) -> Statement {
    request("CreatePortfolioShare", number)
}

fn request(operation: &str, number: u64) -> Statement {
    let values = vec![
        text(format!("{OWNER}/{REGION}/{operation}")),
        text(format!("portfolio-{number}")),
        Cell::Bytes(vec![7; FINGERPRINT_BYTES]),
        Cell::Bytes(vec![7; ANSWER_BYTES]),
        Cell::Integer(NOW_US),
    ];
    (INSERT_REQUEST, values)
}

fn portfolio(number: u64) -> Statement {
    let values = vec![
        text(portfolio_id(number)),
        text(OWNER),
        text(REGION),
        text("Databases"),
        text("Platform team"),
        Cell::Integer(NOW_US),
    ];
    (INSERT_PORTFOLIO, values)
}

/// An id in no order, as the server's: the multiplier is odd, so that no two numbers meet.
fn portfolio_id(number: u64) -> String {
    format!("port-{:013x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 12)
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

impl rusqlite::ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Cell {
    /// As PostgreSQL takes it.
    pub(super) fn as_postgres(&self) -> &(dyn tokio_postgres::types::ToSql + Sync) {
        match self {
            Self::Text(text) => text,
            Self::Integer(integer) => integer,
            Self::Bytes(bytes) => bytes,
        }
    }
}
