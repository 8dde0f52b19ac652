//! From an operation's type to a function the dispatcher can keep in a table.
//!
//! [`Handle`] has one implementation for each kind of operation, told apart by a marker type, so that the compiler
//! finds the right one by itself and rejects an operation that is none of [`Command`], [`Query`], [`LongQuery`],
//! [`Unsupported`] and [`Unbuilt`].

use std::{future::Future, pin::Pin, sync::Arc};

use domain::Fault;
use http::Response;
use parking_lot::Mutex;
use shapes::{
    Service, Value,
    read::{Breach, Rejection, read_input},
};
use store::CommandOutcome;
use wire::{AnswerBody, LongLists, Route};

use crate::{
    Command, Cx, Engine, LongQuery, Query, Unbuilt, Unsupported,
    authorize::{authorize, check_account},
    idempotency,
};

/// An answer on its way to the client.
pub(crate) type Answering<'a> =
    Pin<Box<dyn Future<Output = Result<Response<AnswerBody>, Fault>> + Send + 'a>>;

/// Carries out one operation: decodes, checks, runs it in a transaction, and encodes the answer.
pub(crate) type Handler = for<'a> fn(&'a Engine, Cx, Route, &Value<'_>) -> Answering<'a>;

/// An operation that can be carried out, or says that it cannot be. `Kind` tells the implementations apart.
pub(crate) trait Handle<Kind> {
    fn handle<'a>(engine: &'a Engine, cx: Cx, route: Route, input: &Value<'_>) -> Answering<'a>;
}

pub(crate) struct IsQuery;
pub(crate) struct IsLongQuery;
pub(crate) struct IsCommand;
pub(crate) struct IsUnsupported;
pub(crate) struct IsUnbuilt;

/// The function for operation `O`.
pub(crate) const fn handler<O: Handle<Kind>, Kind>() -> Handler {
    O::handle
}

fn refused<'a>(fault: Fault) -> Answering<'a> {
    Box::pin(std::future::ready(Err(fault)))
}

/// Source: the errors that each service's operations list. Observed: Organizations answers `InvalidInputException` with a
/// reason where the other services answer `ValidationException`. Ours: what is wrong is told after its sentence.
fn invalid_input(service: Service, message: String, first: Breach) -> Fault {
    if service != Service::Organizations {
        return Fault::validation(message);
    }
    let (sentence, reason) = match first {
        Breach::Missing => ("You must specify a required value.", "INPUT_REQUIRED"),
        Breach::Pattern => (
            "You provided a value that does not match the required pattern.",
            "INVALID_PATTERN",
        ),
        Breach::Enumeration => ("You specified an invalid value.", "INVALID_ENUM"),
        Breach::TooShort => (
            "You provided a string parameter that is shorter than the minimum length.",
            "MIN_LENGTH_EXCEEDED",
        ),
        Breach::TooLong => (
            "You provided a string parameter that is longer than allowed.",
            "MAX_LENGTH_EXCEEDED",
        ),
        Breach::TooSmall => (
            "You provided a numeric value that is smaller than allowed.",
            "MIN_VALUE_EXCEEDED",
        ),
        Breach::TooLarge => (
            "You provided a numeric value that is larger than allowed.",
            "MAX_VALUE_EXCEEDED",
        ),
    };
    Fault::new("InvalidInputException", format!("{sentence} {message}")).because(reason)
}

fn read<O: shapes::Operation>(input: &Value<'_>) -> Result<O::Input, Fault> {
    read_input::<O::Input>(input).map_err(|rejection| match rejection {
        Rejection::Malformed(message) => Fault::serialization(message),
        Rejection::Invalid { message, first } => invalid_input(O::DESCRIPTION.service, message, first),
    })
}

impl<O: Query> Handle<IsQuery> for O
where
    O::Input: Send,
{
    fn handle<'a>(engine: &'a Engine, cx: Cx, route: Route, input: &Value<'_>) -> Answering<'a> {
        let input = match read::<O>(input) {
            Ok(input) => input,
            Err(fault) => return refused(fault),
        };
        let request_id = cx.request_id();
        Box::pin(async move {
            let answered = engine.store().read(move |tx| {
                check_account(&cx, tx)?;
                let resource = O::resource(&cx, tx, &input)?;
                authorize(&cx, O::DESCRIPTION, &resource)?;
                O::run(&cx, tx, &input)
            });
            let output = answered.await??;
            Ok(route
                .answer(&output, &request_id.to_string())
                .map(AnswerBody::from))
        })
    }
}

