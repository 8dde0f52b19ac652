//! Signing keys that were derived before, so that a client's second request of the day costs one HMAC, not five.
//!
//! The one invariant: only keys that a good signature has proven are kept, and never more than `entries_max`. A
//! stranger cannot make it grow, nor push anything out of it.
//!
//! Deliberately absent: any order of age. When it is full it starts anew, which costs each client in it about a
//! microsecond once.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use parking_lot::RwLock;

use super::SecretKey;
use super::credential::Credential;
use super::signing_key::SigningKey;

/// A bounded cache of signing keys, shared by all threads of a server.
pub struct SigningKeys {
    by_credential: RwLock<HashMap<Box<str>, Entry>>,
    fingerprints: RandomState,
    entries_max: usize,
}

struct Entry {
    secret: Fingerprint,
    key: SigningKey,
}

/// Tells an access key's secret from the one it had before, should it ever be given another. Keyed with a random
/// number of this process, so that it says nothing about the secret outside it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fingerprint(u64);

impl SigningKeys {
    /// An empty cache of at most `entries_max` keys, about 400 bytes each.
    pub fn with_entries_max(entries_max: usize) -> Self {
        Self {
            by_credential: RwLock::default(),
            fingerprints: RandomState::new(),
            entries_max,
        }
    }

    /// The key for `credential`, if `secret` has proven itself before.
    pub(super) fn find(&self, credential: &Credential<'_>, secret: &SecretKey) -> Option<SigningKey> {
        let fingerprint = self.fingerprint(secret);
        let entries = self.by_credential.read();
        let entry = entries.get(credential.text())?;
        (entry.secret == fingerprint).then(|| entry.key.clone())
    }

    /// Keeps `key`, with which a request was just verified.
    pub(super) fn put(&self, credential: &Credential<'_>, secret: &SecretKey, key: SigningKey) {
        let entry = Entry {
            secret: self.fingerprint(secret),
            key,
        };
        let mut entries = self.by_credential.write();
        if entries.len() >= self.entries_max {
            entries.clear();
        }
        entries.insert(credential.text().into(), entry);
    }

    fn fingerprint(&self, secret: &SecretKey) -> Fingerprint {
        Fingerprint(self.fingerprints.hash_one(secret.expose()))
    }
}

impl Default for SigningKeys {
    /// Room for 4,096 keys: as many pairs of a client and a service in one day, in less than 2 MB.
    fn default() -> Self {
        Self::with_entries_max(4096)
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeys")
            .field("entries", &self.by_credential.read().len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::request_date::RequestDate;
    use super::*;

    fn credential(id: &str) -> Credential<'static> {
        let date = RequestDate::parse("20150830T123600Z").unwrap();
        Credential::parse(format!("{id}/20150830/us-east-1/sts/aws4_request").into(), &date).unwrap()
    }

    fn put(keys: &SigningKeys, id: &str, secret: &SecretKey) {
        let credential = credential(id);
        keys.put(&credential, secret, SigningKey::derive(secret, &credential));
    }

    #[test]
    fn a_key_is_found_again_under_its_own_secret_only() {
        let keys = SigningKeys::default();
        let secret = SecretKey::new("secret");
        put(&keys, "AKID", &secret);
        assert!(keys.find(&credential("AKID"), &secret).is_some());
        assert!(keys.find(&credential("AKID"), &SecretKey::new("other")).is_none());
        assert!(keys.find(&credential("OTHER"), &secret).is_none());
    }

    #[test]
    fn it_never_holds_more_than_its_limit() {
        let keys = SigningKeys::with_entries_max(3);
        let secret = SecretKey::new("secret");
        for number in 0..10 {
            put(&keys, &format!("AKID{number}"), &secret);
            assert!(keys.by_credential.read().len() <= 3);
        }
        assert!(keys.find(&credential("AKID9"), &secret).is_some());
    }

    #[test]
    fn it_prints_how_many_it_holds_and_nothing_else() {
        let keys = SigningKeys::default();
        put(&keys, "AKID", &SecretKey::new("secret"));
        assert_eq!(format!("{keys:?}"), "SigningKeys { entries: 1, .. }");
    }
}
