//! `account_creation`: requests to create an account, kept as long as the organization. Invariant: a row leaves
//! IN_PROGRESS once.

use domain::{AccountCreation, AccountId, CreateAccountRequestId, CreationState, OrganizationId, Time};

use super::decode;
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

statements! {
    FIND = "SELECT id, organization_id, account_name, email, role_name, state, account_id, failure_reason,
                   requested_at, completed_at
            FROM account_creation WHERE id = $1";
    LIST = "SELECT id, organization_id, account_name, email, role_name, state, account_id, failure_reason,
                   requested_at, completed_at
            FROM account_creation WHERE organization_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    INSERT = "INSERT INTO account_creation
                  (id, organization_id, account_name, email, role_name, state, requested_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FINISH = "UPDATE account_creation SET state = $1, account_id = $2, failure_reason = $3, completed_at = $4
              WHERE id = $5";
    REMOVE_ALL = "DELETE FROM account_creation WHERE organization_id = $1";
}

impl ReadTx<'_> {
    /// The request `id`, of whatever organization.
    pub fn find_account_creation(
        &self,
        id: &CreateAccountRequestId,
    ) -> Result<Option<AccountCreation>, StoreError> {
        self.maybe_one(FIND, values![id], |row| read(row))
    }

    /// A page of the requests of `organization`, by id, after `after`.
    pub fn list_account_creations(
        &self,
        organization: &OrganizationId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<AccountCreation>, StoreError> {
        self.all(LIST, values![organization, after, rows_max], |row| read(row))
    }
}

impl WriteTx<'_> {
    /// Records a request that was accepted.
    pub fn insert_account_creation(&self, it: &AccountCreation) -> Result<(), StoreError> {
        self.execute(
            INSERT,
            values![
                it.id,
                it.organization,
                it.account_name,
                it.email,
                it.role_name,
                it.state,
                it.requested_at
            ],
        )?;
        Ok(())
    }

    /// Records what became of a request.
    pub fn put_account_creation_outcome(&self, it: &AccountCreation) -> Result<(), StoreError> {
        self.execute(
            FINISH,
            values![it.state, it.account, it.failure_reason, it.completed_at, it.id],
        )?;
        Ok(())
    }

    /// Forgets every request of `organization`, which is being deleted.
    pub fn remove_account_creations(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(REMOVE_ALL, values![organization])?;
        Ok(())
    }
}

fn read(row: &dyn Row) -> Result<AccountCreation, StoreError> {
    Ok(AccountCreation {
        id: decode::id(row, 0, CreateAccountRequestId::parse)?,
        organization: decode::id(row, 1, OrganizationId::parse)?,
        account_name: row.text(2)?.to_owned(),
        email: row.text(3)?.to_owned(),
        role_name: row.text(4)?.to_owned(),
        state: decode::name(row, 5, CreationState::from_name)?,
        account: decode::maybe_id(row, 6, AccountId::parse)?,
        failure_reason: decode::maybe_text(row, 7)?,
        requested_at: decode::time(row, 8)?,
        completed_at: row.maybe_integer(9)?.map(Time::from_microseconds),
    })
}
