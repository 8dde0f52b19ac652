//! The story: a portfolio is shared in every way there is, and everybody looks at what came of it.
//!
//! Invariant: one share operation at a time, as AWS asks of an account, each followed to its end. Deliberately absent:
//! building the world and drawing tables.

use std::fmt;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::client::{Actor, Answer, Service, Unexpected};
use super::progress::Stage;
use super::table;
use super::views::{external_accounts, offered_shares, recipients_views};
use super::world::{POLL_INTERVAL, World};
use crate::serve::print;
use crate::{Failure, Server};

/// What is shared.
const PORTFOLIO_NAME: &str = "Databases";

/// Tells it on `server`, which nobody has used.
pub(super) async fn tell(server: &Server) -> Result<(), Failure> {
    print("\nAn organization is built:\n");
    let world = World::build(server).await?;
    let story = Story { world: &world };
    story.enable_access().await?;
    let portfolio = story.create_portfolio().await?;
    print("\nThe portfolio is shared:\n");
    story.share(&portfolio).await?;
    print("\nWhat the owner sees:\n\n");
    print(&table::of_shares(&offered_shares(&world, &portfolio).await?));
    let accounts = external_accounts(&world, &portfolio).await?;
    print(&format!(
        "\nListPortfolioAccess, which names accounts shared with one by one: {accounts}\n"
    ));
    print("\nWhat recipients see:\n\n");
    print(&table::of_views(&recipients_views(&world, &portfolio).await?));
    Ok(())
}

/// What one share operation came to.
struct Outcome {
    status: String,
    reached: usize,
    /// The errors and how many accounts each is about.
    errors: Vec<(String, usize)>,
}

impl Outcome {
    fn of(answer: &Answer) -> Result<Self, Unexpected> {
        let status = answer.text("/Status")?.to_owned();
        let mut outcome = Self {
            status,
            reached: 0,
            errors: Vec::new(),
        };
        if matches!(outcome.status.as_str(), "NOT_STARTED" | "IN_PROGRESS") {
            // Clients may find no details yet.
            outcome.reached = answer
                .list("/ShareDetails/SuccessfulShares")
                .map_or(0, <[Value]>::len);
            return Ok(outcome);
        }
        outcome.reached = answer.list("/ShareDetails/SuccessfulShares")?.len();
        for error in answer.list("/ShareDetails/ShareErrors")? {
            let name = error
                .get("Error")
                .and_then(Value::as_str)
                .unwrap_or("an error without a name");
            let accounts = error
                .get("Accounts")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            outcome.errors.push((name.to_owned(), accounts));
        }
        Ok(outcome)
    }

    /// How many accounts have been dealt with.
    fn settled(&self) -> usize {
        self.reached + self.errors.iter().map(|(_, accounts)| accounts).sum::<usize>()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} reached", self.status, counted(self.reached))?;
        for (error, accounts) in &self.errors {
            write!(f, ", {error} for {}", counted(*accounts))?;
        }
        Ok(())
    }
}

fn counted(accounts: usize) -> String {
    if accounts == 1 {
        "1 account".to_owned()
    } else {
        format!("{accounts} accounts")
    }
}

struct Story<'a> {
    world: &'a World,
}

