//! The accounts that are there before anybody can ask for them through the API: the management account of a first
//! start, and accounts made from the command line.

use domain::{AccessKeyId, Account, AccountId, AccountState, Fault, Time};
use store::{AccessKey, Inserted, Installation, KeyOwner, KeyUser, ReadTx, User, WriteTx};

use crate::Engine;
use crate::randomness::Fresh;

/// The user whose key is handed out. Ours: a user with AdministratorAccess, because the root user of an account may
/// not assume roles.
const ADMIN: &str = "admin";

/// An account that was just made, with the key of its user `admin`.
#[derive(Clone)]
pub struct NewAccount {
    /// The account.
    pub account: AccountId,
    /// The key's id.
    pub access_key_id: AccessKeyId,
    /// The key's secret, shown this once.
    pub secret_access_key: String,
    /// The user that the key belongs to.
    pub user: String,
}

impl Engine {
    /// The key of the user `admin` of every account that was made outside an organization, the management account's
    /// apart: for writing them out again where the file with them is gone.
    pub async fn created_account_keys(&self) -> Result<Vec<NewAccount>, Fault> {
        let management = self.management().clone();
        let keys = self.store().read(admin_keys).await??;
        Ok(keys.into_iter().filter(|it| it.account != management).collect())
    }
}

/// Makes an account outside any organization, with a user `admin` and its key.
///
/// # Errors
///
/// `DuplicateResourceException` if there is an account `id` already.
pub(crate) fn create_account(
    tx: &WriteTx<'_>,
    fresh: &Fresh,
    id: Option<&AccountId>,
    now: Time,
) -> Result<NewAccount, Fault> {
    let account = match id {
        Some(id) => id.clone(),
        None => unused_account_id(tx, fresh)?,
    };
    if insert_bare_account(tx, &account, now)? == Inserted::AlreadyThere {
        return Err(Fault::new(
            "DuplicateResourceException",
            format!("Account {account} exists already."),
        ));
    }
    let user = User {
        account: account.clone(),
        name: ADMIN.to_owned(),
        id: fresh.user_id(),
        path: "/".to_owned(),
        created_at: now,
    };
    tx.insert_user(&user)?;
    let key = AccessKey {
        id: fresh.access_key(),
        owner: KeyOwner {
            account: account.clone(),
            user: Some(KeyUser {
                id: user.id,
                name: user.name,
                path: user.path,
            }),
        },
        secret: fresh.secret(),
        created_at: now,
    };
    tx.insert_access_key(&key)?;
    Ok(NewAccount {
        account,
        access_key_id: key.id,
        secret_access_key: key.secret,
        user: ADMIN.to_owned(),
    })
}

/// Makes the management account and what all replicas share, unless that happened before.
pub(crate) fn install(
    tx: &WriteTx<'_>,
    fresh: &Fresh,
    now: Time,
) -> Result<(Installation, Option<NewAccount>), Fault> {
    if let Some(installation) = tx.find_installation()? {
        return Ok((installation, None));
    }
    let account = create_account(tx, fresh, None, now)?;
    let installation = Installation {
        management: account.account.clone(),
        page_token_key: fresh.page_token_key(),
        created_at: now,
    };
    tx.insert_installation(&installation)?;
    Ok((installation, Some(account)))
}

/// The first key of `account`'s user `admin`.
pub(crate) fn admin_key(tx: &ReadTx<'_>, account: &AccountId) -> Result<Option<NewAccount>, Fault> {
    Ok(tx.find_oldest_access_key(account, ADMIN)?.map(new_account))
}

/// The first key of each account's user `admin`. Accounts that Organizations makes have a role instead of that user.
fn admin_keys(tx: &ReadTx<'_>) -> Result<Vec<NewAccount>, Fault> {
    let mut keys = tx.list_access_keys_of_users(ADMIN)?;
    keys.dedup_by(|later, first| later.owner.account == first.owner.account);
    Ok(keys.into_iter().map(new_account).collect())
}

/// The account that `key`, of its user `admin`, was handed out for.
fn new_account(key: AccessKey) -> NewAccount {
    NewAccount {
        account: key.owner.account,
        access_key_id: key.id,
        secret_access_key: key.secret,
        user: ADMIN.to_owned(),
    }
}

/// An account id that nobody has.
pub(crate) fn unused_account_id(tx: &ReadTx<'_>, fresh: &Fresh) -> Result<AccountId, Fault> {
    loop {
        let id = fresh.account();
        if tx.find_account(&id)?.is_none() {
            return Ok(id);
        }
    }
}

/// The address of an account that nobody gave one. Its domain is reserved for this: nothing can be sent there.
pub(crate) fn address_of(id: &AccountId) -> String {
    format!("{id}@chandlery.invalid")
}

/// Records an account of which nothing is known but its id.
pub(crate) fn insert_bare_account(tx: &WriteTx<'_>, id: &AccountId, now: Time) -> Result<Inserted, Fault> {
    let account = Account {
        id: id.clone(),
        name: format!("account-{id}"),
        email: address_of(id),
        state: AccountState::Active,
        created_at: now,
        closes_at: None,
        membership: None,
    };
    Ok(tx.insert_account(&account)?)
}
