//! From the ids and names in a request to what they name in the caller's organization.

use domain::{Account, AccountId, CreateAccountRequestId, Fault, Organization, ParentId, Unit, UnitId};
use store::ReadTx;

/// The account `id` of `organization`.
pub(super) fn account(tx: &ReadTx<'_>, organization: &Organization, id: &str) -> Result<Account, Fault> {
    find_account(tx, organization, id)?.ok_or_else(account_not_found)
}

/// The account `id` of `organization`, if there is one.
pub(super) fn find_account(
    tx: &ReadTx<'_>,
    organization: &Organization,
    id: &str,
) -> Result<Option<Account>, Fault> {
    let Ok(id) = AccountId::parse(id) else {
        return Ok(None);
    };
    let is_member = |it: &Account| {
        it.membership
            .as_ref()
            .is_some_and(|it| it.organization == organization.id)
    };
    Ok(tx.find_account(&id)?.filter(is_member))
}

/// The unit `id` of `organization`.
pub(super) fn unit(tx: &ReadTx<'_>, organization: &Organization, id: &str) -> Result<Unit, Fault> {
    find_unit(tx, organization, id)?.ok_or_else(unit_not_found)
}

/// The unit `id` of `organization`, if there is one.
pub(super) fn find_unit(
    tx: &ReadTx<'_>,
    organization: &Organization,
    id: &str,
) -> Result<Option<Unit>, Fault> {
    let Ok(id) = UnitId::parse(id) else {
        return Ok(None);
    };
    Ok(tx.find_unit(&organization.id, &id)?)
}

/// The root or unit `id` of `organization`.
pub(super) fn parent(tx: &ReadTx<'_>, organization: &Organization, id: &str) -> Result<ParentId, Fault> {
    find_parent(tx, organization, id)?.ok_or_else(|| {
        Fault::new(
            "ParentNotFoundException",
            "You specified a root or OU that doesn't exist.",
        )
    })
}

/// The root or unit `id` of `organization`, if there is one.
pub(super) fn find_parent(
    tx: &ReadTx<'_>,
    organization: &Organization,
    id: &str,
) -> Result<Option<ParentId>, Fault> {
    if organization.root.as_str() == id {
        return Ok(Some(organization.root.clone().into()));
    }
    Ok(find_unit(tx, organization, id)?.map(|it| it.id.into()))
}

/// What is at and above `parent`, from itself to the root.
pub(super) fn from_here_up(tx: &ReadTx<'_>, parent: &ParentId) -> Result<Vec<ParentId>, Fault> {
    let mut parents = vec![parent.clone()];
    if let Some(unit) = parent.unit() {
        parents.extend(tx.parents_above(&unit)?);
    }
    Ok(parents)
}

/// Reads the id of an account.
pub(super) fn account_id(text: &str) -> Result<AccountId, Fault> {
    AccountId::parse(text).map_err(|_| account_not_found())
}

/// Reads the id of a unit.
pub(super) fn unit_id(text: &str) -> Result<UnitId, Fault> {
    UnitId::parse(text).map_err(|_| unit_not_found())
}

/// Reads the id of a request to create an account.
pub(super) fn creation_id(text: &str) -> Result<CreateAccountRequestId, Fault> {
    CreateAccountRequestId::parse(text).map_err(|_| creation_not_found())
}

/// Observed: the message of AWS.
fn account_not_found() -> Fault {
    Fault::new(
        "AccountNotFoundException",
        "You specified an account that doesn't exist.",
    )
}

fn unit_not_found() -> Fault {
    Fault::new(
        "OrganizationalUnitNotFoundException",
        "You specified an organizational unit that doesn't exist.",
    )
}

/// What a request asks for that was never made, or was made in another organization.
pub(super) fn creation_not_found() -> Fault {
    Fault::new(
        "CreateAccountStatusNotFoundException",
        "We can't find a create account request with the CreateAccountRequestId that you specified.",
    )
}
