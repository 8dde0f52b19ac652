//! `account`: every account of this server, with its place in Organizations and in Service Catalog's copy of it.
//!
//! Invariant: `organization_id`, `parent_id`, `joined_method` and `joined_at` are all null or all set; so are the two
//! `catalog_` columns. `closes_at` is set with every state but ACTIVE; that the account is closed then is read off the
//! clock. The copy follows only while the organization trusts Service Catalog: whoever moves an account says whether it
//! does.

use domain::{Account, AccountId, AccountState, JoinedMethod, Membership, OrganizationId, ParentId, Time};

use super::{Inserted, decode};
use crate::{ReadTx, Row, StoreError, ToValue, Value, WriteTx, statements, values};

statements! {
    FIND = "SELECT id, name, email, state, created_at, organization_id, parent_id, joined_method, joined_at,
                   closes_at
            FROM account WHERE id = $1";
    INSERT = "INSERT INTO account (id, name, email, state, created_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT DO NOTHING";
    INSERT_MEMBER = "INSERT INTO account
                         (id, name, email, state, created_at, organization_id, parent_id, joined_method, joined_at,
                          closes_at, catalog_organization_id, catalog_parent_id)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    FIND_BY_EMAIL = "SELECT id, name, email, state, created_at, organization_id, parent_id, joined_method, joined_at,
                            closes_at
                     FROM account WHERE email = $1";
    EMAIL_TAKEN = "SELECT 1 FROM account WHERE email = $1";
    LIST = "SELECT id, name, email, state, created_at, organization_id, parent_id, joined_method, joined_at,
                   closes_at
            FROM account WHERE organization_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    LIST_OF_PARENT = "SELECT id, name, email, state, created_at, organization_id, parent_id, joined_method, joined_at,
                             closes_at
                      FROM account WHERE parent_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    JOIN = "UPDATE account SET organization_id = $1, parent_id = $2, joined_method = $3, joined_at = $4
            WHERE id = $5";
    MOVE = "UPDATE account SET parent_id = $1 WHERE id = $2";
    PUT_NAME = "UPDATE account SET name = $1, email = COALESCE($2, email) WHERE id = $3";
    CLOSE = "UPDATE account SET state = $1, closes_at = $2 WHERE id = $3";
    LEAVE = "UPDATE account SET organization_id = NULL, parent_id = NULL, joined_method = NULL, joined_at = NULL
             WHERE id = $1";
    IS_CLOSED = "SELECT 1 FROM account WHERE id = $1 AND closes_at <= $2";
    LIST_INVITED = "SELECT id FROM account WHERE organization_id = $1 AND joined_method = 'INVITED' AND id <> $2
                    ORDER BY id";
    ANY_OTHER = "SELECT 1 FROM account WHERE organization_id = $1 AND id <> $2 LIMIT 1";
    ANY_OF_PARENT = "SELECT 1 FROM account WHERE parent_id = $1 LIMIT 1";
    COUNT_OF_PARENT = "SELECT COUNT(*) FROM account WHERE parent_id = $1";
    COUNT = "SELECT COUNT(*) FROM account WHERE organization_id = $1";
    COPY_ONE = "UPDATE account SET catalog_organization_id = organization_id, catalog_parent_id = parent_id
                WHERE id = $1";
    COPY_PAGE = "UPDATE account SET catalog_organization_id = organization_id, catalog_parent_id = parent_id
                 WHERE id IN (SELECT id FROM account WHERE organization_id = $1 AND id > $2 ORDER BY id LIMIT $3)
                 RETURNING id";
    FORGET_COPIES = "UPDATE account SET catalog_organization_id = NULL, catalog_parent_id = NULL
                     WHERE catalog_organization_id = $1";
}

/// Whether Service Catalog's copy of the structure learns of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogCopy {
    /// It follows, because the organization trusts Service Catalog.
    Follows,
    /// It stays as it is.
    Stays,
}

