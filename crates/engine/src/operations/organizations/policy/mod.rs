//! Policies that can be attached: AWS's own, which are in every organization, and the organization's.

mod create_policy;
mod delete_policy;
mod describe_policy;
mod list_policies;
mod update_policy;

use domain::{Fault, Organization, PolicyId, PolicyOwner, PolicyType};
use shapes::{organizations as contract, read::Enumeration as _};
use store::ReadTx;

use crate::Cx;

/// The contract's type of policies in the domain's words.
pub(super) fn type_of(policy_type: contract::PolicyType) -> PolicyType {
    named(policy_type.name())
}

/// The same for a type whose policies are merged downwards.
pub(super) fn merged_type_of(policy_type: contract::EffectivePolicyType) -> PolicyType {
    named(policy_type.name())
}

fn named(name: &str) -> PolicyType {
    PolicyType::from_name(name).expect("a test compares the domain's types with the contract's")
}

/// The policy `id`, of `organization` or AWS's own.
pub(super) fn policy(
    tx: &ReadTx<'_>,
    organization: &Organization,
    id: &str,
) -> Result<domain::Policy, Fault> {
    find_policy(tx, organization, id)?.ok_or_else(|| {
        // Source: Organizations model, the error's description.
        Fault::new(
            "PolicyNotFoundException",
            "We can't find a policy with the PolicyId that you specified.",
        )
    })
}

/// The policy `id`, if there is one.
pub(super) fn find_policy(
    tx: &ReadTx<'_>,
    organization: &Organization,
    id: &str,
) -> Result<Option<domain::Policy>, Fault> {
    let Ok(id) = PolicyId::parse(id) else {
        return Ok(None);
    };
    // Whether or not it is one of AWS's, the same is read, so that nothing shows which ids exist.
    let found = tx.find_policy(&organization.id, &id)?;
    let of_aws = [PolicyType::ServiceControl, PolicyType::ResourceControl]
        .into_iter()
        .filter_map(PolicyType::default_policy)
        .find(|it| it.summary.id == id);
    Ok(found.or(of_aws))
}

/// The policy `id`, which `organization` made and so may change.
pub(super) fn changeable_policy(
    tx: &ReadTx<'_>,
    organization: &Organization,
    id: &str,
) -> Result<domain::Policy, Fault> {
    let policy = policy(tx, organization, id)?;
    if policy.summary.owner == PolicyOwner::Aws {
        // Source: Organizations model, the reason's description.
        return Err(Fault::new(
            "InvalidInputException",
            "You specified a policy that is managed by Amazon Web Services and can't be modified.",
        )
        .because("IMMUTABLE_POLICY"));
    }
    Ok(policy)
}

/// There is a policy of this type and name already. Observed: the message of AWS.
fn duplicate() -> Fault {
    Fault::new(
        "DuplicatePolicyException",
        "A policy with the specified name and type already exists.",
    )
}

/// Whether AWS's own policy of a type has this name, which no other may take.
fn is_name_of_aws(policy_type: PolicyType, name: &str) -> bool {
    policy_type
        .default_policy()
        .is_some_and(|it| it.summary.name == name)
}

/// `policy` in the contract's form.
fn answer(cx: &Cx, organization: &Organization, policy: domain::Policy) -> contract::Policy {
    contract::Policy {
        policy_summary: Some(summary(cx, organization, policy.summary)),
        content: Some(policy.content),
    }
}

/// What lists say of a policy, in the contract's form.
pub(super) fn summary(
    cx: &Cx,
    organization: &Organization,
    policy: domain::PolicySummary,
) -> contract::PolicySummary {
    contract::PolicySummary {
        arn: Some(policy.arn(cx.partition(), &organization.management).into()),
        id: Some(policy.id.into()),
        name: Some(policy.name),
        description: Some(policy.description),
        r#type: contract::PolicyType::from_name(policy.policy_type.name()),
        aws_managed: policy.owner == PolicyOwner::Aws,
    }
}

#[cfg(test)]
mod tests {
    use shapes::{organizations as contract, read::Enumeration as _};

    use super::{merged_type_of, type_of};

    #[test]
    fn the_domain_has_the_types_of_the_contract() {
        for it in contract::PolicyType::ALL {
            assert_eq!(type_of(*it).name(), it.name());
        }
        for it in contract::EffectivePolicyType::ALL {
            assert!(!merged_type_of(*it).is_made_of_statements());
        }
    }
}
