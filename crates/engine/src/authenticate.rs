//! From a signed request to the caller behind it.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::{AccessKeyId, AccountId, Caller, Fault, Identity, Time};
use identity::{Claim, Refusal, SecretKey};
use parking_lot::RwLock;
use store::{AccessKey, ReadTx, Session};
use subtle::ConstantTimeEq as _;

use crate::{Auth, Engine, access};

/// Credentials are found again without the store up to this many; then the cache starts anew.
const CACHED_MAX: usize = 10_000;

/// What an access key stands for. Keys never change and sessions only expire, so a copy in memory stays true.
pub(crate) struct Credentials {
    caller: Arc<Caller>,
    secret: SecretKey,
    session: Option<SessionTerms>,
}

struct SessionTerms {
    token: String,
    expires_at: Time,
}

/// Credentials that were used lately. Keys that do not exist are never remembered.
#[derive(Default)]
pub(crate) struct CredentialCache(RwLock<HashMap<AccessKeyId, Arc<Credentials>>>);

/// Why nobody could be found behind a request.
pub(crate) enum Unauthenticated {
    Refused(Refusal),
    Failed(Fault),
}

impl From<Refusal> for Unauthenticated {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Unauthenticated {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

/// The caller who signed the request, once everything about the signature is verified.
pub(crate) async fn authenticate(
    engine: &Engine,
    claim: &Claim<'_>,
    body: &[u8],
    now: Time,
) -> Result<Arc<Caller>, Unauthenticated> {
    if engine.auth() == Auth::Open {
        return Ok(open_caller(engine, claim.access_key_id(), now).await?);
    }
    let credentials = find(engine, claim.access_key_id()).await?;
    let secret = credentials.as_ref().map(|it| &it.secret);
    claim.verify(
        secret,
        engine.signing_keys(),
        body,
        // Clients sign by the time that is.
        instant(engine.machine_now()),
        signed(engine.limits().clock_skew_max),
    )?;
    let credentials = credentials.ok_or(Refusal::InvalidSessionToken)?;
    check_session(&credentials, claim.session_token(), now)?;
    Ok(Arc::clone(&credentials.caller))
}

/// A session's key is good only with its token and until it expires; a long-term key has no token.
fn check_session(credentials: &Credentials, presented: Option<&str>, now: Time) -> Result<(), Refusal> {
    match (&credentials.session, presented) {
        (None, None) => Ok(()),
        (Some(terms), Some(token)) if bool::from(terms.token.as_bytes().ct_eq(token.as_bytes())) => {
            if now < terms.expires_at {
                Ok(())
            } else {
                Err(Refusal::ExpiredSessionToken)
            }
        }
        _ => Err(Refusal::InvalidSessionToken),
    }
}

async fn find(engine: &Engine, access_key_id: &str) -> Result<Option<Arc<Credentials>>, Fault> {
    let Ok(id) = AccessKeyId::parse(access_key_id) else {
        return Ok(None);
    };
    if let Some(cached) = engine.credentials().0.read().get(&id) {
        return Ok(Some(Arc::clone(cached)));
    }
    let wanted = id.clone();
    let Some(found) = engine.store().read(move |tx| read(tx, &wanted)).await?? else {
        return Ok(None);
    };
    let found = Arc::new(found);
    let mut cache = engine.credentials().0.write();
    if cache.len() >= CACHED_MAX {
        cache.clear();
    }
    cache.insert(id, Arc::clone(&found));
    Ok(Some(found))
}

fn read(tx: &ReadTx<'_>, id: &AccessKeyId) -> Result<Option<Credentials>, Fault> {
    if let Some(key) = tx.find_access_key(id)? {
        return Ok(Some(of_key(key)));
    }
    Ok(tx.find_session(id)?.map(of_session))
}

fn of_key(key: AccessKey) -> Credentials {
    let identity = match key.owner.user {
        None => Identity::Root,
        Some(user) => Identity::User {
            id: user.id,
            name: user.name,
            path: user.path,
        },
    };
    Credentials {
        caller: Arc::new(Caller {
            account: key.owner.account,
            identity,
        }),
        secret: SecretKey::new(key.secret),
        session: None,
    }
}

fn of_session(session: Session) -> Credentials {
    let identity = Identity::Session {
        role_id: session.role_id,
        role: session.role,
        session: session.name,
    };
    Credentials {
        caller: Arc::new(Caller {
            account: session.account,
            identity,
        }),
        secret: SecretKey::new(session.secret),
        session: Some(SessionTerms {
            token: session.token,
            expires_at: session.expires_at,
        }),
    }
}

/// Ours, for `--auth open`: a 12-digit key id names the account, which exists from its first use; a known key stands
/// for its owner; any other key for the management account.
async fn open_caller(engine: &Engine, access_key_id: &str, now: Time) -> Result<Arc<Caller>, Fault> {
    if let Some(known) = find(engine, access_key_id).await? {
        return Ok(Arc::clone(&known.caller));
    }
    let Ok(account) = AccountId::parse(access_key_id) else {
        return Ok(Arc::new(admin_of(engine.management().clone())));
    };
    let wanted = account.clone();
    let exists = engine
        .store()
        .read(move |tx| tx.find_account(&wanted))
        .await??
        .is_some();
    if !exists {
        let wanted = account.clone();
        engine
            .store()
            .step(move |tx| access::insert_bare_account(tx, &wanted, now))
            .await??;
    }
    Ok(Arc::new(admin_of(account)))
}

fn admin_of(account: AccountId) -> Caller {
    let identity = Identity::User {
        id: "AIDAOPENOPENOPENOPENO".to_owned(),
        name: "admin".to_owned(),
        path: "/".to_owned(),
    };
    Caller { account, identity }
}

fn instant(time: Time) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(time.microseconds()).unwrap_or(jiff::Timestamp::MAX)
}

fn signed(duration: Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(duration).unwrap_or(jiff::SignedDuration::MAX)
}
