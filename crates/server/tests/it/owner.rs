//! The management account's user as a client of one server: calls as JSON values, and the steps of a story of sharing.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::{Service, key, signed_call_of, try_exchange};
use crate::process::Process;

/// How long durable work may take until it is done: longer than a lease and a busy machine need.
const DONE_LIMIT: Duration = Duration::from_mins(1);

/// Somebody with a key, and the server they talk to.
#[derive(Clone)]
pub(crate) struct Owner {
    address: String,
    key: (String, String),
}

/// An organization with accounts in one unit, which Service Catalog may see.
pub(crate) struct Organization {
    pub(crate) unit: String,
    pub(crate) accounts: BTreeSet<String>,
}

/// A share operation, as its token tells of it.
#[derive(Debug)]
pub(crate) struct ShareOperation {
    pub(crate) status: String,
    pub(crate) reached: Vec<String>,
    pub(crate) errors: usize,
}

impl ShareOperation {
    pub(crate) fn is_final(&self) -> bool {
        !matches!(self.status.as_str(), "NOT_STARTED" | "IN_PROGRESS")
    }
}

impl Owner {
    /// The management account's user, whose key is in `folder`, as a client of `server`.
    pub(crate) fn new(server: &Process, folder: &Path) -> Self {
        Self {
            address: server.address().to_owned(),
            key: key(folder, "management"),
        }
    }

    /// The same user as a client of `server`.
    pub(crate) fn at(&self, server: &Process) -> Self {
        Self {
            address: server.address().to_owned(),
            ..self.clone()
        }
    }

    /// Calls an operation of a server that may go away.
    pub(crate) fn try_call(
        &self,
        service: Service,
        operation: &str,
        input: Value,
    ) -> io::Result<(u16, Value)> {
        let request = signed_call_of(&self.address, &self.key, service, operation, &input.to_string());
        let (status, body) = try_exchange(&self.address, &request)?;
        Ok((status, serde_json::from_str(&body).unwrap()))
    }

    /// Calls an operation that succeeds.
    pub(crate) fn call(&self, service: Service, operation: &str, input: Value) -> Value {
        let (status, output) = self.try_call(service, operation, input).unwrap();
        assert_eq!(status, 200, "{operation}: {output}");
        output
    }

    /// Makes an organization of a unit with this many accounts in it.
    pub(crate) fn create_organization(&self, accounts: usize) -> Organization {
        let call = |operation: &str, input| self.call(Service::Organizations, operation, input);
        call("CreateOrganization", json!({"FeatureSet": "ALL"}));
        let root = text(&call("ListRoots", json!({})), "/Roots/0/Id");
        let unit = call(
            "CreateOrganizationalUnit",
            json!({"ParentId": root, "Name": "engineering"}),
        );
        let unit = text(&unit, "/OrganizationalUnit/Id");
        let requests: Vec<String> = (0..accounts)
            .map(|n| {
                let input =
                    json!({"AccountName": format!("account {n}"), "Email": format!("n{n}@example.com")});
                text(&call("CreateAccount", input), "/CreateAccountStatus/Id")
            })
            .collect();
        let accounts = requests.iter().map(|it| self.created_account(it));
        let accounts: BTreeSet<String> = accounts.collect();
        for account in &accounts {
            call(
                "MoveAccount",
                json!({"AccountId": account, "SourceParentId": root, "DestinationParentId": unit}),
            );
        }
        self.call(Service::Catalog, "EnableAWSOrganizationsAccess", json!({}));
        until("access is enabled", || {
            let status = self.call(Service::Catalog, "GetAWSOrganizationsAccessStatus", json!({}));
            (status["AccessStatus"] == "ENABLED").then_some(())
        });
        Organization { unit, accounts }
    }

    fn created_account(&self, request: &str) -> String {
        until("an account is created", || {
            let input = json!({"CreateAccountRequestId": request});
            let status = self.call(Service::Organizations, "DescribeCreateAccountStatus", input);
            status
                .pointer("/CreateAccountStatus/AccountId")
                .map(|it| it.as_str().unwrap().to_owned())
        })
    }

    /// Makes a portfolio and returns its id.
    pub(crate) fn create_portfolio(&self, name: &str) -> String {
        let input = json!({"DisplayName": name, "ProviderName": "us", "IdempotencyToken": name});
        let made = self.call(Service::Catalog, "CreatePortfolio", input);
        text(&made, "/PortfolioDetail/Id")
    }

    /// The ids of all portfolios.
    pub(crate) fn portfolios(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        let mut input = json!({"PageSize": 20});
        loop {
            let page = self.call(Service::Catalog, "ListPortfolios", input.clone());
            let portfolios = page["PortfolioDetails"].as_array().unwrap();
            ids.extend(portfolios.iter().map(|it| text(it, "/Id")));
            match page.get("NextPageToken") {
                Some(next) => input["PageToken"] = next.clone(),
                None => return ids,
            }
        }
    }

    /// Shares `portfolio` with `unit` and returns the token to follow.
    pub(crate) fn share(&self, portfolio: &str, unit: &str) -> String {
        let node = json!({"Type": "ORGANIZATIONAL_UNIT", "Value": unit});
        let input = json!({"PortfolioId": portfolio, "OrganizationNode": node});
        let started = self.call(Service::Catalog, "CreatePortfolioShare", input);
        text(&started, "/PortfolioShareToken")
    }

    /// What has become of a share operation.
    pub(crate) fn share_operation(&self, token: &str) -> ShareOperation {
        let input = json!({"PortfolioShareToken": token});
        let found = self.call(Service::Catalog, "DescribePortfolioShareStatus", input);
        let list = |pointer: &str| {
            let list = found.pointer(pointer).and_then(Value::as_array);
            list.cloned().unwrap_or_default()
        };
        ShareOperation {
            status: text(&found, "/Status"),
            reached: list("/ShareDetails/SuccessfulShares")
                .iter()
                .map(|it| it.as_str().unwrap().to_owned())
                .collect(),
            errors: list("/ShareDetails/ShareErrors").len(),
        }
    }

    /// Waits until a share operation ends, and checks that it has reached each of `accounts` once.
    pub(crate) fn assert_reached(&self, token: &str, accounts: &BTreeSet<String>) {
        let operation = until("a share operation ends", || {
            Some(self.share_operation(token)).filter(ShareOperation::is_final)
        });
        assert_eq!((operation.status.as_str(), operation.errors), ("COMPLETED", 0));
        assert_eq!(operation.reached.len(), accounts.len(), "{operation:?}");
        assert_eq!(&BTreeSet::from_iter(operation.reached), accounts);
    }
}

/// Looks until there is something.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < DONE_LIMIT, "{what}: not within {DONE_LIMIT:?}");
    }
}

/// The text at `pointer`, such as `/Root/Id`.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found
        .unwrap_or_else(|| panic!("no {pointer} in {value}"))
        .to_owned()
}
