//! `GetCallerIdentity`.

use domain::{Arn, Fault};
use shapes::sts::{GetCallerIdentityRequest, GetCallerIdentityResponse, operations::GetCallerIdentity};
use store::ReadTx;

use crate::{Cx, Query, Resource};

impl Query for GetCallerIdentity {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &GetCallerIdentityRequest) -> Result<Resource, Fault> {
        Ok(Arn::any().into())
    }

    fn run(
        cx: &Cx,
        _: &ReadTx<'_>,
        _: &GetCallerIdentityRequest,
    ) -> Result<GetCallerIdentityResponse, Fault> {
        Ok(GetCallerIdentityResponse {
            user_id: Some(cx.caller().user_id()),
            account: Some(cx.account().to_string()),
            arn: Some(cx.caller().arn(cx.partition()).into()),
        })
    }
}
