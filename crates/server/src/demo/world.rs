//! The world that the story happens in: an organization of three nested units and 25 accounts, and one account outside.
//!
//! Invariant: it is built through the public API alone, apart from the account outside.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::client::{Actor, Answer, Client, Service, Unexpected};
use super::progress::Stage;
use crate::serve::print;
use crate::{Failure, MANAGEMENT_PROFILE, Server};

/// How often something unfinished is looked at again.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// The units, each inside the one before, and how many accounts each has itself.
const UNITS: [(&str, usize); 3] = [("Engineering", 8), ("Platform", 7), ("Databases", 5)];

/// How many accounts stay directly under the root.
const ACCOUNTS_AT_ROOT: usize = 5;

/// An organizational unit.
pub(super) struct Unit {
    pub(super) id: String,
    pub(super) name: &'static str,
}

/// An account of the organization.
pub(super) struct Member {
    pub(super) id: String,
    pub(super) name: String,
}

/// Who and what there is.
pub(super) struct World {
    pub(super) client: Client,
    /// The owner of what is shared: the management account.
    pub(super) owner: Actor,
    /// The account outside the organization, and somebody in it.
    pub(super) external: Actor,
    pub(super) external_id: String,
    pub(super) organization: String,
    /// From the outermost to the innermost.
    pub(super) units: Vec<Unit>,
    /// The accounts directly under the root.
    pub(super) at_root: Vec<Member>,
    /// The accounts of the outermost unit and of those inside it, the innermost last.
    pub(super) in_units: Vec<Member>,
}

impl World {
    /// Builds it on `server`.
    pub(super) async fn build(server: &Server) -> Result<Self, Failure> {
        let client = Client::new(server.endpoint());
        let external_id = server.create_account(None).await?.to_string();
        let credentials = server.credentials_path().unwrap_or_default();
        let owner = Actor::of_profile("The owner", &credentials, MANAGEMENT_PROFILE)?;
        let external = Actor::of_profile("The external account", &credentials, &external_id)?;

        let builder = Builder {
            client: &client,
            owner: &owner,
        };
        let created = builder
            .call("CreateOrganization", json!({"FeatureSet": "ALL"}))
            .await?;
        let organization = created.text("/Organization/Id")?.to_owned();
        let root = builder
            .call("ListRoots", json!({}))
            .await?
            .text("/Roots/0/Id")?
            .to_owned();
        let units = builder.units(&root).await?;
        let path: Vec<&str> = units.iter().map(|it| it.name).collect();
        print(&format!(
            "  Organization {organization} with the units {}\n",
            path.join(" > ")
        ));

        let total = ACCOUNTS_AT_ROOT + UNITS.iter().map(|(_, count)| count).sum::<usize>();
        let mut at_root = builder.accounts(total).await?;
        let in_units = at_root.split_off(ACCOUNTS_AT_ROOT);
        let homes = UNITS
            .iter()
            .zip(&units)
            .flat_map(|((_, count), unit)| std::iter::repeat_n(unit, *count));
        for (member, unit) in in_units.iter().zip(homes) {
            let from_to =
                json!({"AccountId": member.id, "SourceParentId": root, "DestinationParentId": unit.id});
            builder.call("MoveAccount", from_to).await?;
        }
        print(&format!("  Account {external_id} outside the organization\n"));
        Ok(Self {
            client,
            owner,
            external,
            external_id,
            organization,
            units,
            at_root,
            in_units,
        })
    }
}

/// The owner, calling Organizations.
struct Builder<'a> {
    client: &'a Client,
    owner: &'a Actor,
}

impl Builder<'_> {
    async fn call(&self, operation: &str, input: serde_json::Value) -> Result<Answer, Unexpected> {
        self.client
            .call(self.owner, Service::Organizations, operation, input)
            .await
    }

    async fn units(&self, root: &str) -> Result<Vec<Unit>, Unexpected> {
        let mut parent = root.to_owned();
        let mut units = Vec::new();
        for (name, _) in UNITS {
            let input = json!({"ParentId": parent, "Name": name});
            let created = self.call("CreateOrganizationalUnit", input).await?;
            created.text("/OrganizationalUnit/Id")?.clone_into(&mut parent);
            units.push(Unit {
                id: parent.clone(),
                name,
            });
        }
        Ok(units)
    }

    /// Asks for all of them, then waits for each.
    async fn accounts(&self, total: usize) -> Result<Vec<Member>, Unexpected> {
        let stage = Stage::begin(format!("Creating {total} accounts"), total);
        let mut asked = Vec::new();
        for number in 1..=total {
            let name = format!("account-{number:02}");
            let input = json!({"AccountName": name, "Email": format!("{name}@example.com")});
            let created = self.call("CreateAccount", input).await?;
            asked.push((name, created.text("/CreateAccountStatus/Id")?.to_owned()));
        }
        let mut members = Vec::new();
        for (name, request) in asked {
            let id = self.account(&request).await?;
            members.push(Member { id, name });
            stage.reach(members.len());
        }
        stage.end("SUCCEEDED");
        Ok(members)
    }

    async fn account(&self, request: &str) -> Result<String, Unexpected> {
        loop {
            let input = json!({"CreateAccountRequestId": request});
            let answer = self.call("DescribeCreateAccountStatus", input).await?;
            match answer.text("/CreateAccountStatus/State")? {
                "IN_PROGRESS" => sleep(POLL_INTERVAL).await,
                state => {
                    answer.expect("SUCCEEDED", state)?;
                    return Ok(answer.text("/CreateAccountStatus/AccountId")?.to_owned());
                }
            }
        }
    }
}
