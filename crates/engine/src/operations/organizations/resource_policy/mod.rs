//! What an organization lets its members do in its place: one document.
//!
//! Ours: it is kept and shown, and no member may do more by it yet, because policies are not evaluated.

mod delete_resource_policy;
mod describe_resource_policy;
mod put_resource_policy;

use domain::{Arn, Fault, Organization};
use shapes::organizations::{ResourcePolicy, ResourcePolicySummary};

use crate::Cx;

/// There is none. Source: Organizations model, the error's description.
fn not_found() -> Fault {
    Fault::new(
        "ResourcePolicyNotFoundException",
        "We can't find a resource policy in this organization.",
    )
}

fn answer(cx: &Cx, organization: &Organization, policy: domain::ResourcePolicy) -> ResourcePolicy {
    let arn = Arn::resource_policy(
        cx.partition(),
        &organization.management,
        &organization.id,
        &policy.id,
    );
    ResourcePolicy {
        resource_policy_summary: Some(ResourcePolicySummary {
            id: Some(policy.id.into()),
            arn: Some(arn.into()),
        }),
        content: Some(policy.content),
    }
}
