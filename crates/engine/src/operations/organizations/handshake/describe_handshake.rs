//! `DescribeHandshake`.

use domain::Fault;
use shapes::organizations::{
    DescribeHandshakeRequest, DescribeHandshakeResponse, operations::DescribeHandshake,
};
use store::ReadTx;

use super::{answer, lookup};
use crate::{Cx, Query, Resource};

impl Query for DescribeHandshake {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &DescribeHandshakeRequest) -> Result<Resource, Fault> {
        lookup::resource(cx, tx, &input.handshake_id)
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribeHandshakeRequest,
    ) -> Result<DescribeHandshakeResponse, Fault> {
        let found = lookup::handshake(cx, tx, &input.handshake_id)?;
        Ok(DescribeHandshakeResponse {
            handshake: Some(answer(cx, &found.handshake)),
        })
    }
}
