//! What a worker is about to do, noted before it is sent.

use serde_json::Value;

use crate::facts::Change;

/// The kind of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// An operation of Service Catalog.
    Catalog(&'static str),
    /// An operation of Organizations.
    Organizations(&'static str),
    /// AssumeRole of STS, in the account that the input names, by which the worker signs in as its `Name`.
    AssumeRole,
}

impl Call {
    /// The operation's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Catalog(name) | Self::Organizations(name) => name,
            Self::AssumeRole => "AssumeRole",
        }
    }
}

/// How the server may answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    /// With success.
    Done,
    /// With success, or by this refusal, which changes nothing: somebody else may be in the way.
    DoneOr(&'static str),
    /// By this refusal, which changes nothing.
    Refused(&'static str),
}

/// What is waited for after a write was acknowledged, because it goes on in the background.
#[derive(Clone, Debug)]
pub(crate) enum Wait {
    /// Nothing.
    No,
    /// The account whose creation was asked for; its id is the text of this fact.
    Account(String),
    /// The end of the share operation.
    ShareOperation,
    /// The handshake by which a member is asked to approve all features: the fact that is not known yet.
    Approval,
}

/// A write.
#[derive(Clone, Debug)]
pub(crate) struct Intent {
    /// Whose key signs it.
    pub(crate) who: String,
    pub(crate) call: Call,
    pub(crate) input: Value,
    pub(crate) expected: Expected,
    /// What is different once it is acknowledged.
    pub(crate) changes: Vec<Change>,
    pub(crate) wait: Wait,
}

impl Intent {
    /// A write of Service Catalog that succeeds.
    pub(crate) fn catalog(who: &str, operation: &'static str, input: Value) -> Self {
        Self::of(who, Call::Catalog(operation), input)
    }

    /// A write of Organizations that succeeds.
    pub(crate) fn organizations(who: &str, operation: &'static str, input: Value) -> Self {
        Self::of(who, Call::Organizations(operation), input)
    }

    /// A write that succeeds and changes nothing, so far.
    pub(crate) fn of(who: &str, call: Call, input: Value) -> Self {
        Self {
            who: who.to_owned(),
            call,
            input,
            expected: Expected::Done,
            changes: Vec::new(),
            wait: Wait::No,
        }
    }

    /// It changes this.
    pub(crate) fn changes(mut self, changes: impl IntoIterator<Item = Change>) -> Self {
        self.changes.extend(changes);
        self
    }

    /// It is refused so, and changes nothing.
    pub(crate) fn refused(mut self, code: &'static str) -> Self {
        self.expected = Expected::Refused(code);
        self.changes.clear();
        self
    }

    /// It may be refused so, and changes nothing then.
    pub(crate) fn unless(mut self, code: &'static str) -> Self {
        self.expected = Expected::DoneOr(code);
        self
    }

    /// This is waited for afterwards.
    pub(crate) fn waiting_for(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }
}
