//! Organizations: accounts under units under a root.

use std::fmt;

use crate::share::names;
use crate::{
    AccountId, Arn, CreateAccountRequestId, OrganizationId, ParentId, Partition, RootId, Time, UnitId,
};

/// The service principal under which an organization trusts Service Catalog.
pub const SERVICE_CATALOG_PRINCIPAL: &str = "servicecatalog.amazonaws.com";

/// How deep units nest below the root. Source: Organizations quotas.
pub const UNIT_DEPTH_MAX: usize = 5;

/// An organization: a management account and what it gathers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// The account that made it.
    pub management: AccountId,
    /// Where its tree starts.
    pub root: RootId,
    /// `ALL` or `CONSOLIDATED_BILLING`.
    pub feature_set: String,
    /// When it was made.
    pub created_at: Time,
}

impl Organization {
    /// Its ARN.
    pub fn arn(&self, partition: Partition) -> Arn {
        Arn::organization(partition, &self.management, &self.id)
    }
}

/// An organizational unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// The organization it is part of.
    pub organization: OrganizationId,
    /// The root or the unit above it.
    pub parent: ParentId,
    /// Its name, unique under its parent.
    pub name: String,
    /// When it was made.
    pub created_at: Time,
}

/// An account of this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// The address it is registered under, unique.
    pub email: String,
    /// Its state, as it was recorded. [`Account::state_at`] knows what time made of it.
    pub state: AccountState,
    /// When it was made.
    pub created_at: Time,
    /// When it is closed, if somebody closes it.
    pub closes_at: Option<Time>,
    /// Its place in an organization, if it is in one.
    pub membership: Option<Membership>,
}

impl Account {
    /// Its state at `now`. Source: CloseAccount: PENDING_CLOSURE becomes CLOSED by itself.
    pub fn state_at(&self, now: Time) -> AccountState {
        match (self.closes_at, self.state) {
            (Some(closes_at), AccountState::PendingClosure) if closes_at <= now => AccountState::Closed,
            (_, state) => state,
        }
    }
}

/// An account's place in an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization: OrganizationId,
    /// The root or unit the account hangs under.
    pub parent: ParentId,
    /// How it came in.
    pub joined_method: JoinedMethod,
    /// When it came in.
    pub joined_at: Time,
}

/// The state of an account. Source: Organizations model, `AccountState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// In use.
    Active,
    /// Blocked by its provider, still there.
    Suspended,
    /// Being closed.
    PendingClosure,
    /// Closed, still there.
    Closed,
}

names! { AccountState {
    Active = "ACTIVE",
    Suspended = "SUSPENDED",
    PendingClosure = "PENDING_CLOSURE",
    Closed = "CLOSED",
} }

/// How an account came into its organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinedMethod {
    /// It was there before and was invited, or made the organization.
    Invited,
    /// The organization created it.
    Created,
}

names! { JoinedMethod { Invited = "INVITED", Created = "CREATED" } }

/// A request to create an account, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCreation {
    /// The request's id.
    pub id: CreateAccountRequestId,
    /// The organization the account is made in.
    pub organization: OrganizationId,
    /// The name of the account.
    pub account_name: String,
    /// Its address.
    pub email: String,
    /// The role that the management account may assume in it.
    pub role_name: String,
    /// How far it has come.
    pub state: CreationState,
    /// The account, once there is one.
    pub account: Option<AccountId>,
    /// Why it failed. Source: Organizations model, `CreateAccountFailureReason`.
    pub failure_reason: Option<String>,
    /// When it was asked for.
    pub requested_at: Time,
    /// When it succeeded or failed.
    pub completed_at: Option<Time>,
}

/// How far the creation of an account has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreationState {
    /// Being made.
    InProgress,
    /// Made.
    Succeeded,
    /// Not made.
    Failed,
}

names! { CreationState { InProgress = "IN_PROGRESS", Succeeded = "SUCCEEDED", Failed = "FAILED" } }

/// A service that an organization trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccess {
    /// The service's principal.
    pub service_principal: String,
    /// Since when.
    pub enabled_at: Time,
}

/// An account that administers a service for its organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegatedAdministrator {
    /// The account.
    pub account: AccountId,
    /// Since when.
    pub enabled_at: Time,
}
