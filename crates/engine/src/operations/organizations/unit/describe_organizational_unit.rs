//! `DescribeOrganizationalUnit`.

use domain::Fault;
use shapes::organizations::{
    DescribeOrganizationalUnitRequest, DescribeOrganizationalUnitResponse,
    operations::DescribeOrganizationalUnit,
};
use store::ReadTx;

use super::super::{answer, lookup, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization};

impl Query for DescribeOrganizationalUnit {
    fn resource(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribeOrganizationalUnitRequest,
    ) -> Result<Resource, Fault> {
        resource::unit(cx, tx, &input.organizational_unit_id)
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribeOrganizationalUnitRequest,
    ) -> Result<DescribeOrganizationalUnitResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let unit = lookup::unit(tx, &organization, &input.organizational_unit_id)?;
        Ok(DescribeOrganizationalUnitResponse {
            organizational_unit: Some(answer::unit(cx, tx, &organization, unit)?),
        })
    }
}
