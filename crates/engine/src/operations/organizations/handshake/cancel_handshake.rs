//! `CancelHandshake`.

use domain::{Fault, HandshakeState};
use shapes::organizations::{CancelHandshakeRequest, CancelHandshakeResponse, operations::CancelHandshake};
use store::{ReadTx, WriteTx};

use super::not_yours_to_answer;
use crate::{
    Command, Cx, Resource,
    organization_handshake::{self, answer},
};

impl Command for CancelHandshake {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &CancelHandshakeRequest) -> Result<Resource, Fault> {
        organization_handshake::resource(cx, tx, &input.handshake_id)
    }

    /// Ours: what members were asked is taken back with the handshake that it is a part of.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &CancelHandshakeRequest,
    ) -> Result<CancelHandshakeResponse, Fault> {
        let found = organization_handshake::handshake(cx, tx, &input.handshake_id)?;
        if !found.is_from_caller() {
            return Err(not_yours_to_answer());
        }
        let mut handshake = found.handshake;
        handshake.end(HandshakeState::Canceled, cx.now())?;
        tx.put_handshake_state(&handshake)?;
        tx.cancel_parts_of_handshake(&handshake.id, cx.now())?;
        Ok(CancelHandshakeResponse {
            handshake: Some(answer(cx, &handshake)),
        })
    }
}
