//! Every kind of id, declared in one list.
//!
//! An id is text that has the form AWS gives ids of its kind. It says nothing about whether the thing exists. Ids of up
//! to 23 bytes, which are nearly all, live in place: reading a page of shares allocates nothing for them.

use std::fmt;

use smol_str::SmolStr;

/// Text that is not an id of the kind it was read as.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not {kind}")]
pub struct InvalidId {
    text: SmolStr,
    kind: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident: $kind:literal if $valid:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(SmolStr);

        impl $name {
            /// Reads an id.
            pub fn parse(text: impl Into<SmolStr>) -> Result<Self, InvalidId> {
                let text = text.into();
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) { Ok(Self(text)) } else { Err(InvalidId { text, kind: $kind }) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// An AWS account: 12 digits.
    AccountId: "an account id" if is_account_id;
    /// An access key of a user (`AKIA…`) or of a session (`ASIA…`).
    AccessKeyId: "an access key id" if |it| (1..=128).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_alphanumeric());
    /// A portfolio: `port-` and 13 characters. Source: `Id` of the Service Catalog model, which is all that is checked.
    PortfolioId: "a portfolio id" if is_catalog_id;
    /// The token of a share operation: `share-` and 13 characters.
    ShareToken: "a share token" if is_catalog_id;
    /// An organization: `o-` and 10 to 32 characters.
    OrganizationId: "an organization id" if |it| has_form(it, "o-", 10..=32);
    /// The root of an organization: `r-` and 4 to 32 characters.
    RootId: "a root id" if |it| has_form(it, "r-", 4..=32);
    /// An organizational unit: `ou-`, its root's suffix, `-`, 8 to 32 characters.
    UnitId: "an organizational unit id" if is_unit_id;
    /// What accounts and units hang under: a root or a unit.
    ParentId: "a root or unit id" if |it| has_form(it, "r-", 4..=32) || is_unit_id(it);
    /// A request to create an account: `car-` and 8 to 32 characters.
    CreateAccountRequestId: "a create account request id" if |it| has_form(it, "car-", 8..=32);
    /// A handshake: `h-` and 8 to 32 characters.
    HandshakeId: "a handshake id" if |it| has_form(it, "h-", 8..=32);
    /// What policies are attached to: a root, a unit or an account.
    TargetId: "a root, unit or account id" if |it| has_form(it, "r-", 4..=32) || is_unit_id(it) || is_account_id(it);
    /// A policy of an organization: `p-` and 8 to 128 characters.
    PolicyId: "a policy id" if |it| has_word(it, "p-", 8..=128);
    /// The resource policy of an organization: `rp-` and 4 to 128 characters.
    ResourcePolicyId: "a resource policy id" if |it| has_word(it, "rp-", 4..=128);
    /// A piece of durable background work.
    JobId: "a job id" if |it| !it.is_empty();
}

impl From<RootId> for ParentId {
    fn from(root: RootId) -> Self {
        Self(root.0)
    }
}

impl From<UnitId> for ParentId {
    fn from(unit: UnitId) -> Self {
        Self(unit.0)
    }
}

impl From<RootId> for TargetId {
    fn from(root: RootId) -> Self {
        Self(root.0)
    }
}

impl From<UnitId> for TargetId {
    fn from(unit: UnitId) -> Self {
        Self(unit.0)
    }
}

impl From<AccountId> for TargetId {
    fn from(account: AccountId) -> Self {
        Self(account.0)
    }
}

impl From<ParentId> for TargetId {
    fn from(parent: ParentId) -> Self {
        Self(parent.0)
    }
}

/// The kinds of what policies are attached to, each with its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The root of the organization.
    Root(RootId),
    /// A unit.
    Unit(UnitId),
    /// An account.
    Account(AccountId),
}

impl TargetId {
    /// What this names.
    pub fn target(&self) -> Target {
        if is_account_id(&self.0) {
            Target::Account(AccountId(self.0.clone()))
        } else if is_unit_id(&self.0) {
            Target::Unit(UnitId(self.0.clone()))
        } else {
            Target::Root(RootId(self.0.clone()))
        }
    }
}

impl UnitId {
    /// Whether this is the id of a unit under `root`, whose own id is a part of it.
    pub fn is_under(&self, root: &RootId) -> bool {
        let suffix = root.0.strip_prefix("r-").unwrap_or(&root.0);
        let rest = self.0.strip_prefix("ou-").and_then(|it| it.strip_prefix(suffix));
        rest.is_some_and(|it| it.starts_with('-'))
    }
}

impl ParentId {
    /// The unit this is, unless it is a root.
    pub fn unit(&self) -> Option<UnitId> {
        is_unit_id(&self.0).then(|| UnitId(self.0.clone()))
    }
}

/// Source: the model's `Id`. Ids are not checked more strictly than AWS does.
fn is_catalog_id(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_word(text: &str, prefix: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    text.strip_prefix(prefix).is_some_and(|it| {
        length.contains(&it.len())
            && it
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

fn has_form(text: &str, prefix: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|it| length.contains(&it.len()) && is_lower_alphanumeric(it))
}

fn is_unit_id(text: &str) -> bool {
    let Some((root, unit)) = text.strip_prefix("ou-").and_then(|it| it.split_once('-')) else {
        return false;
    };
    (4..=32).contains(&root.len())
        && (8..=32).contains(&unit.len())
        && is_lower_alphanumeric(root)
        && is_lower_alphanumeric(unit)
}

fn is_lower_alphanumeric(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_unit_names_its_root() {
        let unit = UnitId::parse("ou-ab12-11111111").unwrap();
        assert!(unit.is_under(&RootId::parse("r-ab12").unwrap()));
        assert!(!unit.is_under(&RootId::parse("r-ab13").unwrap()));
    }

    #[test]
    fn a_target_is_what_its_id_says() {
        let kind = |text| TargetId::parse(text).unwrap().target();
        assert!(matches!(kind("r-ab12"), Target::Root(_)));
        assert!(matches!(kind("ou-ab12-11111111"), Target::Unit(_)));
        assert!(matches!(kind("111122223333"), Target::Account(_)));
        assert!(TargetId::parse("o-exampleorgid").is_err());
    }

    #[test]
    fn an_id_has_the_form_of_its_kind() {
        assert!(AccountId::parse("111122223333").is_ok());
        assert!(AccountId::parse("11112222333").is_err());
        assert!(AccountId::parse("11112222333a").is_err());
        assert!(UnitId::parse("ou-ab12-11111111").is_ok());
        assert!(UnitId::parse("ou-ab12").is_err());
        assert!(OrganizationId::parse("o-exampleorgid").is_ok());
        assert!(OrganizationId::parse("o-EXAMPLEORGID").is_err());
        assert!(ParentId::parse("r-ab12").is_ok());
        assert!(PolicyId::parse("p-FullAWSAccess").is_ok());
        assert!(PolicyId::parse("p-short").is_err());
        assert!(ResourcePolicyId::parse("rp-a1b2c3d4").is_ok());
        assert_eq!(
            ParentId::parse("x").unwrap_err().to_string(),
            "'x' is not a root or unit id"
        );
    }
}
