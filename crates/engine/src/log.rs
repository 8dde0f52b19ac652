//! What the engine logs of single requests and jobs: one line for each at debug, and one for each failure of ours.
//!
//! Invariant: a line of a request has its id, which is the `x-amzn-RequestId` of its answer, and a line of a job has its
//! kind, subject and attempt. Labels, accounts and ids of ours, but no text of a client's: bodies, keys, signatures and
//! session tokens are never logged. Deliberately absent: a span around each request, which would cost every one of them
//! for the few lines that are ever logged.

use std::any::Any;

use domain::{Arn, Fault, with_causes};
use identity::Refusal;
use shapes::ErrorAnswer;
use store::Job;
use uuid::Uuid;

use crate::{Cx, Refused, meters::JobOutcome};

/// Where lines of single requests and jobs are logged: one short name, to choose them by.
pub(crate) const TARGET: &str = "chandlery_engine";

/// No operation answers a request, which is told `error`.
pub(crate) fn refused(request_id: Uuid, reason: Refused, error: &ErrorAnswer<'_>) {
    let (reason, status, error) = (reason.name(), error.status, error.code);
    tracing::debug!(target: TARGET, %request_id, reason, status, error, "refused");
}

/// The client of a request went away before its answer.
pub(crate) fn abandoned(request_id: Uuid) {
    let reason = Refused::Abandoned.name();
    tracing::debug!(target: TARGET, %request_id, reason, "refused");
}

/// A fault rule decides how a request is answered.
pub(crate) fn provoked(request_id: Uuid, operation: &str) {
    tracing::debug!(target: TARGET, %request_id, operation, "a fault rule decides the answer");
}

/// The caller of a request may do what it asks for.
pub(crate) fn allowed(cx: &Cx, operation: &str, resource: &Arn) {
    let (request_id, caller) = (cx.request_id(), cx.caller());
    // The ARN is made only where it is logged.
    tracing::trace!(
        target: TARGET,
        %request_id,
        caller = %caller.arn(cx.partition()),
        operation,
        %resource,
        "allowed"
    );
}

/// Why a signature was not believed, where that is said in words of ours: others hold parts of the request.
pub(crate) fn disbelieved(request_id: Uuid, refusal: &Refusal) {
    match refusal {
        Refusal::IncompleteSignature(_) | Refusal::MalformedQueryString(_) | Refusal::InvalidScope(_) => {}
        ours => tracing::debug!(target: TARGET, %request_id, why = %ours, "disbelieved a signature"),
    }
}

/// A fault with a cause is one of ours: it is logged here, once.
pub(crate) fn failed(request_id: Uuid, fault: &Fault) {
    if let Some(cause) = std::error::Error::source(fault) {
        let (error, cause) = (fault.code(), with_causes(cause));
        tracing::error!(target: TARGET, %request_id, error, cause, "a request failed");
    }
}

/// A request panicked.
pub(crate) fn panicked(request_id: Uuid, panic: &(dyn Any + Send)) {
    let panic = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("not a message");
    tracing::error!(target: TARGET, %request_id, panic, "a request panicked");
}

/// A worker has a job from now on.
pub(crate) fn job_taken_up(job: &Job) {
    let (kind, subject, attempt) = (job.kind.name(), &job.subject, job.attempt);
    tracing::debug!(target: TARGET, job = kind, subject, attempt, "took up a job");
}

/// A worker lets go of a job.
pub(crate) fn job_let_go(job: &Job, outcome: JobOutcome) {
    let (kind, subject, attempt) = (job.kind.name(), &job.subject, job.attempt);
    let outcome = outcome.name();
    tracing::debug!(target: TARGET, job = kind, subject, attempt, outcome, "let go of a job");
}

/// A job's step failed. It is taken again later.
pub(crate) fn job_failed(job: &Job, fault: &Fault) {
    let (kind, subject, attempt) = (job.kind.name(), &job.subject, job.attempt);
    let cause = with_causes(fault);
    tracing::warn!(target: TARGET, job = kind, subject, attempt, cause, "a step of a job failed");
}
