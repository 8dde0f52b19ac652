//! `DescribeCreateAccountStatus`.

use domain::Fault;
use shapes::organizations::{
    DescribeCreateAccountStatusRequest, DescribeCreateAccountStatusResponse,
    operations::DescribeCreateAccountStatus,
};
use store::ReadTx;

use super::super::{answer, lookup, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization};

impl Query for DescribeCreateAccountStatus {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &DescribeCreateAccountStatusRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribeCreateAccountStatusRequest,
    ) -> Result<DescribeCreateAccountStatusResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let id = lookup::creation_id(&input.create_account_request_id)?;
        let creation = tx
            .find_account_creation(&id)?
            .filter(|it| it.organization == organization.id)
            .ok_or_else(lookup::creation_not_found)?;
        Ok(DescribeCreateAccountStatusResponse {
            create_account_status: Some(answer::creation(creation)),
        })
    }
}
