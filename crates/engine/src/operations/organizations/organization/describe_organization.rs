//! `DescribeOrganization`.

use domain::Fault;
use shapes::{
    Unit,
    organizations::{DescribeOrganizationResponse, operations::DescribeOrganization},
};
use store::ReadTx;

use super::super::{answer, resource};
use crate::{Cx, Query, Resource, organization_role::organization_of};

impl Query for DescribeOrganization {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &Unit) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    /// Source: DescribeOrganization: "can be called from any account in the organization".
    fn run(cx: &Cx, tx: &ReadTx<'_>, _: &Unit) -> Result<DescribeOrganizationResponse, Fault> {
        let organization = organization_of(cx, tx)?;
        Ok(DescribeOrganizationResponse {
            organization: Some(answer::organization(cx, tx, &organization)?),
        })
    }
}
