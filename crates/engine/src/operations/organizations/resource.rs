//! What a policy names when it allows or denies a request.
//!
//! Deliberately absent: whether the thing exists. That is for the operation to say, after the policy.

use domain::{Arn, Fault};
use store::ReadTx;

use super::lookup;
use crate::{Cx, Resource, organization_role::organization_of};

/// Anything: for operations that AWS gives no resource type.
pub(super) fn any() -> Resource {
    Arn::any().into()
}

/// The account `id` of the caller's organization.
pub(super) fn account(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Resource, Fault> {
    let organization = organization_of(cx, tx)?;
    let id = lookup::account_id(id)?;
    Ok(Arn::account(cx.partition(), &organization.management, &organization.id, &id).into())
}

/// The unit `id` of the caller's organization.
pub(super) fn unit(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Resource, Fault> {
    let organization = organization_of(cx, tx)?;
    let id = lookup::unit_id(id)?;
    Ok(Arn::unit(cx.partition(), &organization.management, &organization.id, &id).into())
}

/// The root or unit `id` of the caller's organization.
pub(super) fn parent(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Resource, Fault> {
    if id.starts_with("ou-") {
        return unit(cx, tx, id);
    }
    let organization = organization_of(cx, tx)?;
    Ok(Arn::root(
        cx.partition(),
        &organization.management,
        &organization.id,
        &organization.root,
    )
    .into())
}
