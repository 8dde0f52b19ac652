//! Loading an organization at once, however large: what `chandlery organization import` asks for.
//!
//! Invariant: all of a plan or nothing of it, in one transaction. A plan is added to the organization that the management
//! account has, which is made if there is none: units that are there by name are used, accounts must be new. Deliberately
//! absent: how a plan is written down, and what can be refused without looking into the store.

mod plan;

use std::collections::HashSet;
use std::fmt::Display;
use std::sync::Arc;

use domain::{
    Account, AccountId, AccountState, Membership, Organization, ParentId, SERVICE_CATALOG_PRINCIPAL, Time,
    Unit, UnitId,
};
use shapes::{organizations::OrganizationFeatureSet, read::Enumeration as _};
use store::{CatalogCopy, CommandOutcome, Inserted, RequestKey, WriteTx};

use crate::access::{address_of, unused_account_id};
use crate::organization_membership::{self, ACCESS_ROLE};
use crate::{Engine, Fresh, Limits};

pub use plan::{
    ImportError, ImportProgress, Imported, Line, OrganizationPlan, PlannedAccount, PlannedUnit, Under,
};

/// How many accounts go to the store together. Ours: enough that a round trip to it does not count.
const TOGETHER: usize = 500;

impl Engine {
    /// Loads `plan`, telling `progress` how far it is. Other writes wait meanwhile on SQLite, which has one writer.
    pub async fn import_organization(
        &self,
        plan: Arc<OrganizationPlan>,
        progress: ImportProgress,
    ) -> Result<Imported, ImportError> {
        let import = Import {
            fresh: self.fresh().clone(),
            limits: Arc::clone(self.limits()),
            now: self.now(),
            server_management: self.management().clone(),
            progress,
        };
        // As a command, so that a lost answer to its COMMIT does not let it run again and find its own accounts.
        let key = RequestKey {
            scope: "organization-import".to_owned(),
            token: None,
            fingerprint: [0; 32],
            now_us: import.now.microseconds(),
            expires_at_us: import
                .now
                .after(self.limits().idempotency_retention)
                .microseconds(),
        };
        let imported = Arc::new(parking_lot::Mutex::new(None));
        let slot = Arc::clone(&imported);
        let committed = self.store().command(key, move |tx| {
            *slot.lock() = Some(import.run(tx, &plan)?);
            Ok(Vec::new())
        });
        match committed.await? {
            CommandOutcome::Refused(error) => Err(error),
            CommandOutcome::Done(_) | CommandOutcome::Replayed(_) | CommandOutcome::TokenReused => {
                let imported = imported.lock().take();
                Ok(imported.expect("a body that committed left what it did"))
            }
        }
    }
}

/// What an import knows besides its plan.
struct Import {
    fresh: Fresh,
    limits: Arc<Limits>,
    now: Time,
    server_management: AccountId,
    progress: ImportProgress,
}

impl Import {
    fn run(&self, tx: &WriteTx<'_>, plan: &OrganizationPlan) -> Result<Imported, ImportError> {
        self.progress.reach(0, plan.accounts.len());
        let organization = self.organization(tx, plan)?;
        self.check_space(tx, plan, &organization)?;
        let (parents, new_units) = self.place_units(tx, plan, &organization)?;
        let copy = if tx.trusts(&organization.id, SERVICE_CATALOG_PRINCIPAL)? {
            tx.copy_units_to_catalog(&organization.id)?;
            CatalogCopy::Follows
        } else {
            CatalogCopy::Stays
        };
        let mut accounts = self.identified(plan);
        if let Ok(at) = accounts.binary_search_by(|(id, _)| id.cmp(&organization.management)) {
            let (_, planned) = accounts.remove(at);
            place_management(tx, &organization, parents.of(planned.under), planned)?;
        }
        for (done, together) in accounts.chunks(TOGETHER).enumerate() {
            if self.progress.is_abandoned() {
                return refuse(None, "whoever asked for it has gone away".to_owned());
            }
            self.insert_accounts(tx, &organization, &parents, together, copy)?;
            self.progress
                .reach(done * TOGETHER + together.len(), accounts.len());
        }
        Ok(Imported {
            organization: organization.id,
            management: organization.management,
            units: new_units,
            accounts: accounts.len(),
        })
    }

    /// The organization that the plan is for.
    fn organization(&self, tx: &WriteTx<'_>, plan: &OrganizationPlan) -> Result<Organization, ImportError> {
        let (management, line) = match &plan.management {
            Some((id, line)) => (id, Some(*line)),
            None => (&self.server_management, None),
        };
        let Some(account) = tx.find_account(management)? else {
            return refuse(
                line,
                format!(
                    "there is no account {management}; `chandlery account create --id {management}` makes it"
                ),
            );
        };
        if account.state_at(self.now) != AccountState::Active {
            return refuse(line, format!("account {management} is closed"));
        }
        match tx.find_organization_of(management)? {
            None => self.new_organization(tx, plan, management),
            Some(there) if there.management == *management => {
                if let Some((id, line)) = &plan.organization {
                    check_id("the organization", id, *line, &there.id)?;
                }
                if let Some((id, line)) = &plan.root {
                    check_id("the root", id, *line, &there.root)?;
                }
                Ok(there)
            }
            Some(other) => refuse(
                line,
                format!(
                    "account {management} does not manage {}, in which it is",
                    other.id
                ),
            ),
        }
    }

