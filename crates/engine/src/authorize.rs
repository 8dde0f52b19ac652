//! The place where policies are asked, once for all operations.

use domain::Fault;
use shapes::OperationDescription;

use crate::{Cx, Resource};

/// Whether `cx`'s caller may carry out `operation` on `resource`.
///
/// Ours, until identity policies are enforced: any principal of an account may do everything in that account. Every
/// operation works on the caller's own account or derives what it may see from shares, so the answer is always yes.
#[expect(clippy::unnecessary_wraps, reason = "policies will refuse here")]
pub(crate) fn authorize(cx: &Cx, operation: &OperationDescription, resource: &Resource) -> Result<(), Fault> {
    tracing::trace!(
        caller = %cx.caller().arn(cx.partition()),
        operation = operation.name,
        resource = %resource.arn,
        "allowed"
    );
    Ok(())
}
