//! Requests under the rules: where a rule is asked about a request, and where its answer is exchanged.

use std::borrow::Cow;

use domain::{Fault, PortfolioId, ShareToken};
use http::{Response, StatusCode};
use shapes::{ErrorAnswer, OperationDescription, Service, Value};
use wire::{AnswerBody, Call};

use super::FaultRules;
use super::effect::Moment;
use super::requests::{CutConnection, Failure};
use crate::dispatch::Answered;
use crate::{Cx, Engine, fault_answer, log};

/// The name under which requests with an error that somebody chose are counted: the number of series stays bounded.
const PROVOKED: &str = "Provoked";

/// The same for requests whose connection was cut: there was no answer.
const CUT: &str = "Cut";

impl Engine {
    /// Carries `call` out as `faults` say.
    pub(crate) async fn carry_out_under(&self, faults: &FaultRules, mut cx: Cx, call: &Call<'_>) -> Answered {
        let portfolio = if faults.asks_for_portfolio() {
            self.portfolio_of(call.route.operation, &call.input).await
        } else {
            None
        };
        let verdict = faults.judge(cx.account(), call.route.operation, portfolio.as_ref());
        if !verdict.delay.is_zero() {
            tokio::time::sleep(verdict.delay).await;
            // As if it had arrived only now.
            cx.now = self.now();
        }
        let Some(failure) = verdict.failure else {
            return self.carry_out(cx, call).await;
        };
        let request_id = cx.request_id();
        if failure.moment() == Moment::AfterCommit {
            self.carry_out(cx, call).await;
        }
        log::provoked(request_id, call.route.operation.name);
        provoked(&failure, call, &request_id.to_string())
    }

    /// The portfolio that a request is about, if it says so itself or through a share operation's token.
    async fn portfolio_of(&self, operation: &OperationDescription, input: &Value<'_>) -> Option<PortfolioId> {
        if operation.service != Service::ServiceCatalog {
            return None;
        }
        if let Some(token) = text(input, "PortfolioShareToken") {
            let token = ShareToken::parse(token).ok()?;
            let found = self.store().read(move |tx| tx.find_share_operation(&token)).await;
            return Some(found.ok()?.ok()??.portfolio);
        }
        let is_of_portfolio = matches!(
            operation.name,
            "DescribePortfolio" | "UpdatePortfolio" | "DeletePortfolio"
        );
        let member = if is_of_portfolio { "Id" } else { "PortfolioId" };
        PortfolioId::parse(text(input, member)?).ok()
    }
}

fn text<'v>(input: &'v Value<'_>, member: &str) -> Option<&'v str> {
    let Value::Map(members) = input else {
        return None;
    };
    members.iter().find_map(|(name, value)| match value {
        Value::Text(text) | Value::Untyped(text) if name == member => Some(text.as_ref()),
        _ => None,
    })
}

fn provoked(failure: &Failure, call: &Call<'_>, request_id: &str) -> Answered {
    let errors = call.route.error_envelope();
    let (answer, counted) = match failure {
        Failure::Throttle => {
            // Source: the common errors of AWS's services. Observed: the sentence.
            let fault = Fault::new("ThrottlingException", "Rate exceeded");
            let answer = fault_answer::of_fault(&fault, errors.style(), None);
            (errors.answer(&answer, request_id), fault.code())
        }
        Failure::Respond(response) => {
            let answer = ErrorAnswer {
                code: &response.error,
                message: &response.message,
                reason: None,
                status: response.status,
            };
            let counted = match response.error {
                Cow::Borrowed(ours) => ours,
                Cow::Owned(_) => PROVOKED,
            };
            (errors.answer(&answer, request_id), counted)
        }
        Failure::Cut(_) => {
            let mut cut = Response::new(Vec::new());
            *cut.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            cut.extensions_mut().insert(CutConnection);
            (cut, CUT)
        }
    };
    (answer.map(AnswerBody::from), Some(counted))
}
