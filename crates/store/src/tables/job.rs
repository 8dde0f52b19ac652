//! `job`: durable work that goes on after the request that asked for it.
//!
//! Invariant: a job is recorded in the transaction that asked for it, and is worked on under a lease. Taking a lease
//! raises `attempt`; progress is written only under the attempt that took it, so that a worker which lost its lease
//! changes nothing.

use std::time::Duration;

use domain::{JobId, Time};

use super::decode;
use crate::{ReadTx, StoreError, WriteTx, statements, values};

/// A piece of durable work, leased to one worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// The id of what it is done to.
    pub subject: String,
    /// How far it has come, in the words of its kind; empty at the start.
    pub position: String,
    /// How often a lease was taken, this one included.
    pub attempt: i64,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Carry a share operation out to accounts. Subject: its token.
    ShareOperation,
    /// Create an account. Subject: the request's id.
    AccountCreation,
    /// Let Service Catalog's copy of an organization follow. Subject: the organization's id.
    StructureSync,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::ShareOperation, Self::AccountCreation, Self::StructureSync];

    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            JobKind::ShareOperation => "SHARE_OPERATION",
            JobKind::AccountCreation => "ACCOUNT_CREATION",
            JobKind::StructureSync => "STRUCTURE_SYNC",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What an unfinished job is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// A worker has it, or had it until a moment ago: one that pauses, for another job or for what delays it, is taken up
    /// again and again.
    Leased,
    /// It is to be done later.
    Scheduled,
    /// It waits for a worker.
    Due,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Leased, Self::Scheduled, Self::Due];

    /// Its name, for labels and people.
    pub fn name(self) -> &'static str {
        match self {
            JobState::Leased => "LEASED",
            JobState::Scheduled => "SCHEDULED",
            JobState::Due => "DUE",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// How many unfinished jobs of one kind are in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobCount {
    /// What is to be done.
    pub kind: JobKind,
    /// What they are doing.
    pub state: JobState,
    /// How many there are.
    pub count: i64,
}

/// How long a job may be free before it counts as due: a worker takes a pausing job up again within half a second, and
/// it is not to look as if nobody worked on it meanwhile.
const FREE_MOMENT: Duration = Duration::from_secs(1);

statements! {
    INSERT = "INSERT INTO job (id, kind, subject, position, due_at, attempt, leased_until, created_at)
              VALUES ($1, $2, $3, '', $4, 0, 0, $5)";
    CLAIM = "UPDATE job SET leased_until = $1, attempt = attempt + 1
             WHERE leased_until <= $2 AND id = (
                 SELECT id FROM job WHERE leased_until <= $2 AND due_at <= $3 ORDER BY leased_until, due_at, id LIMIT 1)
             RETURNING id, kind, subject, position, attempt";
    PUT_POSITION = "UPDATE job SET position = $1, leased_until = $2 WHERE id = $3 AND attempt = $4";
    REMOVE = "DELETE FROM job WHERE id = $1 AND attempt = $2";
    PULL_IN = "UPDATE job SET due_at = $1 + (due_at - created_at), created_at = $2 WHERE created_at > $3";
    RELEASE_ALL = "UPDATE job SET leased_until = 0";
    PENDING = "SELECT 1 FROM job WHERE kind = $1 AND subject = $2 LIMIT 1";
    ANY = "SELECT 1 FROM job LIMIT 1";
    COUNT = "SELECT kind,
                    CASE WHEN leased_until > $1 THEN 'LEASED' WHEN due_at > $2 THEN 'SCHEDULED' ELSE 'DUE' END,
                    COUNT(*)
             FROM job GROUP BY 1, 2 ORDER BY 1, 2";
}

impl ReadTx<'_> {
    /// Whether there is unfinished work of `kind` on `subject`.
    pub fn job_is_pending(&self, kind: JobKind, subject: &str) -> Result<bool, StoreError> {
        Ok(self
            .maybe_one(PENDING, values![kind.name(), subject], |_| Ok(()))?
            .is_some())
    }

    /// Whether there is unfinished work at all.
    pub fn any_job_is_pending(&self) -> Result<bool, StoreError> {
        Ok(self.maybe_one(ANY, values![], |_| Ok(()))?.is_some())
    }

    /// How much unfinished work there is at `now`, where `leases_now` is the clock of leases. What there is none of is left
    /// out. Reads the whole table.
    pub fn count_jobs(&self, leases_now: Time, now: Time) -> Result<Vec<JobCount>, StoreError> {
        self.all(COUNT, values![leases_now.before(FREE_MOMENT), now], |row| {
            Ok(JobCount {
                kind: decode::name(row, 0, JobKind::from_name)?,
                state: decode::name(row, 1, JobState::from_name)?,
                count: row.integer(2)?,
            })
        })
    }
}

impl WriteTx<'_> {
    /// Records work to be done from `due_at` on.
    pub fn insert_job(
        &self,
        id: &JobId,
        kind: JobKind,
        subject: &str,
        due_at: Time,
        now: Time,
    ) -> Result<(), StoreError> {
        self.execute(INSERT, values![id, kind.name(), subject, due_at, now])?;
        Ok(())
    }

    /// Leases the job that is due longest at `now`, if any is due and free; first those that nobody has put off yet. Leases are held by the machine's clock, which
    /// shows `machine_now`: it goes on whatever the other one does.
    pub fn claim_job(
        &self,
        now: Time,
        machine_now: Time,
        lease: Duration,
    ) -> Result<Option<Job>, StoreError> {
        let claimed = self.returning(
            CLAIM,
            values![machine_now.after(lease), machine_now, now],
            |row| {
                Ok(Job {
                    id: decode::id(row, 0, JobId::parse)?,
                    kind: decode::name(row, 1, JobKind::from_name)?,
                    subject: row.text(2)?.to_owned(),
                    position: row.text(3)?.to_owned(),
                    attempt: row.integer(4)?,
                })
            },
        )?;
        Ok(claimed.into_iter().next())
    }

    /// Records how far `job` has come and renews its lease. Says whether the lease still held.
    pub fn put_job_position(
        &self,
        job: &Job,
        position: &str,
        leased_until: Time,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(PUT_POSITION, values![position, leased_until, job.id, job.attempt])? == 1)
    }

    /// Ends `job`. Says whether the lease still held.
    pub fn remove_job(&self, job: &Job) -> Result<bool, StoreError> {
        Ok(self.execute(REMOVE, values![job.id, job.attempt])? == 1)
    }

    /// Takes every job that was recorded after `latest`, by a clock that was ahead, for one that is recorded `now`.
    pub fn pull_in_jobs(&self, now: Time, latest: Time) -> Result<(), StoreError> {
        self.execute(PULL_IN, values![now, now, latest])?;
        Ok(())
    }

    /// Takes every lease away: for the start of the only process on a store.
    pub fn release_jobs(&self) -> Result<(), StoreError> {
        self.execute(RELEASE_ALL, values![])?;
        Ok(())
    }
}
