//! The tables, one file each: statements, the functions that run them, and the invariant of the table.
//!
//! Functions are methods on [`ReadTx`](crate::ReadTx) and [`WriteTx`](crate::WriteTx) and speak the domain's types. A
//! bare noun or `find_` reads one row, `list_` one page, `insert_` says whether the row was new, `put_` overwrites,
//! `remove_` deletes.

mod access_key;
mod account;
mod account_creation;
mod catalog;
mod coverage;
mod decode;
mod default_policy_detachment;
mod delegated_administrator;
mod handshake;
mod iam_role;
mod iam_user;
mod installation;
mod job;
mod organization;
mod organization_tag;
mod organizational_unit;
mod policy;
mod policy_attachment;
mod policy_type;
mod portfolio;
mod portfolio_share;
mod reach;
mod request;
mod resource_policy;
mod service_access;
mod session;
mod share_exclusion;
mod share_operation;
mod share_rejection;
mod structure;
mod totals;

pub use access_key::{AccessKey, KeyOwner, KeyUser};
pub use account::CatalogCopy;
pub use coverage::{Coverage, Singled};
pub use default_policy_detachment::DefaultPolicyTarget;
pub use handshake::HandshakeFilter;
pub use iam_role::Role;
pub use iam_user::User;
pub use installation::Installation;
pub use job::{Job, JobCount, JobKind, JobState};
pub use portfolio_share::ReceivedShare;
pub use session::Session;
pub use share_operation::{FailedAccounts, ShareOutcome, VisitedAccounts};
pub use structure::MetAccount;
pub use totals::Totals;

/// Every statement of every table, by name, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&[(&str, &str)]] = &[
    access_key::ALL,
    account::ALL,
    account_creation::ALL,
    catalog::ALL,
    coverage::ALL,
    default_policy_detachment::ALL,
    delegated_administrator::ALL,
    handshake::ALL,
    iam_role::ALL,
    iam_user::ALL,
    installation::ALL,
    job::ALL,
    organization::ALL,
    organization_tag::ALL,
    organizational_unit::ALL,
    policy::ALL,
    policy_attachment::ALL,
    policy_type::ALL,
    portfolio::ALL,
    portfolio_share::ALL,
    reach::ALL,
    request::ALL,
    resource_policy::ALL,
    service_access::ALL,
    session::ALL,
    share_exclusion::ALL,
    share_operation::ALL,
    share_rejection::ALL,
    structure::ALL,
    totals::ALL,
];

/// Whether a row was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It was.
    New,
    /// A row with this key was there; nothing changed.
    AlreadyThere,
}

impl Inserted {
    fn from_rows(rows: u64) -> Self {
        if rows == 0 {
            Inserted::AlreadyThere
        } else {
            Inserted::New
        }
    }
}
