//! GetAWSOrganizationsAccessStatus.

use domain::{Arn, Fault};
use shapes::service_catalog::{
    GetAWSOrganizationsAccessStatusInput, GetAWSOrganizationsAccessStatusOutput,
    operations::GetAWSOrganizationsAccessStatus,
};
use store::ReadTx;

use super::{access_status, administered};
use crate::{Cx, Query, Resource};

impl Query for GetAWSOrganizationsAccessStatus {
    fn resource(
        cx: &Cx,
        _: &ReadTx<'_>,
        _: &GetAWSOrganizationsAccessStatusInput,
    ) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        _: &GetAWSOrganizationsAccessStatusInput,
    ) -> Result<GetAWSOrganizationsAccessStatusOutput, Fault> {
        let organization = administered(cx, tx)?;
        Ok(GetAWSOrganizationsAccessStatusOutput {
            access_status: Some(access_status(tx, &organization)?),
        })
    }
}
