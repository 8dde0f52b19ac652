//! `UpdatePolicy`.

use domain::Fault;
use shapes::organizations::{UpdatePolicyRequest, UpdatePolicyResponse, operations::UpdatePolicy};
use store::{ReadTx, WriteTx};

use super::{super::resource, answer, changeable_policy, duplicate, is_name_of_aws};
use crate::{
    Command, Cx, Resource, organization_policy::check_document, organization_role::managed_organization,
};

impl Command for UpdatePolicy {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &UpdatePolicyRequest) -> Result<Resource, Fault> {
        resource::policy(cx, tx, &input.policy_id)
    }

    /// Source: UpdatePolicy: what is not given stays as it is.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &UpdatePolicyRequest) -> Result<UpdatePolicyResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        let mut policy = changeable_policy(tx, &organization, &input.policy_id)?;
        let summary = &mut policy.summary;
        if let Some(name) = &input.name {
            let holder = tx.find_policy_named(&organization.id, summary.policy_type, name)?;
            if is_name_of_aws(summary.policy_type, name) || holder.is_some_and(|it| it != summary.id) {
                return Err(duplicate());
            }
            summary.name.clone_from(name);
        }
        if let Some(description) = &input.description {
            summary.description.clone_from(description);
        }
        if let Some(content) = &input.content {
            check_document(summary.policy_type, content)?;
            policy.content.clone_from(content);
        }
        policy.updated_at = cx.now();
        tx.put_policy(&policy)?;
        Ok(UpdatePolicyResponse {
            policy: Some(answer(cx, &organization, policy)),
        })
    }
}
