//! `ListTargetsForPolicy`.

use domain::{Arn, Fault, Organization, PolicyOwner, PolicyTarget, Target};
use shapes::organizations::{
    ListTargetsForPolicyRequest, ListTargetsForPolicyResponse, PolicyTargetSummary, TargetType,
    operations::ListTargetsForPolicy,
};
use store::{DefaultPolicyTarget, ReadTx};

use super::super::{policy, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListTargetsForPolicy {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &ListTargetsForPolicyRequest) -> Result<Resource, Fault> {
        resource::policy(cx, tx, &input.policy_id)
    }

    /// Source: the Organizations API reference: a page of a list may be empty although more follow. So what AWS's own
    /// policy was detached from is left out behind the page, and a page costs the same whatever was detached.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListTargetsForPolicyRequest,
    ) -> Result<ListTargetsForPolicyResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let policy = policy::policy(tx, &organization, &input.policy_id)?.summary;
        let query = ["ListTargetsForPolicy", policy.id.as_str()];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let (after, rows_max) = (page.after.as_str(), page.rows());
        let rows = match policy.owner {
            PolicyOwner::Organization(_) => tx
                .list_targets_of_policy(&policy.id, after, rows_max)?
                .into_iter()
                .map(attached)
                .collect(),
            PolicyOwner::Aws if tx.policy_type_is_enabled(&organization.id, policy.policy_type)? => {
                tx.list_default_policy_targets(&organization.id, policy.policy_type, after, rows_max)?
            }
            PolicyOwner::Aws => Vec::new(),
        };
        let targets = page.cut(cx, rows, |it| it.target.id.as_str());
        Ok(ListTargetsForPolicyResponse {
            targets: targets
                .items
                .into_iter()
                .filter(|it| it.is_attached)
                .map(|it| summary(cx, &organization, it.target))
                .collect(),
            next_token: targets.next,
        })
    }
}

fn attached(target: PolicyTarget) -> DefaultPolicyTarget {
    DefaultPolicyTarget {
        target,
        is_attached: true,
    }
}

fn summary(cx: &Cx, organization: &Organization, target: PolicyTarget) -> PolicyTargetSummary {
    let Organization { id, management, .. } = organization;
    let partition = cx.partition();
    let (arn, target_type) = match target.id.target() {
        Target::Root(root) => (Arn::root(partition, management, id, &root), TargetType::Root),
        Target::Unit(unit) => (
            Arn::unit(partition, management, id, &unit),
            TargetType::OrganizationalUnit,
        ),
        Target::Account(account) => (
            Arn::account(partition, management, id, &account),
            TargetType::Account,
        ),
    };
    PolicyTargetSummary {
        target_id: Some(target.id.into()),
        arn: Some(arn.into()),
        name: Some(target.name),
        r#type: Some(target_type),
    }
}
