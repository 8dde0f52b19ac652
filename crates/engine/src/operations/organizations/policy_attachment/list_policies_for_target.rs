//! `ListPoliciesForTarget`.

use domain::Fault;
use shapes::{
    organizations::{
        ListPoliciesForTargetRequest, ListPoliciesForTargetResponse, operations::ListPoliciesForTarget,
    },
    read::Enumeration as _,
};
use store::ReadTx;

use super::{
    super::{policy, resource},
    attached_to, target,
};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListPoliciesForTarget {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &ListPoliciesForTargetRequest) -> Result<Resource, Fault> {
        resource::target(cx, tx, &input.target_id)
    }

    /// Source: ListPoliciesForTarget: what is attached to the target itself, and not what it inherits. A quota keeps
    /// that short, so that all of it is read for any page.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListPoliciesForTargetRequest,
    ) -> Result<ListPoliciesForTargetResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let target = target(tx, &organization, &input.target_id)?;
        let query = ["ListPoliciesForTarget", target.as_str(), input.filter.name()];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let mut rows = attached_to(tx, &organization, &target, policy::type_of(input.filter))?;
        rows.retain(|it| it.id.as_str() > page.after.as_str());
        let policies = page.cut(cx, rows, |it| it.id.as_str());
        Ok(ListPoliciesForTargetResponse {
            policies: policies
                .items
                .into_iter()
                .map(|it| policy::summary(cx, &organization, it))
                .collect(),
            next_token: policies.next,
        })
    }
}