impl<O: LongQuery> Handle<IsLongQuery> for O
where
    O::Input: Send,
    O::Output: Send,
{
    fn handle<'a>(engine: &'a Engine, cx: Cx, route: Route, input: &Value<'_>) -> Answering<'a> {
        let input = match read::<O>(input) {
            Ok(input) => input,
            Err(fault) => return refused(fault),
        };
        let request_id = cx.request_id().to_string();
        Box::pin(async move {
            let marker = request_id.clone();
            let answered = engine.store().read(move |tx| {
                check_account(&cx, tx)?;
                let resource = O::resource(&cx, tx, &input)?;
                authorize(&cx, O::DESCRIPTION, &resource)?;
                let mut lists = LongLists::of(&marker);
                Ok::<_, Fault>((O::run(&cx, tx, &input, &mut lists)?, lists))
            });
            let (output, lists) = answered.await??;
            let hold = engine.long_answers().begin(lists.bytes())?;
            let answer = route.answer_with_lists(&output, lists, &request_id);
            Ok(answer.map(|it| it.holding(hold)))
        })
    }
}

impl<O: Command> Handle<IsCommand> for O
where
    O::Input: Send,
    O::Output: Send,
{
    fn handle<'a>(engine: &'a Engine, cx: Cx, route: Route, input: &Value<'_>) -> Answering<'a> {
        let typed = match read::<O>(input) {
            Ok(input) => input,
            Err(fault) => return refused(fault),
        };
        let key = idempotency::request_key(&cx, O::DESCRIPTION, O::idempotency_token(&typed), input);
        let request_id = cx.request_id();
        Box::pin(async move {
            // The body may run twice; the last run is the one that was committed.
            let answer = Arc::new(Mutex::new(None));
            let slot = Arc::clone(&answer);
            let committed = engine.store().command(key, move |tx| {
                check_account(&cx, tx)?;
                let resource = O::resource(&cx, tx, &typed)?;
                authorize(&cx, O::DESCRIPTION, &resource)?;
                let output = O::run(&cx, tx, &typed)?;
                let kept = wire::cbor::encode(&output)
                    .map_err(|it| Fault::internal_failure("The answer could not be kept.").caused_by(it))?;
                *slot.lock() = Some(output);
                Ok(kept)
            });
            match committed.await? {
                CommandOutcome::Done(_) => {
                    engine.wake_jobs();
                    let output = answer
                        .lock()
                        .take()
                        .expect("a body that committed left its answer");
                    Ok(route
                        .answer(&output, &request_id.to_string())
                        .map(AnswerBody::from))
                }
                CommandOutcome::Replayed(kept) => {
                    let output = wire::cbor::decode(&kept).map_err(|it| {
                        Fault::internal_failure("A kept answer could not be read.").caused_by(it)
                    })?;
                    Ok(route
                        .answer(&output, &request_id.to_string())
                        .map(AnswerBody::from))
                }
                CommandOutcome::TokenReused => Err(idempotency::token_reused()),
                CommandOutcome::Refused(fault) => Err(fault),
            }
        })
    }
}

impl<O: Unsupported> Handle<IsUnsupported> for O {
    fn handle<'a>(_: &'a Engine, _: Cx, _: Route, input: &Value<'_>) -> Answering<'a> {
        if let Err(fault) = read::<O>(input) {
            return refused(fault);
        }
        let (name, why) = (O::DESCRIPTION.name, O::WHY);
        refused(Fault::new(
            "UnsupportedAPIEndpointException",
            format!("Chandlery does not support {name}, because {why}."),
        ))
    }
}

impl<O: Unbuilt> Handle<IsUnbuilt> for O {
    fn handle<'a>(_: &'a Engine, _: Cx, _: Route, _: &Value<'_>) -> Answering<'a> {
        let name = O::DESCRIPTION.name;
        refused(Fault::not_implemented(format!(
            "Chandlery does not implement {name} yet."
        )))
    }
}
