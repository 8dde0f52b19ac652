//! A story told on a server, and by the model beside it.
//!
//! Invariant: every answer that anybody gets passes [`World::ask`] or [`World::look_around`], where its ids are checked.
//! Deliberately absent: what happens next; the story says that.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use testkit::{Actor, Refused, TestOrg};
use tokio::task::JoinSet;

use super::{
    choices::one,
    deeds::{Deed, ORGANIZATIONS},
    events::{Event, Pick, What},
    leaks::ids,
    looks::{expected, look},
    model::{Account, Model},
    scenes::{ACCOUNTS, Story},
    structure::Id,
};

/// What went wrong.
pub(super) type Told<T = ()> = Result<T, String>;

/// A server and what must be true of it.
pub(super) struct World {
    org: TestOrg,
    actors: BTreeMap<Id, Actor>,
    pub(super) model: Model,
}

impl World {
    /// Tells `story`, until something is not as it should be.
    pub(super) async fn tell(story: &Story) -> Told {
        let mut world = Self::new().await;
        for event in &story.beginning {
            world.happens(event).await?;
        }
        world.look_around().await?;
        for event in &story.events {
            let what = world.happens(event).await?;
            world
                .look_around()
                .await
                .map_err(|it| format!("{it}\nafter {what}\nin {:#?}", world.model))?;
        }
        Ok(())
    }

    async fn new() -> Self {
        let org = TestOrg::bare().await;
        let mut actors = vec![org.management().clone()];
        while actors.len() < ACCOUNTS {
            actors.push(org.outsider().await);
        }
        let accounts = actors.iter().map(|it| Account {
            id: it.account_id().to_owned(),
            is_closed: false,
        });
        let model = Model {
            accounts: accounts.collect(),
            ..Model::default()
        };
        let actors = actors.into_iter().map(|it| (it.account_id().to_owned(), it));
        Self {
            actors: actors.collect(),
            org,
            model,
        }
    }

    /// Lets `event` happen on both sides. Says what it was.
    async fn happens(&mut self, event: &Event) -> Told<String> {
        if let What::Probe { question, id } = event.what {
            return self.probe(event.by, question, id).await;
        }
        if let What::Fail(account) = event.what {
            return Ok(self.fail(account));
        }
        let Some((by, deed)) = event.deed(&self.model) else {
            return Ok("nothing".to_owned());
        };
        let what = format!("{by}: {deed:?}");
        self.does(&by, &deed)
            .await
            .map_err(|it| format!("{it}\nwith {what}\nin {:#?}", self.model))?;
        Ok(what)
    }

    /// Lets new shares fail for one account more, or for one less. Says for which.
    fn fail(&mut self, account: Pick) -> String {
        let Some(account) = one(&self.model.accounts, account) else {
            return "nothing".to_owned();
        };
        let account = account.id.clone();
        if !self.model.failing.remove(&account) {
            self.model.failing.insert(account);
        }
        let failing: Vec<&Id> = self.model.failing.iter().collect();
        let faults = self.org.faults();
        faults.clear(&[]).expect("all rules can be cleared");
        if !failing.is_empty() {
            let effect = json!({"fail_accounts": {"accounts": failing}});
            let operations = ["CreatePortfolioShare"];
            self.org
                .provoke(json!({"effect": effect, "operations": operations}));
        }
        format!("new shares fail for {failing:?}")
    }

    async fn does(&mut self, by: &str, deed: &Deed) -> Told {
        let (service, operation, input) = deed.request();
        let expected = self.model.judge(by, deed).map_err(str::to_owned);
        let mut visible = self.model.visible_ids(by);
        let answer = self.send(by, service, operation, &input).await;
        let code = answer.as_ref().map(|_| ()).map_err(|it| it.code.clone());
        if code != expected {
            return Err(format!("the server says {answer:?}, the model {expected:?}"));
        }
        if let Ok(answer) = &answer {
            self.model.carry_out(by, deed, answer);
            if matches!(deed, Deed::CreateOrganization) {
                self.find_root(by).await?;
            }
            self.org.settle().await;
            visible.extend(self.model.visible_ids(by));
        }
        check_ids(by, &visible, &input, &answer)
    }

    /// Sends a request that changes nothing, and checks its answer.
    pub(super) async fn ask(
        &self,
        by: &str,
        service: &'static str,
        operation: &str,
        input: &Value,
    ) -> Told<Result<Value, Refused>> {
        let answer = self.send(by, service, operation, input).await;
        check_ids(by, &self.model.visible_ids(by), input, &answer)?;
        Ok(answer)
    }

    async fn send(
        &self,
        by: &str,
        service: &'static str,
        operation: &str,
        input: &Value,
    ) -> Result<Value, Refused> {
        self.actors[by].ask(service, operation, input).await
    }

    async fn find_root(&mut self, by: &str) -> Told {
        let roots = self.send(by, ORGANIZATIONS, "ListRoots", &json!({})).await;
        let roots = roots.map_err(|it| format!("{it:?}"))?;
        let root = roots.pointer("/Roots/0/Id").and_then(Value::as_str);
        self.model
            .put_root(by, root.ok_or("an organization has no root")?);
        Ok(())
    }

    /// Everybody looks for every portfolio, all at once.
    async fn look_around(&self) -> Told {
        let portfolios: Vec<Id> = self.model.portfolios.iter().map(|it| it.id.clone()).collect();
        let mut looking = JoinSet::new();
        for actor in self.actors.values() {
            looking.spawn(look(actor.clone(), portfolios.clone()));
        }
        for look in looking.join_all().await {
            let account = self.model.account(&look.account).ok_or("an account is gone")?;
            let (seen, expected) = (look.seen(), expected(&self.model, account));
            if seen != expected {
                return Err(format!(
                    "{} sees\n{seen}\nand the model says\n{expected}\nof {portfolios:?}",
                    account.id
                ));
            }
            let visible = self.model.visible_ids(&account.id);
            for (input, answer) in &look.answers {
                check_ids(&account.id, &visible, input, answer)?;
            }
        }
        Ok(())
    }
}

/// Checks that `answer` has no id but those that are `visible` to `by` and those that it sent.
fn check_ids(by: &str, visible: &BTreeSet<Id>, input: &Value, answer: &Result<Value, Refused>) -> Told {
    let text = match answer {
        Ok(body) => body.to_string(),
        Err(refusal) => refusal.message.clone(),
    };
    let sent = ids(&input.to_string());
    let leaked: Vec<Id> = ids(&text)
        .into_iter()
        .filter(|it| !visible.contains(it) && !sent.contains(it))
        .collect();
    if leaked.is_empty() {
        return Ok(());
    }
    Err(format!("{by} sent {input} and was told {leaked:?} in {text}"))
}
