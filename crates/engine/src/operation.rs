//! What an operation is: a plain synchronous function over a transaction, and the resource it acts on.

use domain::{Arn, Fault};
use store::{ReadTx, WriteTx};
use wire::LongLists;

use crate::Cx;

/// What a request acts on, as policies name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its ARN, or a pattern where the operation has no single resource.
    pub arn: Arn,
}

impl From<Arn> for Resource {
    fn from(arn: Arn) -> Self {
        Self { arn }
    }
}

/// An operation that changes nothing. It sees one snapshot.
pub trait Query: shapes::Operation {
    /// What the request acts on. Required, so that no operation can forget authorization.
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &Self::Input) -> Result<Resource, Fault>;

    /// Answers. May run twice.
    fn run(cx: &Cx, tx: &ReadTx<'_>, input: &Self::Input) -> Result<Self::Output, Fault>;
}

/// A query whose answer has lists of any length, which leave a piece at a time.
pub trait LongQuery: shapes::Operation {
    /// What the request acts on. Required, so that no operation can forget authorization.
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &Self::Input) -> Result<Resource, Fault>;

    /// Answers, with `lists` for what is long. May run twice.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &Self::Input,
        lists: &mut LongLists,
    ) -> Result<Self::Output, Fault>;
}

/// An operation that changes state. All of it happens, or none.
pub trait Command: shapes::Operation {
    /// What the request acts on. Required, so that no operation can forget authorization.
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &Self::Input) -> Result<Resource, Fault>;

    /// Changes state through `tx` and nothing else. May run twice: after a conflict the whole is run again.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &Self::Input) -> Result<Self::Output, Fault>;

    /// The client's token under which the same request is carried out once.
    fn idempotency_token(_input: &Self::Input) -> Option<&str> {
        None
    }
}

/// An operation of the contract that will not be built. It answers so, and why.
pub trait Unsupported: shapes::Operation {
    /// Why, to be put behind "because".
    const WHY: &'static str;
}

/// An operation of the contract that is not built yet. It answers so, with its name and HTTP status 501.
pub trait Unbuilt: shapes::Operation {}
