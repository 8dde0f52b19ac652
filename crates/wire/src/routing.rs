//! From names on the wire to descriptions of the contract.
//!
//! Invariant: a signed request reaches only the service its signature was made for. Deliberately absent: whether the
//! signature is good.

use shapes::{OperationDescription, ServiceDescription};

use crate::WireError;

/// The services a request may mean.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope {
    /// The one that the signature's scope names.
    Signed(&'static ServiceDescription),
    /// Any, for want of a signature.
    Unsigned(&'static [&'static ServiceDescription]),
}

impl Scope {
    /// `NotImplemented` if the signature is for a service that Chandlery does not have.
    pub(crate) fn of(
        signing_name: Option<&str>,
        services: &'static [&'static ServiceDescription],
    ) -> Result<Self, WireError> {
        let Some(name) = signing_name else {
            return Ok(Self::Unsigned(services));
        };
        match find_service(name, services) {
            Some(service) => Ok(Self::Signed(service)),
            None => Err(WireError::not_implemented(format!(
                "Chandlery does not have the service {name}."
            ))),
        }
    }

    /// The service that `wanted` accepts, if the scope allows it.
    pub(crate) fn find(
        self,
        wanted: impl Fn(&ServiceDescription) -> bool,
    ) -> Option<&'static ServiceDescription> {
        match self {
            Self::Signed(service) => Some(service).filter(|it| wanted(it)),
            Self::Unsigned(services) => services.iter().copied().find(|it| wanted(it)),
        }
    }
}

/// The service that signs as `signing_name`.
pub(crate) fn find_service(
    signing_name: &str,
    services: &'static [&'static ServiceDescription],
) -> Option<&'static ServiceDescription> {
    services
        .iter()
        .copied()
        .find(|it| it.signing_name == signing_name)
}

/// The service's operation called `name`, if there is one.
///
/// `NotImplemented` if AWS has it but no shapes of it are pinned.
pub(crate) fn find_operation(
    service: &'static ServiceDescription,
    name: &str,
) -> Result<Option<&'static OperationDescription>, WireError> {
    match service.operation(name) {
        None if service.unpinned_operations.contains(&name) => Err(WireError::not_implemented(format!(
            "Chandlery does not implement the operation {name} of {}.",
            service.signing_name
        ))),
        found => Ok(found),
    }
}
