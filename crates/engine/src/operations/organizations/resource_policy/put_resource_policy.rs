//! `PutResourcePolicy`.

use domain::{Fault, ResourcePolicy};
use shapes::organizations::{
    PutResourcePolicyRequest, PutResourcePolicyResponse, operations::PutResourcePolicy,
};
use store::{ReadTx, WriteTx};

use super::{
    super::{resource, tag},
    answer,
};
use crate::{
    Command, Cx, Resource, organization_policy::check_resource_policy,
    organization_role::managed_organization,
};

impl Command for PutResourcePolicy {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &PutResourcePolicyRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    /// Source: PutResourcePolicy, `Tags`: they are for a resource policy that is new; with one that is there, the
    /// request fails.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &PutResourcePolicyRequest,
    ) -> Result<PutResourcePolicyResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        check_resource_policy(&input.content)?;
        let tags = tag::check_new(cx, &input.tags)?;
        let content = input.content.clone();
        let policy = match tx.find_resource_policy(&organization.id)? {
            Some(ResourcePolicy { id, .. }) if tags.is_empty() => {
                tx.put_resource_policy_content(&organization.id, &content)?;
                ResourcePolicy { id, content }
            }
            Some(_) => {
                // Ours: the reason. AWS does not say which it gives.
                return Err(Fault::new(
                    "InvalidInputException",
                    "Tags can be given only when the resource policy is created. Use TagResource.",
                )
                .because("TARGET_NOT_SUPPORTED"));
            }
            None => {
                let id = cx.fresh().resource_policy();
                let policy = ResourcePolicy { id, content };
                tx.insert_resource_policy(&organization.id, &policy)?;
                tag::put(tx, &organization.id, policy.id.as_str(), &tags)?;
                policy
            }
        };
        Ok(PutResourcePolicyResponse {
            resource_policy: Some(answer(cx, &organization, policy)),
        })
    }
}
