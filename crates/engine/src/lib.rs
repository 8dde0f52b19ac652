//! The service: requests in, answers out, and the durable work behind them.
//!
//! [`Engine::answer`] takes a request apart, finds out who is asking, and runs one operation in one transaction;
//! [`Engine::run_jobs`] does what requests left to be done. Invariant: an operation never opens a transaction, reads a
//! clock or draws a random number; all of that comes in through [`Cx`] and its transaction. Deliberately absent:
//! sockets, configuration files, and anything that starts by itself.

mod abandonment;
mod access;
mod authenticate;
mod authorize;
mod clock;
mod convert;
mod cx;
mod dispatch;
mod fault_answer;
mod handler;
mod idempotency;
mod injection;
mod jobs;
mod limits;
mod log;
mod long_answers;
mod meters;
mod operation;
mod operations;
mod organization_access;
mod organization_handshake;
mod organization_import;
mod organization_membership;
mod organization_policy;
mod organization_role;
mod organization_view;
mod page;
mod randomness;
mod store_view;
mod structure_walk;

pub use access::NewAccount;
pub use clock::{Clock, SystemClock};
pub use cx::Cx;
pub use dispatch::{Auth, Engine, EngineOptions, Opened};
pub use injection::{
    ClockChange, ClockReading, CutConnection, FaultEffect, FaultRule, FaultRules, FaultState,
    InvalidClockChange, InvalidRule, KeptRule, UnknownRule,
};
pub use jobs::LeasedJob;
pub use limits::Limits;
pub use meters::{Refused, SharedRecorder};
pub use operation::{Command, LongQuery, Query, Resource, Unbuilt, Unsupported};
pub use organization_import::{
    ImportError, ImportProgress, Imported, Line, OrganizationPlan, PlannedAccount, PlannedUnit, Under,
};
pub use organization_view::{AccountView, OrganizationView, UnitView, ViewDetail};
pub use randomness::{Fresh, Randomness, SystemRandomness};
pub use store_view::{StoreView, view_store};
