//! `DetachPolicy`.

use domain::{Fault, PolicyOwner, PolicyType};
use shapes::{
    Unit,
    organizations::{DetachPolicyRequest, operations::DetachPolicy},
};
use store::{ReadTx, WriteTx};

use super::{
    super::{policy, resource},
    attached_to, target,
};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for DetachPolicy {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &DetachPolicyRequest) -> Result<Resource, Fault> {
        resource::policy(cx, tx, &input.policy_id)
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &DetachPolicyRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let policy = policy::policy(tx, &organization, &input.policy_id)?.summary;
        let target = target(tx, &organization, &input.target_id)?;
        check_may_be_detached(policy.policy_type, &policy.owner)?;
        let attached = attached_to(tx, &organization, &target, policy.policy_type)?;
        if !attached.iter().any(|it| it.id == policy.id) {
            return Err(Fault::new(
                "PolicyNotAttachedException",
                "The policy isn't attached to the specified target in the specified root.",
            ));
        }
        // Source: DetachPolicy: "every root, OU, and account must have at least one SCP attached".
        if policy.policy_type == PolicyType::ServiceControl && attached.len() == 1 {
            return Err(Fault::new(
                "ConstraintViolationException",
                "You can't remove the last policy of this type from the specified target.",
            )
            .because("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"));
        }
        match policy.owner {
            PolicyOwner::Aws => {
                tx.insert_default_policy_detachment(&organization.id, policy.policy_type, &target)?;
            }
            PolicyOwner::Organization(_) => {
                tx.remove_policy_attachment(&target, &policy.id)?;
            }
        }
        Ok(Unit)
    }
}

/// Source: Organizations, "RCP evaluation": AWS's own resource control policy cannot be detached.
fn check_may_be_detached(policy_type: PolicyType, owner: &PolicyOwner) -> Result<(), Fault> {
    if policy_type == PolicyType::ResourceControl && *owner == PolicyOwner::Aws {
        return Err(Fault::new(
            "InvalidInputException",
            "You can't detach this policy, which is managed by Amazon Web Services.",
        )
        .because("NON_DETACHABLE_POLICY"));
    }
    Ok(())
}
