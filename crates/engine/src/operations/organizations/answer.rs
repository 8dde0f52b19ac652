//! The domain's organizations, accounts and units in the contract's forms.

use domain::{Arn, Fault, JoinedMethod, Organization, ParentId};
use shapes::{
    organizations::{
        Account, AccountJoinedMethod, AccountState, AccountStatus, CreateAccountFailureReason,
        CreateAccountState, CreateAccountStatus, OrganizationFeatureSet, OrganizationalUnit, PolicyType,
        PolicyTypeStatus, PolicyTypeSummary, Root,
    },
    read::Enumeration as _,
};
use store::ReadTx;

use super::lookup;
use crate::{Cx, convert::timestamp};

#[cfg(test)]
mod tests;

/// `organization`, with the address of its management account.
pub(super) fn organization(
    cx: &Cx,
    tx: &ReadTx<'_>,
    organization: &Organization,
) -> Result<shapes::organizations::Organization, Fault> {
    let Organization { id, management, .. } = organization;
    let feature_set = OrganizationFeatureSet::from_name(&organization.feature_set);
    Ok(shapes::organizations::Organization {
        id: Some(id.to_string()),
        arn: Some(organization.arn(cx.partition()).into()),
        feature_set,
        master_account_arn: Some(Arn::account(cx.partition(), management, id, management).into()),
        master_account_id: Some(management.to_string()),
        master_account_email: tx.find_account(management)?.map(|it| it.email),
        available_policy_types: available_policy_types(feature_set),
    })
}

/// Observed: an organization with all features lists this one type, whatever types it uses. ListRoots has the truth.
fn available_policy_types(feature_set: Option<OrganizationFeatureSet>) -> Vec<PolicyTypeSummary> {
    if feature_set != Some(OrganizationFeatureSet::All) {
        return Vec::new();
    }
    vec![PolicyTypeSummary {
        r#type: Some(PolicyType::ServiceControlPolicy),
        status: Some(PolicyTypeStatus::Enabled),
    }]
}

/// The root of `organization`, with the types of policies it has enabled.
pub(super) fn root(cx: &Cx, tx: &ReadTx<'_>, organization: &Organization) -> Result<Root, Fault> {
    let Organization {
        id, management, root, ..
    } = organization;
    let enabled = tx.list_enabled_policy_types(id)?;
    let policy_types = enabled.into_iter().map(|it| PolicyTypeSummary {
        r#type: PolicyType::from_name(it.name()),
        status: Some(PolicyTypeStatus::Enabled),
    });
    Ok(Root {
        id: Some(root.to_string()),
        arn: Some(Arn::root(cx.partition(), management, id, root).into()),
        // Observed: every root is called this.
        name: Some("Root".to_owned()),
        policy_types: policy_types.collect(),
    })
}

/// `account`, a member of `organization`.
pub(super) fn account(
    cx: &Cx,
    tx: &ReadTx<'_>,
    organization: &Organization,
    account: domain::Account,
) -> Result<Account, Fault> {
    let mut answer = Account {
        arn: Some(
            Arn::account(
                cx.partition(),
                &organization.management,
                &organization.id,
                &account.id,
            )
            .into(),
        ),
        status: Some(status(account.state_at(cx.now()))),
        state: Some(state(account.state_at(cx.now()))),
        ..Account::default()
    };
    if let Some(membership) = account.membership {
        let above = lookup::from_here_up(tx, &membership.parent)?;
        answer.paths = vec![path(organization, &above, account.id.as_str())];
        answer.joined_method = Some(joined_method(membership.joined_method));
        answer.joined_timestamp = Some(timestamp(membership.joined_at));
    }
    answer.id = Some(account.id.into());
    answer.email = Some(account.email);
    answer.name = Some(account.name);
    Ok(answer)
}

/// `unit` of `organization`.
pub(super) fn unit(
    cx: &Cx,
    tx: &ReadTx<'_>,
    organization: &Organization,
    unit: domain::Unit,
) -> Result<OrganizationalUnit, Fault> {
    let above = lookup::from_here_up(tx, &unit.parent)?;
    Ok(OrganizationalUnit {
        arn: Some(
            Arn::unit(
                cx.partition(),
                &organization.management,
                &organization.id,
                &unit.id,
            )
            .into(),
        ),
        path: Some(path(organization, &above, unit.id.as_str())),
        id: Some(unit.id.into()),
        name: Some(unit.name),
    })
}

/// The way from the organization down to `last`. `above` leads from its parent to the root.
///
/// Source: Organizations model, `Path`: every part is followed by a slash, the last one too.
fn path(organization: &Organization, above: &[ParentId], last: &str) -> String {
    let mut path = format!("{}/", organization.id);
    for part in above.iter().rev().map(ParentId::as_str).chain([last]) {
        path.push_str(part);
        path.push('/');
    }
    path
}

/// A request to create an account, and what became of it.
pub(super) fn creation(creation: domain::AccountCreation) -> CreateAccountStatus {
    CreateAccountStatus {
        id: Some(creation.id.into()),
        account_name: Some(creation.account_name),
        state: CreateAccountState::from_name(creation.state.name()),
        requested_timestamp: Some(timestamp(creation.requested_at)),
        completed_timestamp: creation.completed_at.map(timestamp),
        account_id: creation.account.map(Into::into),
        gov_cloud_account_id: None,
        failure_reason: creation
            .failure_reason
            .and_then(|it| CreateAccountFailureReason::from_name(&it)),
    }
}

fn status(state: domain::AccountState) -> AccountStatus {
    match state {
        domain::AccountState::Active => AccountStatus::Active,
        domain::AccountState::Suspended | domain::AccountState::Closed => AccountStatus::Suspended,
        domain::AccountState::PendingClosure => AccountStatus::PendingClosure,
    }
}

fn state(state: domain::AccountState) -> AccountState {
    match state {
        domain::AccountState::Active => AccountState::Active,
        domain::AccountState::Suspended => AccountState::Suspended,
        domain::AccountState::PendingClosure => AccountState::PendingClosure,
        domain::AccountState::Closed => AccountState::Closed,
    }
}

fn joined_method(method: JoinedMethod) -> AccountJoinedMethod {
    match method {
        JoinedMethod::Invited => AccountJoinedMethod::Invited,
        JoinedMethod::Created => AccountJoinedMethod::Created,
    }
}
