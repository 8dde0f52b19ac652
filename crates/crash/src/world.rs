//! The world that the load happens in: an organization with accounts, four accounts outside it, and the workers.
//!
//! It is built through the API, but for the accounts outside, which AWS has no operation for. Invariant: nobody hits the
//! server meanwhile, and what is built here belongs to no worker's facts.

use anyhow::{Context, Result};
use client::{Client, Keys, Service};
use serde_json::{Value, json};

use crate::place::Place;
use crate::reader::Actors;
use crate::roles::{
    Accounts, Kind, MANAGEMENT, NodeShares, Policies, Portfolios, Role, Settings, SmallOrganization, Units,
};
use crate::server::{Recipe, Server, create_account};
use crate::worker::Worker;

/// The delegated administrator.
const ADMINISTRATOR: &str = "administrator";
/// Accounts outside the organization: the head of another one and its member, who takes portfolios, who has some.
const ABROAD: [&str; 4] = ["head", "member", "recipient", "owner"];
/// Accounts in each unit that portfolios are shared with.
const UNIT_ACCOUNTS: usize = 3;

/// A world with its servers.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) servers: Vec<Server>,
    pub(crate) workers: Vec<Worker>,
}

impl World {
    /// Builds it in `place`.
    pub(crate) async fn build(place: Place) -> Result<Self> {
        let mut servers = Vec::new();
        for recipe in &place.recipes {
            servers.push(recipe.start().await?);
        }
        let workers = Builder::begin(&place.recipes[0], &servers[0].client)?
            .workers()
            .await
            .context("the world cannot be built")?;
        Ok(Self {
            place,
            servers,
            workers,
        })
    }
}

struct Builder<'a> {
    client: &'a Client,
    actors: Actors,
    /// The ids of [`ABROAD`].
    abroad: Vec<String>,
}

impl<'a> Builder<'a> {
    fn begin(recipe: &Recipe, client: &'a Client) -> Result<Self> {
        let mut actors = Actors::new();
        let credentials = recipe.credentials();
        actors.insert(MANAGEMENT.to_owned(), Keys::of_profile(&credentials, MANAGEMENT)?);
        let mut abroad = Vec::new();
        for name in ABROAD {
            let id = create_account(recipe)?;
            actors.insert(name.to_owned(), Keys::of_profile(&credentials, &id)?);
            abroad.push(id);
        }
        Ok(Self {
            client,
            actors,
            abroad,
        })
    }

    async fn workers(mut self) -> Result<Vec<Worker>> {
        let organization = self
            .organizations("CreateOrganization", json!({"FeatureSet": "ALL"}))
            .await?;
        let organization = told(&organization, "/Organization/Id")?;
        let roots = self.organizations("ListRoots", json!({})).await?;
        let root = told(&roots, "/Roots/0/Id")?;
        self.catalog("EnableAWSOrganizationsAccess", json!({})).await?;
        let administrator = self.account("administrator").await?;
        self.sign_in(ADMINISTRATOR, &administrator).await?;
        let service = json!({"AccountId": administrator, "ServicePrincipal": "servicecatalog.amazonaws.com"});
        self.organizations("RegisterDelegatedAdministrator", service)
            .await?;
        let steward = self.account("steward").await?;

        let mut roles = Vec::new();
        for owner in [MANAGEMENT, ADMINISTRATOR, ABROAD[3]] {
            let worker = name(roles.len());
            let recipient = (ABROAD[2], self.abroad[2].clone());
            roles.push(Role::Portfolios(Portfolios {
                worker,
                owner,
                recipient,
            }));
        }
        for owner in [MANAGEMENT, MANAGEMENT, ADMINISTRATOR] {
            let worker = name(roles.len());
            let unit = self.unit(&root, &worker).await?;
            let accounts = self.accounts_in(&unit, &root, &worker).await?;
            self.sign_in(&worker, &accounts[0]).await?;
            roles.push(Role::NodeShares(NodeShares {
                worker,
                owner,
                organization: organization.clone(),
                unit,
                accounts,
            }));
        }
        let (base, unit, tagged) = (
            self.unit(&root, "base").await?,
            self.unit(&root, "moving").await?,
            self.unit(&root, "tagged").await?,
        );
        roles.push(Role::Units(Units {
            worker: name(roles.len()),
            base,
        }));
        roles.push(Role::Accounts(Accounts {
            worker: name(roles.len()),
            root: root.clone(),
            unit,
        }));
        for kind in [Kind::Tag, Kind::ServiceControl] {
            roles.push(Role::Policies(Policies {
                worker: name(roles.len()),
                kind,
                root: root.clone(),
                targets: vec![tagged.clone(), steward.clone()],
            }));
        }
        roles.push(Role::Settings(Settings {
            unit: tagged,
            account: steward,
        }));
        roles.push(Role::SmallOrganization(SmallOrganization {
            worker: name(roles.len()),
            head: ABROAD[0],
            member: (ABROAD[1], self.abroad[1].clone()),
        }));
        let workers = roles.into_iter().enumerate();
        Ok(workers
            .map(|(number, role)| Worker::new(&name(number), role, self.actors.clone()))
            .collect())
    }

    async fn unit(&self, parent: &str, name: &str) -> Result<String> {
        let input = json!({"ParentId": parent, "Name": name});
        let created = self.organizations("CreateOrganizationalUnit", input).await?;
        told(&created, "/OrganizationalUnit/Id")
    }

    async fn accounts_in(&self, unit: &str, root: &str, worker: &str) -> Result<Vec<String>> {
        let mut accounts = Vec::new();
        for number in 0..UNIT_ACCOUNTS {
            let id = self.account(&format!("reached-{worker}-{number}")).await?;
            let input = json!({"AccountId": id, "SourceParentId": root, "DestinationParentId": unit});
            self.organizations("MoveAccount", input).await?;
            accounts.push(id);
        }
        Ok(accounts)
    }

    async fn account(&self, name: &str) -> Result<String> {
        let input = json!({"AccountName": name, "Email": format!("{name}@example.com")});
        let asked = self.organizations("CreateAccount", input).await?;
        let request = json!({"CreateAccountRequestId": told(&asked, "/CreateAccountStatus/Id")?});
        loop {
            let told_so = self
                .organizations("DescribeCreateAccountStatus", request.clone())
                .await?;
            if told(&told_so, "/CreateAccountStatus/State")? != "IN_PROGRESS" {
                return told(&told_so, "/CreateAccountStatus/AccountId");
            }
            tokio::task::yield_now().await;
        }
    }

    async fn sign_in(&mut self, name: &str, account: &str) -> Result<()> {
        let keys = self.client.assume_role(&self.actors[MANAGEMENT], account).await?;
        self.actors.insert(name.to_owned(), keys);
        Ok(())
    }

    async fn organizations(&self, operation: &str, input: Value) -> Result<Value> {
        self.call(Service::Organizations, operation, input).await
    }

    async fn catalog(&self, operation: &str, input: Value) -> Result<Value> {
        self.call(Service::ServiceCatalog, operation, input).await
    }

    async fn call(&self, service: Service, operation: &str, input: Value) -> Result<Value> {
        let called = self
            .client
            .call(&self.actors[MANAGEMENT], service, operation, &input);
        called.await.with_context(|| operation.to_owned())
    }
}

/// What the things of a worker begin with.
fn name(number: usize) -> String {
    format!("w{:02}", number + 1)
}

fn told(answer: &Value, pointer: &str) -> Result<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    Ok(found
        .with_context(|| format!("no {pointer} in {answer}"))?
        .to_owned())
}
