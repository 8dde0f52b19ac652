//! New ids and secrets, in the forms AWS gives them.

use std::sync::Arc;

use domain::{
    AccessKeyId, AccountId, CreateAccountRequestId, HandshakeId, JobId, OrganizationId, PolicyId,
    PortfolioId, ResourcePolicyId, RootId, ShareToken, UnitId,
};
use rand::Rng as _;

/// Observed: ids of Service Catalog use lower-case letters and the digits 2 to 7.
const BASE32: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DIGITS: &[u8] = b"0123456789";

/// Accounts that AWS's documentation uses as samples. A new account never gets one of them, so that a sample pasted
/// into a script does not reach somebody.
const SAMPLE_ACCOUNTS: &[&str] = &[
    "012345678901",
    "012345678910",
    "111111111111",
    "111122223333",
    "123456789012",
    "123456789111",
    "222222222222",
    "333333333333",
    "444455556666",
    "444444444444",
    "555555555555",
    "555566667777",
    "666666666666",
    "777777777777",
    "777788889999",
    "888888888888",
    "888877776666",
    "999999999999",
    "999988887777",
    "000000000000",
    "112233445566",
    "210987654321",
    "123412341234",
];

/// A source of random bytes that nobody can predict.
pub trait Randomness: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The generator of the `rand` crate, seeded by the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// Makes new ids and secrets.
#[derive(Clone)]
pub struct Fresh {
    randomness: Arc<dyn Randomness>,
}

impl Fresh {
    /// Makes them from `randomness`.
    pub fn new(randomness: Arc<dyn Randomness>) -> Self {
        Self { randomness }
    }

    /// `length` characters of `alphabet`, each equally likely.
    fn text(&self, prefix: &str, alphabet: &[u8], length: usize) -> String {
        let mut text = String::with_capacity(prefix.len() + length);
        text.push_str(prefix);
        // The largest multiple of the alphabet's size that a byte can count to: bytes from there on are drawn again.
        let fair = 256 - 256 % alphabet.len();
        let mut bytes = [0_u8; 64];
        while text.len() < prefix.len() + length {
            self.randomness.fill(&mut bytes);
            for byte in bytes.into_iter().map(usize::from).filter(|it| *it < fair) {
                if text.len() < prefix.len() + length {
                    text.push(char::from(alphabet[byte % alphabet.len()]));
                }
            }
        }
        text
    }

    /// `port-…`.
    pub fn portfolio(&self) -> PortfolioId {
        PortfolioId::parse(self.text("port-", BASE32, 13)).expect("has the form of a portfolio id")
    }

    /// `share-…`.
    pub fn share_token(&self) -> ShareToken {
        ShareToken::parse(self.text("share-", BASE32, 13)).expect("has the form of a share token")
    }

    /// Twelve digits that are no sample of AWS's documentation.
    pub fn account(&self) -> AccountId {
        loop {
            let digits = self.text("", DIGITS, 12);
            if !digits.starts_with('0') && !SAMPLE_ACCOUNTS.contains(&digits.as_str()) {
                return AccountId::parse(digits).expect("has the form of an account id");
            }
        }
    }

    /// `o-…`.
    pub fn organization(&self) -> OrganizationId {
        OrganizationId::parse(self.text("o-", LOWER, 10)).expect("has the form of an organization id")
    }

    /// `r-…`.
    pub fn root(&self) -> RootId {
        RootId::parse(self.text("r-", LOWER, 4)).expect("has the form of a root id")
    }

    /// `ou-…`, with the suffix of its root in the middle.
    pub fn unit(&self, root: &RootId) -> UnitId {
        let suffix = root.as_str().trim_start_matches("r-");
        UnitId::parse(self.text(&format!("ou-{suffix}-"), LOWER, 8)).expect("has the form of a unit id")
    }

    /// `p-…`.
    pub fn policy(&self) -> PolicyId {
        PolicyId::parse(self.text("p-", LOWER, 10)).expect("has the form of a policy id")
    }

    /// `rp-…`.
    pub fn resource_policy(&self) -> ResourcePolicyId {
        ResourcePolicyId::parse(self.text("rp-", LOWER, 8)).expect("has the form of a resource policy id")
    }

    /// `car-…`.
    pub fn account_creation(&self) -> CreateAccountRequestId {
        CreateAccountRequestId::parse(self.text("car-", LOWER, 32)).expect("has the form of a request id")
    }

    /// `h-…`.
    pub fn handshake(&self) -> HandshakeId {
        HandshakeId::parse(self.text("h-", LOWER, 32)).expect("has the form of a handshake id")
    }

    /// A job's id.
    pub fn job(&self) -> JobId {
        JobId::parse(self.text("job-", BASE32, 20)).expect("is not empty")
    }

    /// `AKIA…`: the key of a user.
    pub fn access_key(&self) -> AccessKeyId {
        AccessKeyId::parse(self.text("AKIA", UPPER, 16)).expect("has the form of an access key id")
    }

    /// `ASIA…`: the key of a session.
    pub fn session_key(&self) -> AccessKeyId {
        AccessKeyId::parse(self.text("ASIA", UPPER, 16)).expect("has the form of an access key id")
    }

    /// `AIDA…`: the unique id of a user.
    pub fn user_id(&self) -> String {
        self.text("AIDA", UPPER, 17)
    }

    /// `AROA…`: the unique id of a role.
    pub fn role_id(&self) -> String {
        self.text("AROA", UPPER, 17)
    }

    /// A secret access key: 40 characters, 240 bits.
    pub fn secret(&self) -> String {
        self.text("", MIXED, 40)
    }

    /// A session token.
    pub fn session_token(&self) -> String {
        self.text("", MIXED, 120)
    }

    /// A key to authenticate page tokens with.
    pub fn page_token_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        self.randomness.fill(&mut key);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_forms_aws_gives_them() {
        let fresh = Fresh::new(Arc::new(SystemRandomness));
        let portfolio = fresh.portfolio();
        assert_eq!(portfolio.as_str().len(), "port-".len() + 13);
        assert_ne!(portfolio, fresh.portfolio());
        let root = fresh.root();
        assert!(
            fresh
                .unit(&root)
                .as_str()
                .contains(root.as_str().trim_start_matches("r-"))
        );
        assert_eq!(fresh.secret().len(), 40);
        assert!(!SAMPLE_ACCOUNTS.contains(&fresh.account().as_str()));
    }
}