impl Story<'_> {
    async fn call(&self, actor: &Actor, operation: &str, input: Value) -> Result<Answer, Unexpected> {
        self.world
            .client
            .call(actor, Service::ServiceCatalog, operation, input)
            .await
    }

    async fn enable_access(&self) -> Result<(), Unexpected> {
        let owner = &self.world.owner;
        self.call(owner, "EnableAWSOrganizationsAccess", json!({}))
            .await?;
        loop {
            let answer = self
                .call(owner, "GetAWSOrganizationsAccessStatus", json!({}))
                .await?;
            match answer.text("/AccessStatus")? {
                "UNDER_CHANGE" => sleep(POLL_INTERVAL).await,
                status => {
                    answer.expect("ENABLED", status)?;
                    print("  Service Catalog's access to the organization: ENABLED\n");
                    return Ok(());
                }
            }
        }
    }

    async fn create_portfolio(&self) -> Result<String, Unexpected> {
        let input = json!({
            "DisplayName": PORTFOLIO_NAME,
            "ProviderName": "Platform team",
            "IdempotencyToken": "demo",
        });
        let answer = self.call(&self.world.owner, "CreatePortfolio", input).await?;
        let id = answer.text("/PortfolioDetail/Id")?.to_owned();
        print(&format!("  Portfolio {id}, \"{PORTFOLIO_NAME}\"\n"));
        Ok(id)
    }

    async fn share(&self, portfolio: &str) -> Result<(), Unexpected> {
        let world = self.world;
        let to_account = json!({"PortfolioId": portfolio, "AccountId": world.external_id});
        self.call(&world.owner, "CreatePortfolioShare", to_account)
            .await?;
        print(&format!(
            "  to the external account {}: offered\n",
            world.external_id
        ));
        self.call(
            &world.external,
            "AcceptPortfolioShare",
            json!({"PortfolioId": portfolio}),
        )
        .await?;
        print("  AcceptPortfolioShare by the external account: accepted\n");

        let (member, unit) = (&world.at_root[0], &world.units[0]);
        let node = json!({"Type": "ACCOUNT", "Value": member.id});
        self.share_with_node(portfolio, &format!("to the member {}", member.name), node, 1, 0)
            .await?;

        let accounts_in_unit = world.in_units.len();
        let node = json!({"Type": "ORGANIZATIONAL_UNIT", "Value": unit.id});
        let label = format!("to the unit {}, with those inside it", unit.name);
        self.share_with_node(portfolio, &label, node, accounts_in_unit, 0)
            .await?;

        let others = world.at_root.len() - 1;
        let node = json!({"Type": "ORGANIZATION", "Value": world.organization});
        self.share_with_node(
            portfolio,
            "to the whole organization",
            node,
            others,
            accounts_in_unit + 1,
        )
        .await?;
        print("    (as on AWS: accounts that had the portfolio already are reported, and keep it)\n");
        Ok(())
    }

    /// Shares, follows the operation to its end, and expects it to reach `fresh` accounts and find `covered` others that
    /// an earlier share of this kind had reached.
    async fn share_with_node(
        &self,
        portfolio: &str,
        label: &str,
        node: Value,
        fresh: usize,
        covered: usize,
    ) -> Result<(), Unexpected> {
        let input = json!({"PortfolioId": portfolio, "OrganizationNode": node});
        let started = self
            .call(&self.world.owner, "CreatePortfolioShare", input)
            .await?;
        let token = started.text("/PortfolioShareToken")?;
        let stage = Stage::begin(label, fresh + covered);
        let (answer, outcome) = self.follow(token, &stage).await?;
        stage.end(&outcome.to_string());

        let (status, errors) = if covered == 0 {
            ("COMPLETED", vec![])
        } else {
            (
                "COMPLETED_WITH_ERRORS",
                vec![("DuplicateResourceException".to_owned(), covered)],
            )
        };
        let expected = Outcome {
            status: status.to_owned(),
            reached: fresh,
            errors,
        };
        answer.expect(&expected.to_string(), &outcome.to_string())
    }

    async fn follow(&self, token: &str, stage: &Stage) -> Result<(Answer, Outcome), Unexpected> {
        loop {
            let input = json!({"PortfolioShareToken": token});
            let answer = self
                .call(&self.world.owner, "DescribePortfolioShareStatus", input)
                .await?;
            let outcome = Outcome::of(&answer)?;
            stage.reach(outcome.settled());
            match outcome.status.as_str() {
                "NOT_STARTED" | "IN_PROGRESS" => sleep(POLL_INTERVAL).await,
                _ => return Ok((answer, outcome)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_says_the_status_as_the_service_does() {
        let errors = vec![("DuplicateResourceException".to_owned(), 21)];
        let outcome = Outcome {
            status: "COMPLETED_WITH_ERRORS".to_owned(),
            reached: 1,
            errors,
        };
        assert_eq!(
            outcome.to_string(),
            "COMPLETED_WITH_ERRORS, 1 account reached, DuplicateResourceException for 21 accounts"
        );
        assert_eq!(outcome.settled(), 22);
    }
}
