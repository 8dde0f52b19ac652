//! What can come instead of the answer.

use serde_json::Value;

/// Why there is no answer to go on with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server answered with an error.
    #[error("status {status}, {code}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The error's code, such as `ResourceNotFoundException`.
        code: String,
        /// What it says; the whole body where that is not an error of AWS JSON.
        message: String,
    },
    /// No whole answer came: the request may have been carried out, or not.
    #[error("no answer")]
    NoAnswer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server answered with success, in words that are not understood.
    #[error("an answer that cannot be read: {0}")]
    Unreadable(String),
    /// The request cannot be made: nothing was sent.
    #[error("the request cannot be made")]
    Unsendable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Nothing came back, for this reason.
    pub(crate) fn no_answer(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::NoAnswer(Box::new(source))
    }

    /// Nothing was sent, for this reason.
    pub(crate) fn unsendable(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unsendable(Box::new(source))
    }

    /// The error that `body` tells of, as AWS JSON writes it or, for want of that, as it stands.
    pub(crate) fn refused(status: u16, body: &str) -> Self {
        let read: Option<Value> = serde_json::from_str(body).ok();
        let member = |names: [&str; 2]| {
            let value = read.as_ref()?;
            let found = names.iter().find_map(|it| value.get(it)).and_then(Value::as_str);
            found.map(str::to_owned)
        };
        let code = member(["__type", "code"]).unwrap_or_default();
        Self::Refused {
            status,
            // Some services write the name of their namespace before a `#`.
            code: code.rsplit('#').next().unwrap_or_default().to_owned(),
            message: member(["message", "Message"]).unwrap_or_else(|| body.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_by_its_code() {
        let body =
            r#"{"__type":"com.amazonaws.organizations#DuplicatePolicyException","Message":"There is one."}"#;
        let error = Error::refused(400, body).to_string();
        assert_eq!(error, "status 400, DuplicatePolicyException: There is one.");
    }

    #[test]
    fn what_is_no_error_of_aws_json_is_told_as_it_stands() {
        let error = Error::refused(503, "<busy/>").to_string();
        assert_eq!(error, "status 503, : <busy/>");
    }
}
