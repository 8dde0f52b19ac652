//! `DescribeResourcePolicy`.

use domain::Fault;
use shapes::{
    Unit,
    organizations::{DescribeResourcePolicyResponse, operations::DescribeResourcePolicy},
};
use store::ReadTx;

use super::{super::resource, answer, not_found};
use crate::{Cx, Query, Resource, organization_role::administered_organization};

impl Query for DescribeResourcePolicy {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &Unit) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &ReadTx<'_>, _: &Unit) -> Result<DescribeResourcePolicyResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let policy = tx.find_resource_policy(&organization.id)?.ok_or_else(not_found)?;
        Ok(DescribeResourcePolicyResponse {
            resource_policy: Some(answer(cx, &organization, policy)),
        })
    }
}
