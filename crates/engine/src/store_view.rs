//! A store at a glance: what `chandlery status` says of it.
//!
//! Invariant: one unchanging view of the store, and nothing is written, so that a look makes no store and no account; and
//! a million accounts, shares or share operations take less than a second. Deliberately absent: who may see it. Whoever
//! can ask for it has the store itself.

use domain::{AccountId, Fault, ShareOperation, ShareStatus, Time};
use store::{JobCount, ReadTx, Store, Totals, VisitedAccounts};

use crate::Engine;

/// How many share operations are told of one by one. Ours: what a person reads.
const UNDER_WAY_MAX: u32 = 20;

/// A store at a glance.
#[derive(Clone, Debug)]
pub struct StoreView {
    /// The account that was there first.
    pub management: AccountId,
    /// When the first start was.
    pub created_at: Time,
    /// How much there is of what accounts make.
    pub totals: Totals,
    /// How many share operations there are of each status.
    pub share_operations: Vec<(ShareStatus, i64)>,
    /// The oldest that have not ended, with the accounts that they have visited.
    pub under_way: Vec<(ShareOperation, VisitedAccounts)>,
    /// Unfinished jobs.
    pub jobs: Vec<JobCount>,
    /// How many bytes the store takes.
    pub size_bytes: u64,
}

impl Engine {
    /// The engine's store at a glance; `None` if it is empty. Blocks on the embedded store.
    pub async fn store_view(&self) -> Result<Option<StoreView>, Fault> {
        look(self.store(), self.machine_now(), self.now()).await
    }
}

/// `store` at a glance; `None` if nobody has finished a first start on it. Blocks on the embedded store.
pub async fn view_store(store: &Store, now: Time) -> Result<Option<StoreView>, Fault> {
    look(store, now, now).await
}

/// The same, where `leases_now` is the clock of leases.
async fn look(store: &Store, leases_now: Time, now: Time) -> Result<Option<StoreView>, Fault> {
    let size_bytes = store.size_bytes().await?;
    store
        .read(move |tx| view(tx, leases_now, now, size_bytes))
        .await?
}

fn view(tx: &ReadTx<'_>, leases_now: Time, now: Time, size_bytes: u64) -> Result<Option<StoreView>, Fault> {
    let Some(installation) = tx.find_installation()? else {
        return Ok(None);
    };
    let mut under_way = Vec::new();
    for operation in tx.list_unfinished_share_operations(UNDER_WAY_MAX)? {
        let visited = tx.visited_accounts(&operation.token)?;
        under_way.push((operation, visited));
    }
    Ok(Some(StoreView {
        management: installation.management,
        created_at: installation.created_at,
        totals: tx.totals()?,
        share_operations: tx.count_share_operations()?,
        under_way,
        jobs: tx.count_jobs(leases_now, now)?,
        size_bytes,
    }))
}
