//! A handshake in the contract's form.

use domain::{HandshakeAction, HandshakeRecipient, HandshakeSender};
use shapes::{
    organizations::{
        ActionType, Handshake, HandshakeParty, HandshakePartyType, HandshakeResource, HandshakeResourceType,
        HandshakeState,
    },
    read::Enumeration as _,
};

use crate::{Cx, convert::timestamp};

/// `handshake`, as it stands.
pub(crate) fn answer(cx: &Cx, handshake: &domain::Handshake) -> Handshake {
    let organization = HandshakeParty {
        id: handshake.sender.organization.to_string(),
        r#type: HandshakePartyType::Organization,
    };
    let mut parties = vec![organization];
    parties.extend(handshake.recipient.as_ref().map(party));
    Handshake {
        id: Some(handshake.id.to_string()),
        arn: Some(handshake.arn(cx.partition()).into()),
        parties,
        state: HandshakeState::from_name(handshake.state_at(cx.now()).name()),
        requested_timestamp: Some(timestamp(handshake.requested_at)),
        expiration_timestamp: Some(timestamp(handshake.expires_at)),
        action: ActionType::from_name(handshake.action.name()),
        resources: resources(handshake),
    }
}

fn party(recipient: &HandshakeRecipient) -> HandshakeParty {
    let r#type = match recipient {
        HandshakeRecipient::Account(_) => HandshakePartyType::Account,
        HandshakeRecipient::Email(_) => HandshakePartyType::Email,
    };
    HandshakeParty {
        id: recipient.as_str().to_owned(),
        r#type,
    }
}

/// Source: the examples of the API reference: the organization with what is known of it, who is asked, and the notes.
/// The organization's own handshake names it alone.
fn resources(handshake: &domain::Handshake) -> Vec<HandshakeResource> {
    let mut organization = resource(
        HandshakeResourceType::Organization,
        handshake.sender.organization.as_str(),
    );
    if handshake.action != HandshakeAction::EnableAllFeatures {
        organization.resources = about(&handshake.sender);
    }
    let mut resources = vec![organization];
    resources.extend(handshake.recipient.as_ref().map(|it| {
        let r#type = match it {
            HandshakeRecipient::Account(_) => HandshakeResourceType::Account,
            HandshakeRecipient::Email(_) => HandshakeResourceType::Email,
        };
        resource(r#type, it.as_str())
    }));
    let parent = handshake.parent.as_ref();
    resources.extend(parent.map(|it| resource(HandshakeResourceType::ParentHandshake, it.as_str())));
    let notes = handshake.notes.as_deref();
    resources.extend(notes.map(|it| resource(HandshakeResourceType::Notes, it)));
    resources
}

fn about(sender: &HandshakeSender) -> Vec<HandshakeResource> {
    vec![
        resource(HandshakeResourceType::MasterEmail, &sender.email),
        resource(HandshakeResourceType::MasterName, &sender.name),
        resource(HandshakeResourceType::OrganizationFeatureSet, &sender.feature_set),
    ]
}

fn resource(r#type: HandshakeResourceType, value: &str) -> HandshakeResource {
    HandshakeResource {
        value: Some(value.to_owned()),
        r#type: Some(r#type),
        resources: Vec::new(),
    }
}
