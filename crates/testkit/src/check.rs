//! What stories say about refusals.

use std::fmt::Debug;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// An error of the service: its code and its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Such as `ResourceNotFoundException`.
    pub code: String,
    /// The message for the caller.
    pub message: String,
}

impl PartialEq<&str> for Refused {
    /// Errors are matched by code.
    fn eq(&self, code: &&str) -> bool {
        self.code == *code
    }
}

/// The error that the service answered with. Fails the test if it did not answer with one.
pub fn refused<T: Debug, E: ProvideErrorMetadata + Debug, R: Debug>(
    answer: Result<T, SdkError<E, R>>,
) -> Refused {
    match answer {
        Ok(answer) => panic!("the service should have refused, and answered {answer:?}"),
        Err(SdkError::ServiceError(error)) => Refused {
            code: error.err().code().unwrap_or_default().to_owned(),
            message: error.err().message().unwrap_or_default().to_owned(),
        },
        Err(other) => panic!("the service did not answer: {other:?}"),
    }
}