impl ReadTx<'_> {
    /// The account `id`.
    pub fn find_account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        self.maybe_one(FIND, values![id], |row| read(row))
    }

    /// The account that is registered under `email`.
    pub fn find_account_by_email(&self, email: &str) -> Result<Option<Account>, StoreError> {
        self.maybe_one(FIND_BY_EMAIL, values![email], |row| read(row))
    }

    /// Whether the account `id` is closed at `now`.
    pub fn account_is_closed(&self, id: &AccountId, now: Time) -> Result<bool, StoreError> {
        Ok(self.maybe_one(IS_CLOSED, values![id, now], |_| Ok(()))?.is_some())
    }

    /// The members of an organization that were invited, by id, without `management`.
    pub fn list_invited_accounts(
        &self,
        organization: &OrganizationId,
        management: &AccountId,
    ) -> Result<Vec<AccountId>, StoreError> {
        self.all(LIST_INVITED, values![organization, management], |row| {
            decode::id(row, 0, AccountId::parse)
        })
    }

    /// Whether an account is registered under `email`.
    pub fn email_is_taken(&self, email: &str) -> Result<bool, StoreError> {
        Ok(self.maybe_one(EMAIL_TAKEN, values![email], |_| Ok(()))?.is_some())
    }

    /// A page of the accounts of an organization, by id, after `after`.
    pub fn list_accounts(
        &self,
        organization: &OrganizationId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Account>, StoreError> {
        self.all(LIST, values![organization, after, rows_max], |row| read(row))
    }

    /// A page of the accounts directly under `parent`, by id, after `after`.
    pub fn list_accounts_of(
        &self,
        parent: &ParentId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Account>, StoreError> {
        self.all(LIST_OF_PARENT, values![parent, after, rows_max], |row| read(row))
    }

    /// Whether `organization` has any account besides `management`.
    pub fn has_members(
        &self,
        organization: &OrganizationId,
        management: &AccountId,
    ) -> Result<bool, StoreError> {
        let found = self.maybe_one(ANY_OTHER, values![organization, management], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// Whether any account is directly under `parent`.
    pub fn has_accounts(&self, parent: &ParentId) -> Result<bool, StoreError> {
        Ok(self
            .maybe_one(ANY_OF_PARENT, values![parent], |_| Ok(()))?
            .is_some())
    }

    /// How many accounts are directly under `parent`. Costs a visit to each of them.
    pub fn count_accounts_of(&self, parent: &ParentId) -> Result<i64, StoreError> {
        self.one(COUNT_OF_PARENT, values![parent], |row| row.integer(0))
    }

    /// How many accounts `organization` has. Costs a visit to each of them.
    pub fn count_accounts(&self, organization: &OrganizationId) -> Result<i64, StoreError> {
        let counted = self.maybe_one(COUNT, values![organization], |row| row.integer(0))?;
        Ok(counted.unwrap_or(0))
    }
}

impl WriteTx<'_> {
    /// Records `account`, outside any organization: [`WriteTx::put_membership`] places it.
    ///
    /// Changes nothing if the id or the address is taken.
    pub fn insert_account(&self, it: &Account) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![it.id, it.name, it.email, it.state, it.created_at],
        )?))
    }

    /// Records `accounts`, each in its place, and says of each whether it was new.
    ///
    /// Changes nothing for one whose id or address is taken.
    pub fn insert_members(
        &self,
        accounts: &[Account],
        copy: CatalogCopy,
    ) -> Result<Vec<Inserted>, StoreError> {
        let rows: Vec<_> = accounts.iter().map(|it| member_row(it, copy)).collect();
        let touched = self.execute_each(INSERT_MEMBER, &rows)?;
        Ok(touched.into_iter().map(Inserted::from_rows).collect())
    }

    /// Places `account` in an organization.
    pub fn put_membership(&self, account: &AccountId, it: &Membership) -> Result<(), StoreError> {
        self.execute(
            JOIN,
            values![
                it.organization,
                it.parent,
                it.joined_method,
                it.joined_at,
                account
            ],
        )?;
        Ok(())
    }

    /// Moves `account` under `parent`.
    pub fn put_account_parent(&self, account: &AccountId, parent: &ParentId) -> Result<(), StoreError> {
        self.execute(MOVE, values![parent, account])?;
        Ok(())
    }

    /// Calls `account` by `name`, and registers it under `email`, if there is one, which nobody else may have.
    pub fn put_account_name(
        &self,
        account: &AccountId,
        name: &str,
        email: Option<&str>,
    ) -> Result<(), StoreError> {
        self.execute(PUT_NAME, values![name, email, account])?;
        Ok(())
    }

    /// Closes `account`, from `closes_at` on.
    pub fn close_account(&self, account: &AccountId, closes_at: Time) -> Result<(), StoreError> {
        self.execute(CLOSE, values![AccountState::PendingClosure, closes_at, account])?;
        Ok(())
    }

    /// Takes `account` out of its organization. Service Catalog's copy stays as it is.
    pub fn remove_membership(&self, account: &AccountId) -> Result<(), StoreError> {
        self.execute(LEAVE, values![account])?;
        Ok(())
    }

    /// Lets Service Catalog's copy follow where `account` is now.
    pub fn copy_account_to_catalog(&self, account: &AccountId) -> Result<(), StoreError> {
        self.execute(COPY_ONE, values![account])?;
        Ok(())
    }

    /// Lets the copy follow for up to `rows_max` accounts after `after`. Returns the last of them; `None` at the end.
    pub fn copy_accounts_to_catalog(
        &self,
        organization: &OrganizationId,
        after: &str,
        rows_max: i64,
    ) -> Result<Option<AccountId>, StoreError> {
        let copied = self.returning(COPY_PAGE, values![organization, after, rows_max], |row| {
            decode::id(row, 0, AccountId::parse)
        })?;
        Ok(copied.into_iter().max())
    }

    /// Lets Service Catalog's copy forget who was in `organization`, which is being deleted.
    pub fn forget_catalog_copies(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(FORGET_COPIES, values![organization])?;
        Ok(())
    }
}

