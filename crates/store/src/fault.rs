//! What a failing store means to a caller of the service.

use domain::Fault;

use crate::StoreError;

impl From<StoreError> for Fault {
    /// A store fails for reasons of its own, never because of what the caller asked: table functions return what they
    /// expect as values. So the caller is told to try again, or that it is our mistake.
    fn from(error: StoreError) -> Self {
        let fault = match error {
            StoreError::Contended { .. } | StoreError::Overloaded => Fault::throttling("Rate exceeded"),
            StoreError::Unavailable { .. } => Fault::service_unavailable(
                "The service is temporarily unable to handle the request. Try again.",
            ),
            StoreError::Constraint { .. }
            | StoreError::Statement { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Panicked { .. } => Fault::internal_failure("The request could not be processed."),
        };
        fault.caused_by(error)
    }
}
