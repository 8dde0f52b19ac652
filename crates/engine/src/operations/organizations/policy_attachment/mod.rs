//! What policies are attached to.
//!
//! Invariant: what is attached is so by a row, but for AWS's own policies, which are attached to everything that has no
//! row against it. Of an enabled type that has such a policy, everything has at least one policy.

mod attach_policy;
mod detach_policy;
mod list_policies_for_target;
mod list_targets_for_policy;

use domain::{Fault, Organization, PolicySummary, PolicyType, Target, TargetId};
use store::ReadTx;

use super::lookup;

/// The root, unit or account `id` of `organization`.
pub(super) fn target(tx: &ReadTx<'_>, organization: &Organization, id: &str) -> Result<TargetId, Fault> {
    // Source: Organizations model, the error's description.
    find_target(tx, organization, id)?.ok_or_else(|| {
        Fault::new(
            "TargetNotFoundException",
            "We can't find a root, OU, account, or policy with the TargetId that you specified.",
        )
    })
}

/// The root, unit or account `id` of `organization`, if there is one.
pub(super) fn find_target(
    tx: &ReadTx<'_>,
    organization: &Organization,
    id: &str,
) -> Result<Option<TargetId>, Fault> {
    let Ok(target) = TargetId::parse(id) else {
        return Ok(None);
    };
    let is_there = match target.target() {
        Target::Root(root) => root == organization.root,
        Target::Unit(_) => lookup::find_unit(tx, organization, id)?.is_some(),
        Target::Account(_) => lookup::find_account(tx, organization, id)?.is_some(),
    };
    Ok(is_there.then_some(target))
}

/// The policies of a type that are attached to `target` itself, by id.
fn attached_to(
    tx: &ReadTx<'_>,
    organization: &Organization,
    target: &TargetId,
    policy_type: PolicyType,
) -> Result<Vec<PolicySummary>, Fault> {
    let mut attached = tx.list_policies_attached_to(target, policy_type)?;
    let default = policy_type.default_policy().map(|it| it.summary);
    if let Some(default) = default
        && tx.policy_type_is_enabled(&organization.id, policy_type)?
        && !tx.default_policy_is_detached(&organization.id, policy_type, target)?
    {
        let place = attached.partition_point(|it| it.id < default.id);
        attached.insert(place, default);
    }
    Ok(attached)
}
