//! `DescribeHandshake`.

use domain::Fault;
use shapes::organizations::{
    DescribeHandshakeRequest, DescribeHandshakeResponse, operations::DescribeHandshake,
};
use store::ReadTx;

use crate::{
    Cx, Query, Resource,
    organization_handshake::{self, answer},
};

impl Query for DescribeHandshake {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &DescribeHandshakeRequest) -> Result<Resource, Fault> {
        organization_handshake::resource(cx, tx, &input.handshake_id)
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribeHandshakeRequest,
    ) -> Result<DescribeHandshakeResponse, Fault> {
        let found = organization_handshake::handshake(cx, tx, &input.handshake_id)?;
        Ok(DescribeHandshakeResponse {
            handshake: Some(answer(cx, &found.handshake)),
        })
    }
}