/// What `INSERT_MEMBER` takes.
fn member_row(it: &Account, copy: CatalogCopy) -> Vec<Value<'_>> {
    let place = it.membership.as_ref();
    let copied = place.filter(|_| copy == CatalogCopy::Follows);
    vec![
        it.id.to_value(),
        it.name.to_value(),
        it.email.to_value(),
        it.state.to_value(),
        it.created_at.to_value(),
        maybe(place.map(|it| &it.organization)),
        maybe(place.map(|it| &it.parent)),
        maybe(place.map(|it| &it.joined_method)),
        maybe(place.map(|it| &it.joined_at)),
        maybe(it.closes_at.as_ref()),
        maybe(copied.map(|it| &it.organization)),
        maybe(copied.map(|it| &it.parent)),
    ]
}

fn maybe<T: ToValue>(it: Option<&T>) -> Value<'_> {
    it.map_or(Value::Null(T::KIND), T::to_value)
}

fn read(row: &dyn Row) -> Result<Account, StoreError> {
    let membership = match decode::maybe_id(row, 5, OrganizationId::parse)? {
        None => None,
        Some(organization) => Some(Membership {
            organization,
            parent: decode::id(row, 6, ParentId::parse)?,
            joined_method: decode::name(row, 7, JoinedMethod::from_name)?,
            joined_at: decode::time(row, 8)?,
        }),
    };
    Ok(Account {
        id: decode::id(row, 0, AccountId::parse)?,
        name: row.text(1)?.to_owned(),
        email: row.text(2)?.to_owned(),
        state: decode::name(row, 3, AccountState::from_name)?,
        created_at: decode::time(row, 4)?,
        closes_at: row.maybe_integer(9)?.map(Time::from_microseconds),
        membership,
    })
}
