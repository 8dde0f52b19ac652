//! What a policy names when it allows or denies a request.
//!
//! Deliberately absent: whether the thing exists. That is for the operation to say, after the policy.

use domain::{AccountId, Arn, Fault, ResourcePolicyId};
use store::ReadTx;

use super::{lookup, policy};
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

/// The policy `id` of the caller's organization, or AWS's. Anything, if there is no such policy: without its type it has
/// no ARN.
pub(super) fn policy(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Resource, Fault> {
    let organization = organization_of(cx, tx)?;
    Ok(match policy::find_policy(tx, &organization, id)? {
        Some(policy) => policy
            .summary
            .arn(cx.partition(), &organization.management)
            .into(),
        None => any(),
    })
}

/// The root, unit or account `id` of the caller's organization.
pub(super) fn target(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Resource, Fault> {
    if AccountId::parse(id).is_ok() {
        account(cx, tx, id)
    } else {
        parent(cx, tx, id)
    }
}

/// What the tags of `id` are on.
pub(super) fn taggable(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Resource, Fault> {
    if id.starts_with("p-") {
        return policy(cx, tx, id);
    }
    let Ok(id) = ResourcePolicyId::parse(id) else {
        return target(cx, tx, id);
    };
    let organization = organization_of(cx, tx)?;
    Ok(Arn::resource_policy(cx.partition(), &organization.management, &organization.id, &id).into())
}
