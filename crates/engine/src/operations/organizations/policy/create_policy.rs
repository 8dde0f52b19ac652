//! `CreatePolicy`.

use domain::{Fault, Policy, PolicyOwner, PolicySummary};
use shapes::organizations::{CreatePolicyRequest, CreatePolicyResponse, operations::CreatePolicy};
use store::{Inserted, ReadTx, WriteTx};

use super::{
    super::{policy_type, resource, tag},
    answer, duplicate, is_name_of_aws, type_of,
};
use crate::{
    Command, Cx, Resource, organization_policy::check_document, organization_role::managed_organization,
};

impl Command for CreatePolicy {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &CreatePolicyRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    /// Ours: a policy may be made before its type is enabled, which is needed to attach it.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &CreatePolicyRequest) -> Result<CreatePolicyResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        let policy_type = type_of(input.r#type);
        policy_type::check_available(&organization)?;
        let tags = tag::check_new(cx, &input.tags)?;
        check_document(policy_type, &input.content)?;
        if is_name_of_aws(policy_type, &input.name) {
            return Err(duplicate());
        }
        if !tx.count_policy(
            &organization.id,
            policy_type,
            cx.limits().policies_max(policy_type),
        )? {
            return Err(Fault::new(
                "ConstraintViolationException",
                "You have exceeded the number of policies that you can have in an organization.",
            )
            .because("POLICY_NUMBER_LIMIT_EXCEEDED"));
        }
        let policy = Policy {
            summary: PolicySummary {
                id: cx.fresh().policy(),
                policy_type,
                owner: PolicyOwner::Organization(organization.id.clone()),
                name: input.name.clone(),
                description: input.description.clone(),
            },
            content: input.content.clone(),
            updated_at: cx.now(),
        };
        if tx.insert_policy(&organization.id, &policy)? == Inserted::AlreadyThere {
            return Err(duplicate());
        }
        tag::put(tx, &organization.id, policy.summary.id.as_str(), &tags)?;
        Ok(CreatePolicyResponse {
            policy: Some(answer(cx, &organization, policy)),
        })
    }
}
