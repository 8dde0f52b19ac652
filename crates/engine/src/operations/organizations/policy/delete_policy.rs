//! `DeletePolicy`.

use domain::Fault;
use shapes::{
    Unit,
    organizations::{DeletePolicyRequest, operations::DeletePolicy},
};
use store::{ReadTx, WriteTx};

use super::{super::resource, changeable_policy};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for DeletePolicy {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &DeletePolicyRequest) -> Result<Resource, Fault> {
        resource::policy(cx, tx, &input.policy_id)
    }

    /// Source: DeletePolicy: the policy must be detached from everything first.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &DeletePolicyRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let summary = changeable_policy(tx, &organization, &input.policy_id)?.summary;
        if tx.policy_is_attached(&summary.id)? {
            return Err(Fault::new(
                "PolicyInUseException",
                "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts \
                 before performing this operation.",
            ));
        }
        tx.remove_policy(&summary.id)?;
        tx.uncount_policy(&organization.id, summary.policy_type)?;
        tx.remove_organization_tags_of(summary.id.as_str())?;
        Ok(Unit)
    }
}
