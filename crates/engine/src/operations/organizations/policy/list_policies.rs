//! `ListPolicies`.

use domain::{Fault, PolicySummary, PolicyType};
use shapes::{
    organizations::{ListPoliciesRequest, ListPoliciesResponse, operations::ListPolicies},
    read::Enumeration as _,
};
use store::ReadTx;

use super::{
    super::{policy_type, resource},
    summary, type_of,
};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListPolicies {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &ListPoliciesRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &ReadTx<'_>, input: &ListPoliciesRequest) -> Result<ListPoliciesResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let policy_type = type_of(input.filter);
        let query = ["ListPolicies", input.filter.name()];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let mut rows = tx.list_policies(&organization.id, policy_type, &page.after, page.rows())?;
        if policy_type::check_available(&organization).is_ok() {
            add_default(&mut rows, policy_type, &page.after);
        }
        let policies = page.cut(cx, rows, |it| it.id.as_str());
        Ok(ListPoliciesResponse {
            policies: policies
                .items
                .into_iter()
                .map(|it| summary(cx, &organization, it))
                .collect(),
            next_token: policies.next,
        })
    }
}

/// Puts AWS's own policy, which is no row, where its id belongs among the policies after `after`.
fn add_default(policies: &mut Vec<PolicySummary>, policy_type: PolicyType, after: &str) {
    let default = policy_type.default_policy().map(|it| it.summary);
    if let Some(default) = default.filter(|it| it.id.as_str() > after) {
        let place = policies.partition_point(|it| it.id < default.id);
        policies.insert(place, default);
    }
}
