//! What is reported: the form in which scripts read it, and in which a server tells its neighbour.
//!
//! Invariant: members are only added, so that scripts and other releases go on understanding it; a place is without its
//! password. Times are as RFC 3339 has them.

use std::collections::BTreeMap;

use domain::{ShareOperation, Time};
use engine::{Clock as _, Engine, StoreView, SystemClock};
use serde::{Deserialize, Serialize};
use store::{FoundSchema, JobCount, VisitedAccounts};

use super::StorePlace;
use crate::metrics::Metrics;

/// A server and its store.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Report {
    /// The server that has the data folder.
    pub(crate) server: Option<ServerReport>,
    pub(crate) store: StoreReport,
}

/// A server that runs.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct ServerReport {
    pub(super) process: u32,
    pub(super) version: String,
    pub(super) endpoint: String,
    pub(super) started_at: String,
    pub(super) uptime_seconds: u64,
    pub(super) requests: Requests,
}

/// Requests of one server since its start.
#[derive(Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Requests {
    pub(crate) in_flight: usize,
    /// Answered by their operation, with a status of 2xx.
    pub(crate) succeeded: u64,
    /// The same with 4xx.
    pub(crate) client_errors: u64,
    /// The same with 5xx.
    pub(crate) server_errors: u64,
    /// Answered by no operation.
    pub(crate) refused: u64,
}

/// A store.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct StoreReport {
    pub(super) engine: String,
    pub(super) place: String,
    pub(super) schema: i64,
    pub(super) size_bytes: u64,
    pub(super) created_at: String,
    pub(super) management_account: String,
    pub(super) accounts: i64,
    pub(super) organizations: i64,
    pub(super) portfolios: i64,
    pub(super) shares: i64,
    /// How many there are of each status.
    pub(super) share_operations: BTreeMap<String, i64>,
    /// The oldest that have not ended.
    pub(super) share_operations_under_way: Vec<UnderWay>,
    /// Unfinished jobs.
    pub(super) jobs: Vec<Jobs>,
}

/// A share operation that has not ended.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct UnderWay {
    pub(super) token: String,
    pub(super) status: String,
    pub(super) action: String,
    pub(super) portfolio: String,
    pub(super) owner: String,
    pub(super) region: String,
    pub(super) shared_with: String,
    pub(super) created_at: String,
    pub(super) accounts_reached: i64,
    pub(super) accounts_failed: i64,
}

/// Unfinished jobs of one kind in one state.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Jobs {
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) count: i64,
}

/// What a server knows of itself.
pub(crate) struct About {
    pub(super) store: StorePlace,
    endpoint: String,
    started_at: Time,
    metrics: Metrics,
}

impl About {
    /// A server at `endpoint` that starts now.
    pub(crate) fn new(store: StorePlace, endpoint: String, metrics: Metrics) -> Self {
        Self {
            store,
            endpoint,
            started_at: SystemClock.now(),
            metrics,
        }
    }

    pub(super) async fn report(&self, engine: &Engine) -> ServerReport {
        let uptime_us = SystemClock.now().microseconds() - self.started_at.microseconds();
        ServerReport {
            process: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            endpoint: self.endpoint.clone(),
            started_at: self.started_at.to_string(),
            uptime_seconds: u64::try_from(uptime_us).unwrap_or_default() / 1_000_000,
            requests: Requests {
                in_flight: engine.requests_in_flight(),
                ..self.metrics.requests().await
            },
        }
    }
}

impl StoreReport {
    pub(super) fn of(place: &StorePlace, view: &StoreView) -> Self {
        let totals = view.totals;
        let operations = view.share_operations.iter();
        Self {
            engine: place.engine.to_owned(),
            place: place.name.clone(),
            schema: FoundSchema::CURRENT.version,
            size_bytes: view.size_bytes,
            created_at: view.created_at.to_string(),
            management_account: view.management.to_string(),
            accounts: totals.accounts,
            organizations: totals.organizations,
            portfolios: totals.portfolios,
            shares: totals.shares,
            share_operations: operations.map(|it| (it.0.name().to_owned(), it.1)).collect(),
            share_operations_under_way: view.under_way.iter().map(UnderWay::of).collect(),
            jobs: view.jobs.iter().map(Jobs::of).collect(),
        }
    }
}

impl UnderWay {
    fn of((operation, visited): &(ShareOperation, VisitedAccounts)) -> Self {
        Self {
            token: operation.token.to_string(),
            status: operation.status.name().to_owned(),
            action: operation.action.name().to_owned(),
            portfolio: operation.portfolio.to_string(),
            owner: operation.owner.to_string(),
            region: operation.region.to_string(),
            shared_with: operation.target.principal_id().to_owned(),
            created_at: operation.created_at.to_string(),
            accounts_reached: visited.reached,
            accounts_failed: visited.failed,
        }
    }
}

impl Jobs {
    fn of(it: &JobCount) -> Self {
        Self {
            kind: it.kind.name().to_owned(),
            state: it.state.name().to_owned(),
            count: it.count,
        }
    }
}
