//! What an import is told, and what it tells: the plan, its progress, its outcome.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use domain::{AccountId, AccountState, Fault, JoinedMethod, OrganizationId, RootId, UnitId};
use store::StoreError;

/// What is to be loaded. Every part knows the line it was read from.
#[derive(Debug, Default)]
pub struct OrganizationPlan {
    /// The account that manages the organization; the server's own if absent.
    pub management: Option<(AccountId, Line)>,
    /// The organization's id; a random one if absent.
    pub organization: Option<(OrganizationId, Line)>,
    /// The id of its root; a random one if absent.
    pub root: Option<(RootId, Line)>,
    /// The units, each after the one it lies under.
    pub units: Vec<PlannedUnit>,
    /// The accounts, in any order.
    pub accounts: Vec<PlannedAccount>,
}

/// A line of the text that a plan was read from, counted from 1.
pub type Line = u32;

/// Where in `OrganizationPlan::units` something lies under; `None` is the root.
pub type Under = Option<usize>;

/// A unit of a plan.
#[derive(Debug)]
pub struct PlannedUnit {
    /// What it lies under.
    pub under: Under,
    /// Its id, unique; a random one if absent.
    pub id: Option<UnitId>,
    /// Its name, unique there.
    pub name: String,
    /// Where it was read.
    pub line: Line,
}

/// An account of a plan.
#[derive(Debug)]
pub struct PlannedAccount {
    /// What it lies under.
    pub under: Under,
    /// Its id, unique; a random one if absent. The management account may be among them: it is moved
    /// and named, not made.
    pub id: Option<AccountId>,
    /// Its name.
    pub name: String,
    /// Its address, unique; one that nothing can be sent to if absent.
    pub email: Option<String>,
    /// Whether it is in use.
    pub state: AccountState,
    /// How it came into the organization.
    pub joined_method: JoinedMethod,
    /// Where it was read.
    pub line: Line,
}

/// What was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The organization.
    pub organization: OrganizationId,
    /// The account that manages it.
    pub management: AccountId,
    /// How many units are new.
    pub units: usize,
    /// How many accounts are new.
    pub accounts: usize,
}

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The plan does not fit what is there.
    #[error("{}{reason}", line.map(|it| format!("line {it}: ")).unwrap_or_default())]
    Refused {
        /// The line that says so, if it is one.
        line: Option<Line>,
        /// Why, for the person who wrote it.
        reason: String,
    },
    /// The engine or its store failed.
    #[error(transparent)]
    Failed(#[from] Fault),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// How far an import is, for whoever watches, and whether anybody still does.
#[derive(Clone, Debug, Default)]
pub struct ImportProgress(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    done: AtomicUsize,
    of: AtomicUsize,
    abandoned: AtomicBool,
}

impl ImportProgress {
    /// How many accounts are written. The number starts again if the transaction does.
    pub fn accounts(&self) -> usize {
        self.0.done.load(Ordering::Relaxed)
    }

    /// How many there will be; 0 while that is not known.
    pub fn of(&self) -> usize {
        self.0.of.load(Ordering::Relaxed)
    }

    /// Says that nobody waits for the import any more: unless it is being committed already, it ends with nothing done.
    pub fn abandon(&self) {
        self.0.abandoned.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.0.abandoned.load(Ordering::Relaxed)
    }

    pub(super) fn reach(&self, done: usize, of: usize) {
        self.0.done.store(done, Ordering::Relaxed);
        self.0.of.store(of, Ordering::Relaxed);
    }
}
