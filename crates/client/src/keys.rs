//! Access keys, and where they are found.

use std::path::{Path, PathBuf};

use identity::SecretKey;

/// The key of somebody, with the token of their session if it is a temporary one.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The key's id.
    pub access_key_id: String,
    /// The key's secret.
    pub secret: SecretKey,
    /// The token of temporary keys.
    pub session_token: Option<String>,
}

/// A profile that is not in its file.
#[derive(Debug, thiserror::Error)]
#[error("no key of the profile [{profile}] in {}", credentials.display())]
pub struct NoKeys {
    /// The profile's name.
    pub profile: String,
    /// The file.
    pub credentials: PathBuf,
}

impl Keys {
    /// The key called `profile` in a credentials file.
    pub fn of_profile(credentials: &Path, profile: &str) -> Result<Self, NoKeys> {
        let text = std::fs::read_to_string(credentials).unwrap_or_default();
        let key = |key: &str| setting(&text, profile, key);
        let (Some(id), Some(secret)) = (key("aws_access_key_id"), key("aws_secret_access_key")) else {
            return Err(NoKeys {
                profile: profile.to_owned(),
                credentials: credentials.to_owned(),
            });
        };
        Ok(Self {
            access_key_id: id.to_owned(),
            secret: SecretKey::new(secret),
            session_token: None,
        })
    }
}

/// The value of `key` in the section `profile`.
fn setting<'a>(text: &'a str, profile: &str, key: &str) -> Option<&'a str> {
    let header = format!("[{profile}]");
    let section = text.lines().skip_while(|line| line.trim() != header).skip(1);
    let pairs = section
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='));
    pairs
        .map(|(name, value)| (name.trim(), value.trim()))
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_its_own_profile() {
        let text = "[one]\nkey = 1\n\n[two]\nother = 3\nkey = a=b\n[three]\nmore = 4\n";
        assert_eq!(setting(text, "one", "key"), Some("1"));
        assert_eq!(setting(text, "two", "key"), Some("a=b"));
        assert_eq!(setting(text, "two", "more"), None);
        assert_eq!(setting(text, "four", "key"), None);
    }

    #[test]
    fn a_profile_that_is_missing_is_named_with_its_file() {
        let missing = Keys::of_profile(Path::new("/no/such/file"), "management").unwrap_err();
        assert_eq!(
            missing.to_string(),
            "no key of the profile [management] in /no/such/file"
        );
    }
}
