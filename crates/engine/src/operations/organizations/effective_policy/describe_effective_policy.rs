//! `DescribeEffectivePolicy`.

use domain::{Account, Fault, Organization, PolicyType, TargetId, Time};
use shapes::organizations::{
    DescribeEffectivePolicyRequest, DescribeEffectivePolicyResponse, EffectivePolicy,
    operations::DescribeEffectivePolicy,
};
use store::ReadTx;

use super::super::{lookup, policy::merged_type_of, policy_attachment::target, resource};
use crate::{
    Cx, Query, Resource,
    convert::timestamp,
    organization_policy::effective_document,
    organization_role::{administered_organization, organization_of},
};

impl Query for DescribeEffectivePolicy {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &DescribeEffectivePolicyRequest) -> Result<Resource, Fault> {
        resource::target(cx, tx, target_id(cx, input))
    }

    /// Source: DescribeEffectivePolicy: any account may ask for itself; who administers the organization may ask for
    /// any account.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribeEffectivePolicyRequest,
    ) -> Result<DescribeEffectivePolicyResponse, Fault> {
        let id = target_id(cx, input);
        let organization = if id == cx.account().as_str() {
            organization_of(cx, tx)?
        } else {
            administered_organization(cx, tx)?
        };
        let policy_type = merged_type_of(input.policy_type);
        let target = target(tx, &organization, id)?;
        let Some(account) = lookup::find_account(tx, &organization, id)? else {
            // Source: DescribeEffectivePolicy, `TargetId`: a root or a unit is not supported.
            return Err(Fault::new(
                "InvalidInputException",
                "You can't view the effective policy of a root or an OU. Specify an account.",
            )
            .because("TARGET_NOT_SUPPORTED"));
        };
        let (content, since) = effective(tx, &organization, account, policy_type)?.ok_or_else(not_found)?;
        Ok(DescribeEffectivePolicyResponse {
            effective_policy: Some(EffectivePolicy {
                policy_content: Some(content),
                last_updated_timestamp: Some(timestamp(since)),
                target_id: Some(target.into()),
                policy_type: Some(input.policy_type),
            }),
        })
    }
}

/// Source: `TargetId`: without one, the caller's account is asked for.
fn target_id<'a>(cx: &'a Cx, input: &'a DescribeEffectivePolicyRequest) -> &'a str {
    input.target_id.as_deref().unwrap_or(cx.account().as_str())
}

/// What the policies at and above `account` come to, and since when; `None` where there are none.
///
/// A type that is not enabled has nothing attached. Ours: it holds since a policy was changed or attached last; what
/// moves and detachments do to it has no time of its own.
fn effective(
    tx: &ReadTx<'_>,
    organization: &Organization,
    account: Account,
    policy_type: PolicyType,
) -> Result<Option<(String, Time)>, Fault> {
    let mut places: Vec<TargetId> = Vec::new();
    if let Some(membership) = account.membership {
        let above = lookup::from_here_up(tx, &membership.parent)?;
        places.extend(above.into_iter().rev().map(TargetId::from));
    }
    places.push(account.id.into());

    let (mut levels, mut since) = (Vec::new(), None);
    for place in places {
        let documents = tx.list_documents_attached_to(&place, policy_type)?;
        since = since.max(documents.iter().map(|it| it.since).max());
        let settings = documents
            .iter()
            .map(|it| serde_json::from_str(&it.content))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| {
                Fault::internal_failure(format!("A policy of {} cannot be read.", organization.id))
                    .caused_by(error)
            })?;
        levels.push(settings);
    }
    Ok(since.map(|since| (effective_document(&levels).to_string(), since)))
}

/// Source: Organizations model, the error's description.
fn not_found() -> Fault {
    Fault::new(
        "EffectivePolicyNotFoundException",
        "The account doesn't have an effective policy of this type.",
    )
}
