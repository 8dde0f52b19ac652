//! The place where policies are asked, once for all operations.

use domain::Fault;
use shapes::OperationDescription;
use store::ReadTx;

use crate::{Cx, Resource, log};

/// Checks that the account in which `cx`'s caller acts is not closed.
///
/// Source: closing an account: it "can no longer be used for any AWS activity" but for its bills. Ours: keys and sessions
/// of a closed account are refused as if they were invalid. Asked of the store each time, because another replica may
/// have closed the account a moment ago.
pub(crate) fn check_account(cx: &Cx, tx: &ReadTx<'_>) -> Result<(), Fault> {
    if tx.account_is_closed(cx.account(), cx.now())? {
        return Err(Fault::unrecognized_client(
            "The security token included in the request is invalid.",
        ));
    }
    Ok(())
}

/// Whether `cx`'s caller may carry out `operation` on `resource`.
///
/// Ours, until identity policies are enforced: any principal of an account may do everything in that account. Every
/// operation works on the caller's own account or derives what it may see from shares, so the answer is always yes.
#[expect(clippy::unnecessary_wraps, reason = "policies will refuse here")]
pub(crate) fn authorize(cx: &Cx, operation: &OperationDescription, resource: &Resource) -> Result<(), Fault> {
    log::allowed(cx, operation.name, &resource.arn);
    Ok(())
}
