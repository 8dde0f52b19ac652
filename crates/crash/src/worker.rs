//! A worker: draws what to do next, notes it, sends it, and keeps the facts as the answers make them.
//!
//! Invariant: one write is on its way at a time, so that at most one is neither acknowledged nor refused when the server
//! is gone. [`Worker::settle`] finds out which it is. Deliberately absent: retries; a write that got no answer is
//! looked for, not sent again, but for portfolios, whose token makes that harmless: those are sent again to see that it
//! does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use client::{Client, Service};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::draw::Draw;
use crate::facts::{Facts, after};
use crate::intent::{Call, Expected, Intent, Wait};
use crate::reader::{Actors, Reader, text};
use crate::roles::Role;
use crate::tally::Tally;
use crate::verdict::{Verdict, verdict};

/// How long what goes on in the background may take.
const WAIT_LIMIT: Duration = Duration::from_secs(20);
/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// Somebody who writes.
pub(crate) struct Worker {
    /// What the names of its things begin with.
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) actors: Actors,
    facts: Facts,
    /// What was sent and not answered.
    in_flight: Option<Intent>,
    /// The portfolio that was created last, and the answer.
    created: Option<(Intent, Value)>,
    pub(crate) tally: Tally,
}

/// What came of a write.
enum Outcome {
    Done(Value),
    Refused,
    /// Nobody knows.
    Unanswered,
}

impl Worker {
    /// A worker who has nothing yet.
    pub(crate) fn new(name: &str, role: Role, actors: Actors) -> Self {
        Self {
            name: name.to_owned(),
            role,
            actors,
            facts: Facts::new(),
            in_flight: None,
            created: None,
            tally: Tally::default(),
        }
    }

    /// Writes until `struck` says that the blow has fallen, or falls now. No answer before that is a failure.
    pub(crate) async fn work(&mut self, client: &Client, mut draw: Draw, struck: &AtomicBool) -> Result<()> {
        while !struck.load(Ordering::SeqCst) {
            let intent = self.role.next(&mut draw, &self.facts);
            self.in_flight = Some(intent.clone());
            let outcome = self.send(client, &intent).await;
            let outcome = outcome.with_context(|| self.told(&intent))?;
            match outcome {
                Outcome::Done(answer) => self.acknowledge(client, intent, answer, struck).await?,
                Outcome::Refused => self.in_flight = None,
                Outcome::Unanswered if struck.load(Ordering::SeqCst) => return Ok(()),
                Outcome::Unanswered => {
                    bail!("{}: no answer, and nobody hit the server", self.told(&intent));
                }
            }
        }
        Ok(())
    }

    async fn acknowledge(
        &mut self,
        client: &Client,
        intent: Intent,
        answer: Value,
        struck: &AtomicBool,
    ) -> Result<()> {
        self.in_flight = None;
        self.tally.acknowledged(intent.call.name());
        self.facts = after(&self.facts, &intent.changes, Some(&answer));
        let waited = self.wait(client, &intent, &answer, struck).await;
        waited.with_context(|| format!("{}, afterwards", self.told(&intent)))?;
        if intent.call == Call::Catalog("CreatePortfolio") {
            self.created = Some((intent, answer));
        }
        Ok(())
    }

    /// Sends `intent`; fails if it is answered otherwise than it may be.
    async fn send(&mut self, client: &Client, intent: &Intent) -> Result<Outcome> {
        let sent = tokio::time::timeout(ANSWER_LIMIT, self.call(client, intent)).await;
        match sent.map_err(|_| anyhow!("no answer within {ANSWER_LIMIT:?}"))? {
            Ok(answer) => match intent.expected {
                Expected::Refused(code) => bail!("expected {code}, got {answer}"),
                Expected::Done | Expected::DoneOr(_) => Ok(Outcome::Done(answer)),
            },
            Err(client::Error::Refused { status, .. }) if status >= 500 => Ok(Outcome::Unanswered),
            // Nothing of it is in the store, and it may be tried again.
            Err(client::Error::Refused { code, .. }) if code == "ThrottlingException" => Ok(Outcome::Refused),
            Err(client::Error::Refused {
                code,
                status,
                message,
            }) => match intent.expected {
                Expected::Refused(expected) | Expected::DoneOr(expected) if code == expected => {
                    Ok(Outcome::Refused)
                }
                expected => bail!("expected {expected:?}, got status {status}, {code}: {message}"),
            },
            Err(client::Error::NoAnswer(_)) => Ok(Outcome::Unanswered),
            Err(error) => Err(error.into()),
        }
    }

    async fn call(&mut self, client: &Client, intent: &Intent) -> Result<Value, client::Error> {
        let missing = || client::Error::Unreadable(format!("{} has no key", intent.who));
        let keys = self.actors.get(&intent.who).ok_or_else(missing)?;
        let input = &intent.input;
        match intent.call {
            Call::Catalog(operation) => client.call(keys, Service::ServiceCatalog, operation, input).await,
            Call::Organizations(operation) => {
                client.call(keys, Service::Organizations, operation, input).await
            }
            Call::AssumeRole => {
                let session = client.assume_role(keys, text(input, "Account")).await?;
                self.actors.insert(text(input, "Name").to_owned(), session);
                Ok(Value::Null)
            }
        }
    }