    fn new_organization(
        &self,
        tx: &WriteTx<'_>,
        plan: &OrganizationPlan,
        management: &AccountId,
    ) -> Result<Organization, ImportError> {
        let organization = Organization {
            id: given(plan.organization.as_ref()).unwrap_or_else(|| self.fresh.organization()),
            management: management.clone(),
            root: given(plan.root.as_ref()).unwrap_or_else(|| self.fresh.root()),
            feature_set: OrganizationFeatureSet::All.name().to_owned(),
            created_at: self.now,
        };
        if organization_membership::create(tx, &organization)? == Inserted::AlreadyThere {
            let line = plan.organization.as_ref().map(|(_, line)| *line);
            return refuse(
                line,
                "the organization or its root has the id of another one".to_owned(),
            );
        }
        Ok(organization)
    }

    fn check_space(
        &self,
        tx: &WriteTx<'_>,
        plan: &OrganizationPlan,
        organization: &Organization,
    ) -> Result<(), ImportError> {
        let Some(accounts_max) = self.limits.organization_accounts_max else {
            return Ok(());
        };
        let is_new = |it: &&PlannedAccount| it.id.as_ref() != Some(&organization.management);
        let more = plan.accounts.iter().filter(is_new).count();
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        if tx.count_accounts(&organization.id)?.saturating_add(more) <= accounts_max {
            return Ok(());
        }
        refuse(
            None,
            format!("an organization may have {accounts_max} accounts (organization-accounts-max)"),
        )
    }

    /// Where each unit of the plan lies, after the root; and how many units are new.
    fn place_units(
        &self,
        tx: &WriteTx<'_>,
        plan: &OrganizationPlan,
        organization: &Organization,
    ) -> Result<(Parents, usize), ImportError> {
        let mut parents = Parents {
            root: organization.root.clone().into(),
            units: Vec::with_capacity(plan.units.len()),
        };
        let mut new = 0;
        for planned in &plan.units {
            let parent = parents.of(planned.under);
            let unit = if let Some(there) = tx.find_unit_named(parent, &planned.name)? {
                there.id
            } else {
                new += 1;
                self.insert_unit(tx, organization, parent, planned)?
            };
            if let Some(id) = &planned.id {
                check_id("the unit", id, planned.line, &unit)?;
            }
            parents.units.push(unit.into());
        }
        let (more, units_max) = (i64::try_from(new).unwrap_or(i64::MAX), self.limits.units_max);
        if !tx.count_units(&organization.id, more, units_max)? {
            return refuse(
                None,
                format!("an organization may have {units_max} units (units-max)"),
            );
        }
        Ok((parents, new))
    }

    fn insert_unit(
        &self,
        tx: &WriteTx<'_>,
        organization: &Organization,
        parent: &ParentId,
        planned: &PlannedUnit,
    ) -> Result<UnitId, ImportError> {
        let root = &organization.root;
        if let Some(id) = planned.id.as_ref().filter(|it| !it.is_under(root)) {
            return refuse(
                Some(planned.line),
                format!(
                    "unit {id} has not the id of a unit under {root}; give the file the RootId it is from"
                ),
            );
        }
        let unit = Unit {
            id: planned
                .id
                .clone()
                .unwrap_or_else(|| self.fresh.unit(&organization.root)),
            organization: organization.id.clone(),
            parent: parent.clone(),
            name: planned.name.clone(),
            created_at: self.now,
        };
        if tx.insert_unit(&unit)? == Inserted::AlreadyThere {
            // The name is free, so it is the id.
            return refuse(Some(planned.line), format!("unit {} exists already", unit.id));
        }
        Ok(unit.id)
    }

