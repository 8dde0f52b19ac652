//! Whom and what a rule is about.

use std::collections::HashSet;

use domain::{AccountId, PortfolioId, ShareAction, ShareOperation};
use shapes::{OperationDescription, Service};

use super::effect::Effect;
use super::rule::{FaultRule, InvalidRule, ids};

/// Whom and what a rule is about. What is empty is about everything.
pub(super) struct Scope {
    accounts: HashSet<AccountId>,
    /// Services and places among their operations.
    operations: HashSet<(Service, usize)>,
    portfolios: HashSet<PortfolioId>,
}

/// The operation that begins share operations of this sort.
fn operation_of(action: ShareAction) -> &'static OperationDescription {
    let name = match action {
        ShareAction::Create => "CreatePortfolioShare",
        ShareAction::Update => "UpdatePortfolioShare",
        ShareAction::Delete => "DeletePortfolioShare",
    };
    let found = shapes::service_catalog::DESCRIPTION.operation(name);
    found.expect("the contract has all three")
}

impl Scope {
    pub(super) fn of(given: &FaultRule, effect: &Effect) -> Result<Self, InvalidRule> {
        let mut operations = HashSet::new();
        for name in &given.operations {
            let named = operations_named(name);
            if named.is_empty() {
                return Err(InvalidRule::new(format!(
                    "operations: '{name}' is no operation of any service here"
                )));
            }
            operations.extend(named.into_iter().map(key));
        }
        if let Effect::Share(_) = effect {
            let begin_shares = [ShareAction::Create, ShareAction::Update, ShareAction::Delete]
                .map(|action| key(operation_of(action)));
            if operations.iter().any(|it| !begin_shares.contains(it)) {
                return Err(InvalidRule::new(
                    "operations: this effect is on share operations, which CreatePortfolioShare, \
                     UpdatePortfolioShare and DeletePortfolioShare begin",
                ));
            }
        }
        Ok(Self {
            accounts: ids("accounts", &given.accounts, AccountId::parse)?,
            operations,
            portfolios: ids("portfolios", &given.portfolios, PortfolioId::parse)?,
        })
    }

    /// Whether a request's portfolio decides anything.
    pub(super) fn names_portfolios(&self) -> bool {
        !self.portfolios.is_empty()
    }

    pub(super) fn has_request(
        &self,
        account: &AccountId,
        operation: &OperationDescription,
        portfolio: Option<&PortfolioId>,
    ) -> bool {
        is_in(&self.accounts, account)
            && is_in(&self.operations, &key(operation))
            && (self.portfolios.is_empty() || portfolio.is_some_and(|it| self.portfolios.contains(it)))
    }

    pub(super) fn has_share_operation(&self, operation: &ShareOperation) -> bool {
        let began = operation_of(operation.action);
        self.has_request(&operation.owner, began, Some(&operation.portfolio))
    }
}

fn is_in<T: Eq + std::hash::Hash>(chosen: &HashSet<T>, it: &T) -> bool {
    chosen.is_empty() || chosen.contains(it)
}

fn key(operation: &OperationDescription) -> (Service, usize) {
    (operation.service, operation.index)
}

/// The operations called `name`, of every service or of the one before a colon.
fn operations_named(name: &str) -> Vec<&'static OperationDescription> {
    let (service, name) = match name.split_once(':') {
        Some((service, name)) => (Some(service), name),
        None => (None, name),
    };
    Service::ALL
        .into_iter()
        .map(Service::description)
        .filter(|it| service.is_none_or(|service| it.signing_name == service))
        .filter_map(|it| it.operation(name))
        .collect()
}
