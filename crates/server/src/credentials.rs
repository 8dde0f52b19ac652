//! The credentials file: access keys in the form that AWS's clients read from `AWS_SHARED_CREDENTIALS_FILE`.
//!
//! Invariant: whoever reads the file finds a whole one, old or new, readable by its owner alone: it is written beside
//! and renamed. Profiles of other names stay as they are, comments too. Deliberately absent: reading keys; this process
//! has no use for them.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use engine::NewAccount;

use crate::{Failure, REGION};

/// The file `credentials` of a data folder.
#[derive(Clone, Debug)]
pub(crate) struct CredentialsFile {
    path: PathBuf,
}

impl CredentialsFile {
    /// The one in `folder`.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            path: folder.join("credentials"),
        }
    }

    /// Where it is, from the root, so that a reader in another folder finds it.
    pub(crate) fn absolute_path(&self) -> PathBuf {
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    /// The access key ids in it, by their profiles.
    pub(crate) fn keys(&self) -> HashMap<String, String> {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        let mut keys = HashMap::new();
        let mut profile = None;
        for line in text.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                profile = Some(name);
            } else if let (Some(profile), Some(("aws_access_key_id", id))) = (
                profile,
                line.split_once('=').map(|(name, id)| (name.trim(), id.trim())),
            ) {
                keys.insert(profile.to_owned(), id.to_owned());
            }
        }
        keys
    }

    /// Whether the profile `name` is in it.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.keys().contains_key(name)
    }

    /// Sets the profile `name` to the key of `account`. Blocks until it is on disk.
    pub(crate) fn put(&self, name: &str, account: &NewAccount) -> Result<(), Failure> {
        self.put_all([(name, account)])
    }

    /// Sets each profile to the key of its account, all at once. Blocks until they are on disk.
    pub(crate) fn put_all<'a>(
        &self,
        profiles: impl IntoIterator<Item = (&'a str, &'a NewAccount)>,
    ) -> Result<(), Failure> {
        let written = self.rewrite(|text| {
            let mut text = text.to_owned();
            for (name, account) in profiles {
                text = with_profile(&text, name, &profile(name, account));
            }
            text
        });
        written.map_err(|source| Failure::Folder {
            path: self.path.clone(),
            action: "written",
            source,
        })
    }

    fn rewrite(&self, change: impl FnOnce(&str) -> String) -> io::Result<()> {
        // Two processes may get here at once: a server, and `account create --database-url` beside it.
        let guard = private().open(self.path.with_extension("lock"))?;
        guard.lock()?;
        let old = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let beside = self.path.with_extension("new");
        let mut file = private().truncate(true).open(&beside)?;
        file.write_all(change(&old).as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, &self.path)?;
        // The rename itself is durable once the folder is.
        File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(0o600);
    options
}

fn profile(name: &str, account: &NewAccount) -> String {
    format!(
        "[{name}]\naws_access_key_id = {}\naws_secret_access_key = {}\nregion = {REGION}\n",
        account.access_key_id, account.secret_access_key
    )
}

/// `text` with `profile` at its end, in place of the one called `name` if there is one.
fn with_profile(text: &str, name: &str, profile: &str) -> String {
    let header = format!("[{name}]");
    let mut kept = String::new();
    let mut replaced = false;
    for line in text.lines() {
        if line.trim_start().starts_with('[') {
            replaced = line.trim() == header;
        }
        if !replaced {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    let kept = kept.trim_end();
    let gap = if kept.is_empty() { "" } else { "\n\n" };
    format!("{kept}{gap}{profile}")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use domain::{AccessKeyId, AccountId};

    use super::*;

    fn account(key: &str) -> NewAccount {
        NewAccount {
            account: AccountId::parse("111122223333").unwrap(),
            access_key_id: AccessKeyId::parse(key).unwrap(),
            secret_access_key: "s3cret/+".to_owned(),
            user: "admin".to_owned(),
        }
    }

    #[test]
    fn a_profile_is_written_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = CredentialsFile::in_folder(folder.path());
        file.put("management", &account("AKIAONE")).unwrap();
        assert!(file.has("management") && !file.has("manage"));
        let path = folder.path().join("credentials");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            "[management]\naws_access_key_id = AKIAONE\naws_secret_access_key = s3cret/+\nregion = us-east-1\n"
        );
    }

    #[test]
    fn other_profiles_and_comments_stay_when_one_is_added() {
        let text = with_profile("# mine\n[other]\nkey = 1\n", "new", "[new]\nkey = 2\n");
        assert_eq!(text, "# mine\n[other]\nkey = 1\n\n[new]\nkey = 2\n");
    }

    #[test]
    fn a_profile_that_is_there_is_replaced() {
        let text = with_profile("[new]\nkey = 1\n\n[other]\nkey = 2\n", "new", "[new]\nkey = 3\n");
        assert_eq!(text, "[other]\nkey = 2\n\n[new]\nkey = 3\n");
    }
}