    /// Waits for what `intent` asked for, as long as nobody hits the server.
    async fn wait(
        &mut self,
        client: &Client,
        intent: &Intent,
        answer: &Value,
        struck: &AtomicBool,
    ) -> Result<()> {
        let begun = Instant::now();
        while !struck.load(Ordering::SeqCst) {
            match self.look(client, intent, answer).await {
                Ok(Some((fact, found))) => {
                    self.facts.insert(fact, found);
                    return Ok(());
                }
                Ok(None) if matches!(intent.wait, Wait::No) => return Ok(()),
                Ok(None) => {}
                Err(_) if struck.load(Ordering::SeqCst) => return Ok(()),
                Err(error) => return Err(error),
            }
            if begun.elapsed() > WAIT_LIMIT {
                bail!("not done within {WAIT_LIMIT:?}");
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Looks once; returns the fact that was waited for.
    async fn look(
        &self,
        client: &Client,
        intent: &Intent,
        answer: &Value,
    ) -> Result<Option<(String, String)>> {
        let reader = self.reader(client);
        match &intent.wait {
            Wait::No => Ok(None),
            Wait::Account(fact) => {
                let request = answer.pointer("/CreateAccountStatus/Id");
                let input = json!({"CreateAccountRequestId": request});
                let told = reader.organizations(&intent.who, "DescribeCreateAccountStatus", input);
                let told = told.await?;
                let status = &told["CreateAccountStatus"];
                match text(status, "State") {
                    "IN_PROGRESS" => Ok(None),
                    "SUCCEEDED" => Ok(Some((fact.clone(), text(status, "AccountId").to_owned()))),
                    _ => bail!("expected SUCCEEDED, got {told}"),
                }
            }
            Wait::ShareOperation => {
                let token = text(answer, "PortfolioShareToken");
                let input = json!({"PortfolioShareToken": token});
                let told = reader
                    .catalog(&intent.who, "DescribePortfolioShareStatus", input)
                    .await?;
                match text(&told, "Status") {
                    "NOT_STARTED" | "IN_PROGRESS" => Ok(None),
                    // What it came to is compared later.
                    _ => Ok(self
                        .facts
                        .get_key_value(&format!("operation/{token}"))
                        .map(|(fact, text)| (fact.clone(), text.clone()))),
                }
            }
            Wait::Approval => {
                let handshakes = reader.list_organizations(
                    &intent.who,
                    "ListHandshakesForOrganization",
                    json!({"Filter": {"ActionType": "APPROVE_ALL_FEATURES"}}),
                    "Handshakes",
                );
                let handshakes = handshakes.await?;
                let open = handshakes.iter().find(|it| text(it, "State") == "OPEN");
                let id = text(open.context("nobody was asked to approve")?, "Id");
                Ok(Some(("organization/approval".to_owned(), id.to_owned())))
            }
        }
    }

    /// Compares what is there with what was acknowledged, finds out what became of the write without an answer, and
    /// goes on from what is there.
    pub(crate) async fn settle(&mut self, client: &Client) -> Result<()> {
        let found = self.role.observe(&self.reader(client), &self.facts).await;
        let found = found.with_context(|| self.in_flight_told())?;
        let found = verdict(&self.facts, self.in_flight.as_ref(), found);
        let Verdict { facts, done } = found.with_context(|| self.in_flight_told())?;
        self.facts = facts;
        if let Some(intent) = self.in_flight.take() {
            if !matches!(intent.expected, Expected::Refused(_)) {
                self.tally.unanswered(intent.call.name(), done);
            }
            self.repeat_unanswered(client, intent, done).await?;
        }
        self.repeat_created(client).await
    }

    /// Sends a portfolio's creation again that got no answer: it finds the portfolio, or makes it now.
    async fn repeat_unanswered(&mut self, client: &Client, intent: Intent, done: bool) -> Result<()> {
        if intent.call != Call::Catalog("CreatePortfolio") {
            return Ok(());
        }
        let answer = self.repeat(client, &intent).await?;
        let facts = after(&self.facts, &intent.changes, Some(&answer));
        ensure!(
            !done || facts == self.facts,
            "{}: it was done, and sent again after the restart it is answered {answer}",
            self.told(&intent)
        );
        self.facts = facts;
        self.tally.acknowledged(intent.call.name());
        self.created = Some((intent, answer));
        Ok(())
    }

    /// Sends the last creation of a portfolio again that was acknowledged: it has the same answer.
    async fn repeat_created(&mut self, client: &Client) -> Result<()> {
        let Some((intent, answer)) = self.created.take() else {
            return Ok(());
        };
        let again = self.repeat(client, &intent).await?;
        ensure!(
            again == answer,
            "{}: answered {answer}, and after the restart {again}",
            self.told(&intent)
        );
        self.tally.repeated();
        Ok(())
    }

    /// Sends `intent` once more, and again as long as others are in its way.
    async fn repeat(&mut self, client: &Client, intent: &Intent) -> Result<Value> {
        let begun = Instant::now();
        while begun.elapsed() < WAIT_LIMIT {
            let sent = self.send(client, intent).await;
            match sent.with_context(|| self.told(intent))? {
                Outcome::Done(answer) => return Ok(answer),
                Outcome::Refused => sleep(LOOK_EVERY).await,
                Outcome::Unanswered => break,
            }
        }
        bail!(
            "{}: sent again after the restart, it is not answered",
            self.told(intent)
        );
    }

    fn reader<'a>(&'a self, client: &'a Client) -> Reader<'a> {
        Reader {
            client,
            actors: &self.actors,
        }
    }

    fn told(&self, intent: &Intent) -> String {
        format!(
            "worker {}: {} by {}: {}",
            self.name,
            intent.call.name(),
            intent.who,
            intent.input
        )
    }

    fn in_flight_told(&self) -> String {
        match &self.in_flight {
            Some(intent) => format!("without an answer, {}", self.told(intent)),
            None => format!("worker {}, all of whose writes were answered", self.name),
        }
    }
}
