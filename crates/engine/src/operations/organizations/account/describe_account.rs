//! `DescribeAccount`.

use domain::Fault;
use shapes::organizations::{DescribeAccountRequest, DescribeAccountResponse, operations::DescribeAccount};
use store::ReadTx;

use super::super::{answer, lookup, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization};

impl Query for DescribeAccount {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &DescribeAccountRequest) -> Result<Resource, Fault> {
        resource::account(cx, tx, &input.account_id)
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribeAccountRequest,
    ) -> Result<DescribeAccountResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let account = lookup::account(tx, &organization, &input.account_id)?;
        Ok(DescribeAccountResponse {
            account: Some(answer::account(cx, tx, &organization, account)?),
        })
    }
}
