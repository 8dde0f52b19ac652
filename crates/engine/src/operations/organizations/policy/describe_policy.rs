//! `DescribePolicy`.

use domain::Fault;
use shapes::organizations::{DescribePolicyRequest, DescribePolicyResponse, operations::DescribePolicy};
use store::ReadTx;

use super::{super::resource, answer, policy};
use crate::{Cx, Query, Resource, organization_role::administered_organization};

impl Query for DescribePolicy {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &DescribePolicyRequest) -> Result<Resource, Fault> {
        resource::policy(cx, tx, &input.policy_id)
    }

    fn run(cx: &Cx, tx: &ReadTx<'_>, input: &DescribePolicyRequest) -> Result<DescribePolicyResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let policy = policy(tx, &organization, &input.policy_id)?;
        Ok(DescribePolicyResponse {
            policy: Some(answer(cx, &organization, policy)),
        })
    }
}
