//! The rules of the service and the words they are told in: ids, portfolios, shares, organizations, faults.
//!
//! Invariant: nothing here reads a clock, draws a random number or does I/O. What needs a time or an id gets it as an
//! argument. Deliberately absent: the wire's names, SQL, and any rule that belongs to one operation alone.

mod arn;
mod caller;
mod fault;
mod handshake;
mod ids;
mod organization;
mod policy;
mod portfolio;
mod region;
mod share;
mod share_operation;
mod time;

pub use arn::Arn;
pub use caller::{Caller, Identity};
pub use fault::{Fault, with_causes};
pub use handshake::{Handshake, HandshakeAction, HandshakeRecipient, HandshakeSender, HandshakeState};
pub use ids::{
    AccessKeyId, AccountId, CreateAccountRequestId, HandshakeId, InvalidId, JobId, OrganizationId, ParentId,
    PolicyId, PortfolioId, ResourcePolicyId, RootId, ShareToken, Target, TargetId, UnitId,
};
pub use organization::{
    Account, AccountCreation, AccountState, CreationState, DelegatedAdministrator, JoinedMethod, Membership,
    Organization, SERVICE_CATALOG_PRINCIPAL, ServiceAccess, UNIT_DEPTH_MAX, Unit,
};
pub use policy::{
    AttachedDocument, Policy, PolicyOwner, PolicySummary, PolicyTarget, PolicyType, ResourcePolicy,
};
pub use portfolio::{Portfolio, PortfolioDetails, Tag};
pub use region::{Partition, Region};
pub use share::{OrganizationNode, Share, ShareKind, ShareOptions, ShareTarget};
pub use share_operation::{
    AccountError, AccountIds, InvalidAccountIds, ShareAction, ShareOperation, ShareStatus,
};
pub use time::Time;
