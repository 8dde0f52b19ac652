//! `DeclineHandshake`.

use domain::{Fault, HandshakeState};
use shapes::organizations::{
    DeclineHandshakeRequest, DeclineHandshakeResponse, operations::DeclineHandshake,
};
use store::{ReadTx, WriteTx};

use super::not_yours_to_answer;
use crate::{
    Command, Cx, Resource,
    organization_handshake::{self, answer},
};

impl Command for DeclineHandshake {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &DeclineHandshakeRequest) -> Result<Resource, Fault> {
        organization_handshake::resource(cx, tx, &input.handshake_id)
    }

    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &DeclineHandshakeRequest,
    ) -> Result<DeclineHandshakeResponse, Fault> {
        let found = organization_handshake::handshake(cx, tx, &input.handshake_id)?;
        if !found.is_for_caller() {
            return Err(not_yours_to_answer());
        }
        let mut handshake = found.handshake;
        handshake.end(HandshakeState::Declined, cx.now())?;
        tx.put_handshake_state(&handshake)?;
        Ok(DeclineHandshakeResponse {
            handshake: Some(answer(cx, &handshake)),
        })
    }
}
