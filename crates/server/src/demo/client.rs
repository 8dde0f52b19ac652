//! The story's way to the server: the project's small client, with names for those who ask.
//!
//! Invariant: whatever is not the expected answer is an [`Unexpected`] that says who asked for what. Deliberately absent:
//! retries; on a server of its own, nothing is in the way.

use std::error::Error as _;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use client::Keys;
pub(super) use client::Service;
use serde_json::Value;

use crate::REGION;

/// An answer that the demo did not expect.
#[derive(Debug, thiserror::Error)]
#[error("{who} asked for {operation}: expected {expected}, got {found}")]
pub struct Unexpected {
    who: String,
    operation: String,
    expected: String,
    found: String,
}

impl Unexpected {
    /// The whole took longer than `limit`.
    pub(super) fn late(limit: Duration) -> Self {
        Self {
            who: "The demo".to_owned(),
            operation: "its whole story".to_owned(),
            expected: format!("the end within {limit:?}"),
            found: "none".to_owned(),
        }
    }
}

/// Somebody with a key.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    /// What the story calls them.
    pub(super) name: String,
    keys: Keys,
}

impl Actor {
    /// The one whose key is `profile` of a credentials file.
    pub(super) fn of_profile(name: &str, credentials: &Path, profile: &str) -> Result<Self, Unexpected> {
        let keys = Keys::of_profile(credentials, profile).map_err(|missing| Unexpected {
            who: name.to_owned(),
            operation: "their key".to_owned(),
            expected: "one".to_owned(),
            found: missing.to_string(),
        })?;
        Ok(Self {
            name: name.to_owned(),
            keys,
        })
    }
}

/// A client of one server.
pub(super) struct Client(client::Client);

impl Client {
    /// A client of the server at `endpoint`, such as `http://127.0.0.1:8242`.
    pub(super) fn new(endpoint: &str) -> Self {
        Self(client::Client::new(endpoint, REGION))
    }

    /// Calls `operation` and expects it to succeed.
    pub(super) async fn call(
        &self,
        actor: &Actor,
        service: Service,
        operation: &str,
        input: Value,
    ) -> Result<Answer, Unexpected> {
        let answered = self.0.call(&actor.keys, service, operation, &input).await;
        Ok(Answer {
            who: actor.name.clone(),
            operation: operation.to_owned(),
            value: answered.map_err(|it| failed(actor, operation, it))?,
        })
    }

    /// Takes the role that Organizations gives the management account in `account`.
    pub(super) async fn assume_role(
        &self,
        actor: &Actor,
        name: &str,
        account: &str,
    ) -> Result<Actor, Unexpected> {
        let assumed = self.0.assume_role(&actor.keys, account).await;
        Ok(Actor {
            name: name.to_owned(),
            keys: assumed.map_err(|it| failed(actor, "AssumeRole", it))?,
        })
    }
}

fn failed(actor: &Actor, operation: &str, error: client::Error) -> Unexpected {
    let cause = error.source().map(|it| format!(": {it}")).unwrap_or_default();
    Unexpected {
        who: actor.name.clone(),
        operation: operation.to_owned(),
        expected: "status 200 OK".to_owned(),
        found: format!("{error}{cause}"),
    }
}

/// What an operation answered.
pub(super) struct Answer {
    who: String,
    operation: String,
    value: Value,
}

impl Answer {
    /// The text at `pointer`, such as `/Root/Id`.
    pub(super) fn text(&self, pointer: &str) -> Result<&str, Unexpected> {
        let found = self.value.pointer(pointer).and_then(Value::as_str);
        found.ok_or_else(|| self.unexpected(&format!("text at {pointer}"), &self.to_string()))
    }

    /// The list at `pointer`.
    pub(super) fn list(&self, pointer: &str) -> Result<&[Value], Unexpected> {
        let found = self.value.pointer(pointer).and_then(Value::as_array);
        found
            .map(Vec::as_slice)
            .ok_or_else(|| self.unexpected(&format!("a list at {pointer}"), &self.to_string()))
    }

    /// The texts called `member` of the items of the list at `pointer`.
    pub(super) fn texts(&self, pointer: &str, member: &str) -> Result<Vec<String>, Unexpected> {
        let text = |item: &Value| item.get(member).and_then(Value::as_str).map(str::to_owned);
        let found: Option<Vec<_>> = self.list(pointer)?.iter().map(text).collect();
        found.ok_or_else(|| self.unexpected(&format!("{member} in {pointer}"), &self.to_string()))
    }

    /// Fails unless `found` is what the story goes on with.
    pub(super) fn expect(&self, expected: &str, found: &str) -> Result<(), Unexpected> {
        if expected == found {
            Ok(())
        } else {
            Err(self.unexpected(expected, found))
        }
    }

    /// This answer as an error.
    pub(super) fn unexpected(&self, expected: &str, found: &str) -> Unexpected {
        Unexpected {
            who: self.who.clone(),
            operation: self.operation.clone(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unexpected_answer_says_who_asked_for_what() {
        let answer = Answer {
            who: "alice".to_owned(),
            operation: "ListRoots".to_owned(),
            value: serde_json::json!({"Roots": []}),
        };
        let error = answer.text("/Roots/0/Id").unwrap_err().to_string();
        assert_eq!(
            error,
            r#"alice asked for ListRoots: expected text at /Roots/0/Id, got {"Roots":[]}"#
        );
    }
}
