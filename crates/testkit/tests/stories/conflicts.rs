//! Operations meet conflicting changes of somebody else, and answer as if they had met none.
//!
//! One long story is told again and again. In every operation, each statement once meets a conflict: a few in one
//! telling, one after the other, and the next few in the next, until no operation has so many statements. Lists and
//! quotas in it show what would be doubled. An operation that is built gets a line in `story.rs`. Deliberately absent
//! on the embedded store: queries, which read a snapshot there and never conflict.

mod story;

use std::collections::BTreeMap;

use engine::Limits;
use serde_json::Value;
use testkit::{Actor, Failure, Raw, TestOrg};

use self::story::{Line, Service, story};

/// How many conflicts an operation meets in one telling: far fewer than make a store give up.
const AT_ONCE: u64 = 5;

const ROLE: &str = "OrganizationAccountAccessRole";

/// One telling of the story.
struct Telling {
    org: TestOrg,
    /// From which statement on each operation meets conflicts; 0 for none.
    first: u64,
    /// How many the operation that met most of them did.
    conflicts_most: u64,
    actors: BTreeMap<&'static str, Actor>,
    /// From names, as `<name>`, to what they stand for.
    names: BTreeMap<String, String>,
    transcript: Vec<String>,
}

impl Telling {
    async fn of(lines: Vec<Line>, first: u64) -> Self {
        let limits = Limits {
            units_max: 2,
            portfolios_max: 2,
            shared_accounts_max: 1,
            step_accounts_max: 2,
            ..Limits::default()
        };
        let org = TestOrg::bare_with_limits(limits).await;
        org.hold_jobs().await;
        let management = org.management().clone();
        let mut telling = Self {
            org,
            first,
            conflicts_most: 0,
            actors: BTreeMap::new(),
            names: BTreeMap::new(),
            transcript: Vec::new(),
        };
        telling.enter("management", management).await;
        for line in lines {
            telling.tell(line).await;
        }
        telling
    }

    async fn tell(&mut self, line: Line) {
        match line {
            Line::Call {
                who,
                service,
                operation,
                input,
                names,
            } => {
                self.begin_conflicts(operation).await;
                let answer = self.ask(who, service, operation, &input).await;
                self.end_conflicts();
                for (name, pointer) in names {
                    let named = answer.pointer(pointer).and_then(Value::as_str);
                    let named = named.unwrap_or_else(|| panic!("{operation}: no {pointer} in {answer}"));
                    self.names.insert(format!("<{name}>"), named.to_owned());
                }
                let answer = self.without_ids(&answer);
                self.transcript.push(format!("{who}: {operation}: {answer}"));
            }
            Line::SignIn(who) => {
                self.begin_conflicts("AssumeRole").await;
                let account = &self.names[&format!("<{who}>")];
                let actor = self.actors["management"].assume(account, ROLE).await.unwrap();
                self.end_conflicts();
                self.enter(who, actor).await;
            }
            Line::Work => {
                self.begin_conflicts("(jobs)").await;
                self.org.work().await;
                self.end_conflicts();
            }
        }
    }

    /// Takes in `actor`, whose credentials are read and kept with its first request, before anything conflicts.
    async fn enter(&mut self, who: &'static str, actor: Actor) {
        let identity = actor.sts().get_caller_identity().send().await.unwrap();
        let account = identity.account().unwrap();
        self.names.insert(format!("<{who}>"), account.to_owned());
        let arn = identity.arn().unwrap().replace(account, who);
        self.transcript.push(format!("{who}: {arn}"));
        self.actors.insert(who, actor);
    }

    /// Lets what follows meet its conflicts, if it can.
    async fn begin_conflicts(&self, operation: &str) {
        let is_query = ["Describe", "Get", "List"]
            .iter()
            .any(|it| operation.starts_with(it));
        if self.first > 0 && (!is_query || queries_can_conflict()) {
            let (first, last) = (self.first, self.first + AT_ONCE - 1);
            self.org.fail_at(Failure::Statements { first, last }).await;
        }
    }

    fn end_conflicts(&mut self) {
        self.conflicts_most = self.conflicts_most.max(self.org.end_conflicts());
    }

    async fn ask(&self, who: &str, service: &Service, operation: &str, input: &Value) -> Value {
        let mut input = input.to_string();
        for (name, id) in &self.names {
            input = input.replace(name, id);
        }
        let request = Raw::json(operation, input)
            .header("x-amz-target", &format!("{}.{operation}", service.target))
            .signed_for(service.signing_name, &self.actors[who]);
        let answer = self.org.raw(request).await;
        serde_json::from_slice(&answer.body).unwrap_or_else(|_| Value::String(answer.text()))
    }

    /// `answer` as it is in every telling: with names for ids, in an order without ids, and without times.
    fn without_ids(&self, answer: &Value) -> Value {
        match answer {
            Value::Object(members) => {
                let members = members.iter();
                members
                    .map(|(name, it)| (name.clone(), self.without_ids(it)))
                    .collect()
            }
            Value::Array(items) => {
                let mut items: Vec<Value> = items.iter().map(|it| self.without_ids(it)).collect();
                items.sort_by_key(Value::to_string);
                Value::Array(items)
            }
            Value::String(text) => {
                let mut text = text.clone();
                for (name, id) in &self.names {
                    text = text.replace(id, name);
                }
                Value::String(text)
            }
            Value::Number(it) if it.as_f64().is_some_and(|it| it > 1e9) => Value::String("<time>".into()),
            other => other.clone(),
        }
    }
}

fn queries_can_conflict() -> bool {
    std::env::var("STORE").is_ok_and(|it| it == "postgres")
}

#[tokio::test]
async fn an_operation_that_meets_a_conflict_at_any_statement_answers_as_if_it_had_met_none() {
    let undisturbed = Telling::of(story(), 0).await;
    let mut first = 1;
    loop {
        let disturbed = Telling::of(story(), first).await;
        for (told, expected) in disturbed.transcript.iter().zip(&undisturbed.transcript) {
            assert_eq!(told, expected, "with conflicts from statement {first} on");
        }
        if disturbed.conflicts_most < AT_ONCE {
            break;
        }
        first += AT_ONCE;
    }
    assert!(first > AT_ONCE, "no conflict came about");
}
