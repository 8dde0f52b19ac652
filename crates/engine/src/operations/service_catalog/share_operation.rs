//! Share operations on their way: recorded together with the change they carry out.

use domain::{Fault, Portfolio, ShareAction, ShareOperation, ShareStatus, ShareTarget, ShareToken};
use store::{JobKind, WriteTx};

use crate::Cx;

/// Records an operation that a job carries out to the accounts below `target`.
///
/// # Errors
///
/// `InvalidStateException` while another one of this owner and region is under way.
pub(super) fn start_share_operation(
    cx: &Cx,
    tx: &WriteTx<'_>,
    portfolio: &Portfolio,
    target: &ShareTarget,
    action: ShareAction,
) -> Result<ShareToken, Fault> {
    let token = cx.fresh().share_token();
    begin(cx, tx, &token)?;
    record(
        cx,
        tx,
        portfolio,
        target,
        action,
        (token.clone(), ShareStatus::NotStarted),
    )?;
    let due_at = cx.now().after(cx.limits().share_operation_delay);
    tx.insert_job(
        &cx.fresh().job(),
        JobKind::ShareOperation,
        token.as_str(),
        due_at,
        cx.now(),
    )?;
    Ok(token)
}

/// Records an operation that has nothing left to do, for clients that follow its token.
///
/// Ours: AWS does not say whether a repeated share has a token. Refused like any other while one is under way.
pub(super) fn record_finished_operation(
    cx: &Cx,
    tx: &WriteTx<'_>,
    portfolio: &Portfolio,
    target: &ShareTarget,
    action: ShareAction,
) -> Result<ShareToken, Fault> {
    let token = cx.fresh().share_token();
    if matches!(target, ShareTarget::Node(_)) {
        begin(cx, tx, &token)?;
        tx.end_share_action(cx.account(), cx.region(), &token)?;
    }
    record(
        cx,
        tx,
        portfolio,
        target,
        action,
        (token.clone(), ShareStatus::Completed),
    )?;
    if let ShareTarget::Account(account) = target {
        tx.insert_share_successes(&token, &std::iter::once(account).collect())?;
    }
    Ok(token)
}

/// Observed: the sentence, which clients match on. Ours: the scope, an owner account and region.
fn begin(cx: &Cx, tx: &WriteTx<'_>, token: &ShareToken) -> Result<(), Fault> {
    if tx.begin_share_action(cx.account(), cx.region(), token)? {
        return Ok(());
    }
    Err(Fault::invalid_state(
        "Cannot process more than one portfolio share action at the same time. Try again later.",
    ))
}

fn record(
    cx: &Cx,
    tx: &WriteTx<'_>,
    portfolio: &Portfolio,
    target: &ShareTarget,
    action: ShareAction,
    (token, status): (ShareToken, ShareStatus),
) -> Result<(), Fault> {
    tx.insert_share_operation(&ShareOperation {
        token,
        portfolio: portfolio.id.clone(),
        owner: portfolio.owner.clone(),
        region: portfolio.region.clone(),
        target: target.clone(),
        action,
        status,
        created_at: cx.now(),
    })?;
    Ok(())
}
