//! `AttachPolicy`.

use domain::{Fault, PolicyOwner};
use shapes::{
    Unit,
    organizations::{AttachPolicyRequest, operations::AttachPolicy},
};
use store::{ReadTx, WriteTx};

use super::{
    super::{policy, policy_type::not_enabled, resource},
    attached_to, target,
};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for AttachPolicy {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &AttachPolicyRequest) -> Result<Resource, Fault> {
        resource::policy(cx, tx, &input.policy_id)
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &AttachPolicyRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let policy = policy::policy(tx, &organization, &input.policy_id)?;
        let target = target(tx, &organization, &input.target_id)?;
        let policy_type = policy.summary.policy_type;
        if !tx.policy_type_is_enabled(&organization.id, policy_type)? {
            return Err(not_enabled());
        }
        let attached = attached_to(tx, &organization, &target, policy_type)?;
        if attached.iter().any(|it| it.id == policy.summary.id) {
            return Err(Fault::new(
                "DuplicatePolicyAttachmentException",
                "The selected policy is already attached to the specified target.",
            ));
        }
        if attached.len() >= cx.limits().policies_per_target_max(policy_type) {
            // Observed: the message of AWS.
            return Err(Fault::new(
                "ConstraintViolationException",
                "You have attached the maximum number of policies to the specified target.",
            )
            .because("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"));
        }
        match policy.summary.owner {
            PolicyOwner::Aws => {
                tx.remove_default_policy_detachment(&organization.id, policy_type, &target)?;
            }
            PolicyOwner::Organization(_) => {
                tx.insert_policy_attachment(&organization.id, &target, &policy, cx.now())?;
            }
        }
        Ok(Unit)
    }
}
