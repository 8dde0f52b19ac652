//! Which handshakes a list is asked for.

use domain::{Fault, HandshakeAction, HandshakeId};
use shapes::{organizations::HandshakeFilter as Input, read::Enumeration as _};
use store::HandshakeFilter;

/// What `filter` lets through; `None` if nothing can be.
///
/// Ours: an action of which there are no handshakes here, and the parts of a handshake that cannot be, are no mistakes.
///
/// # Errors
///
/// `InvalidInputException` for both at once.
pub(crate) fn filter_of(filter: Option<&Input>) -> Result<Option<HandshakeFilter>, Fault> {
    let Some(filter) = filter else {
        return Ok(Some(HandshakeFilter::default()));
    };
    Ok(
        match (filter.action_type, filter.parent_handshake_id.as_deref()) {
            (Some(_), Some(_)) => {
                return Err(Fault::new(
                    "InvalidInputException",
                    "You can specify only one filter parameter for the operation.",
                )
                .because("MAX_LIMIT_EXCEEDED_FILTER"));
            }
            (Some(action), None) => HandshakeAction::from_name(action.name()).map(|it| HandshakeFilter {
                action: Some(it),
                parent: None,
            }),
            (None, Some(parent)) => HandshakeId::parse(parent).ok().map(|it| HandshakeFilter {
                action: None,
                parent: Some(it),
            }),
            (None, None) => Some(HandshakeFilter::default()),
        },
    )
}

/// `filter` as a page token knows it.
pub(crate) fn words(filter: &HandshakeFilter) -> [&str; 2] {
    let action = filter.action.map_or("", HandshakeAction::name);
    [action, filter.parent.as_ref().map_or("", HandshakeId::as_str)]
}