    /// The accounts of the plan with an id each, by id, which is how the store keeps them. Those without one get theirs
    /// in the order of the plan, so that what is refused first is what stands first.
    fn identified<'p>(&self, plan: &'p OrganizationPlan) -> Vec<(AccountId, &'p PlannedAccount)> {
        let mut taken: HashSet<AccountId> = plan.accounts.iter().filter_map(|it| it.id.clone()).collect();
        let mut drawn = Vec::with_capacity(plan.accounts.len() - taken.len());
        while taken.len() < plan.accounts.len() {
            let id = self.fresh.account();
            if taken.insert(id.clone()) {
                drawn.push(id);
            }
        }
        drawn.sort_unstable();
        let mut drawn = drawn.into_iter();
        let with_id = |it: &'p PlannedAccount| {
            let id = it.id.clone().or_else(|| drawn.next());
            (id.expect("as many were drawn as are missing"), it)
        };
        let mut identified: Vec<_> = plan.accounts.iter().map(with_id).collect();
        identified.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        identified
    }

    fn insert_accounts(
        &self,
        tx: &WriteTx<'_>,
        organization: &Organization,
        parents: &Parents,
        planned: &[(AccountId, &PlannedAccount)],
        copy: CatalogCopy,
    ) -> Result<(), ImportError> {
        let account = |id: &AccountId, it: &PlannedAccount| self.account(organization, parents, id, it);
        let mut accounts: Vec<Account> = planned.iter().map(|(id, it)| account(id, it)).collect();
        let inserted = tx.insert_members(&accounts, copy)?;
        let is_taken = |at: &usize| inserted[*at] == Inserted::AlreadyThere;
        let mut taken: Vec<usize> = (0..accounts.len()).filter(is_taken).collect();
        taken.sort_by_key(|at| planned[*at].1.line);
        for at in taken {
            let (drawn, planned) = &planned[at];
            let mut id = self.free_id(tx, drawn, planned)?;
            accounts[at] = account(&id, planned);
            while tx.insert_members(&accounts[at..=at], copy)? == [Inserted::AlreadyThere] {
                id = self.free_id(tx, &id, planned)?;
                accounts[at] = account(&id, planned);
            }
        }
        let role = |it: &Account| {
            organization_membership::access_role(&self.fresh, organization, &it.id, ACCESS_ROLE, self.now)
        };
        tx.insert_roles(&accounts.iter().map(role).collect::<Vec<_>>())?;
        Ok(())
    }

    fn account(
        &self,
        organization: &Organization,
        parents: &Parents,
        id: &AccountId,
        planned: &PlannedAccount,
    ) -> Account {
        let closes_at = (planned.state != AccountState::Active).then_some(self.now);
        Account {
            id: id.clone(),
            name: planned.name.clone(),
            email: planned.email.clone().unwrap_or_else(|| address_of(id)),
            state: planned.state,
            created_at: self.now,
            closes_at,
            membership: Some(Membership {
                organization: organization.id.clone(),
                parent: parents.of(planned.under).clone(),
                joined_method: planned.joined_method,
                joined_at: self.now,
            }),
        }
    }

    /// Another id for an account whose drawn id turned out to be taken.
    ///
    /// # Errors
    ///
    /// [`ImportError::Refused`] if it is not the id, or if the plan says that it must be this one.
    fn free_id(
        &self,
        tx: &WriteTx<'_>,
        id: &AccountId,
        planned: &PlannedAccount,
    ) -> Result<AccountId, ImportError> {
        if tx.find_account(id)?.is_none() {
            let email = planned.email.clone().unwrap_or_else(|| address_of(id));
            return refuse(
                Some(planned.line),
                format!("the address {email} is another account's"),
            );
        }
        match &planned.id {
            Some(id) => refuse(Some(planned.line), format!("account {id} exists already")),
            None => Ok(unused_account_id(tx, &self.fresh)?),
        }
    }
}

/// What the units of a plan became.
struct Parents {
    root: ParentId,
    units: Vec<ParentId>,
}

impl Parents {
    fn of(&self, under: Under) -> &ParentId {
        under.map_or(&self.root, |at| &self.units[at])
    }
}

/// The id that a plan gives, if it gives one.
fn given<T: Clone>(it: Option<&(T, Line)>) -> Option<T> {
    it.map(|(id, _)| id.clone())
}

/// Moves the management account to where a plan has it, and calls it what the plan calls it.
fn place_management(
    tx: &WriteTx<'_>,
    organization: &Organization,
    parent: &ParentId,
    planned: &PlannedAccount,
) -> Result<(), ImportError> {
    let management = &organization.management;
    organization_membership::move_under(tx, organization, management, parent)?;
    if let Some(email) = &planned.email
        && tx
            .find_account_by_email(email)?
            .is_some_and(|it| it.id != *management)
    {
        return refuse(
            Some(planned.line),
            format!("the address {email} is another account's"),
        );
    }
    tx.put_account_name(management, &planned.name, planned.email.as_deref())?;
    Ok(())
}

/// Checks that `thing`, which is there, has the id that a plan gives it.
fn check_id<T: PartialEq + Display>(
    thing: &str,
    given: &T,
    line: Line,
    there: &T,
) -> Result<(), ImportError> {
    if given == there {
        return Ok(());
    }
    refuse(
        Some(line),
        format!("{thing} is there already, as {there} and not as {given}"),
    )
}

fn refuse<T>(line: Option<Line>, reason: String) -> Result<T, ImportError> {
    Err(ImportError::Refused { line, reason })
}
