//! What was counted: writes by operation, and what became of those without an answer.

use std::collections::BTreeMap;

/// Every operation that writes.
const WRITES: [&str; 41] = [
    "AcceptHandshake",
    "AcceptPortfolioShare",
    "AssumeRole",
    "AttachPolicy",
    "CancelHandshake",
    "CloseAccount",
    "CreateAccount",
    "CreateOrganization",
    "CreateOrganizationalUnit",
    "CreatePolicy",
    "CreatePortfolio",
    "CreatePortfolioShare",
    "DeclineHandshake",
    "DeleteOrganization",
    "DeleteOrganizationalUnit",
    "DeletePolicy",
    "DeletePortfolio",
    "DeletePortfolioShare",
    "DeleteResourcePolicy",
    "DeregisterDelegatedAdministrator",
    "DetachPolicy",
    "DisableAWSOrganizationsAccess",
    "DisableAWSServiceAccess",
    "DisablePolicyType",
    "EnableAWSOrganizationsAccess",
    "EnableAWSServiceAccess",
    "EnableAllFeatures",
    "EnablePolicyType",
    "InviteAccountToOrganization",
    "LeaveOrganization",
    "MoveAccount",
    "PutResourcePolicy",
    "RegisterDelegatedAdministrator",
    "RejectPortfolioShare",
    "RemoveAccountFromOrganization",
    "TagResource",
    "UntagResource",
    "UpdateOrganizationalUnit",
    "UpdatePolicy",
    "UpdatePortfolio",
    "UpdatePortfolioShare",
];

/// Counts of one worker, or of all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    acknowledged: BTreeMap<&'static str, u64>,
    unanswered: BTreeMap<&'static str, Unanswered>,
    repeated: u64,
}

/// Writes that were on their way when the server was hit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unanswered {
    /// Found done.
    pub(crate) done: u64,
    /// Found not done.
    pub(crate) not_done: u64,
}

impl Tally {
    /// A write was acknowledged.
    pub(crate) fn acknowledged(&mut self, operation: &'static str) {
        *self.acknowledged.entry(operation).or_default() += 1;
    }

    /// A write got no answer, and was found done or not.
    pub(crate) fn unanswered(&mut self, operation: &'static str, done: bool) {
        let found = self.unanswered.entry(operation).or_default();
        if done {
            found.done += 1;
        } else {
            found.not_done += 1;
        }
    }

    /// A token was sent again and had the same answer.
    pub(crate) fn repeated(&mut self) {
        self.repeated += 1;
    }

    /// Counts what `other` counted, too.
    pub(crate) fn add(&mut self, other: &Self) {
        for (operation, count) in &other.acknowledged {
            *self.acknowledged.entry(operation).or_default() += count;
        }
        for (operation, found) in &other.unanswered {
            let mine = self.unanswered.entry(operation).or_default();
            mine.done += found.done;
            mine.not_done += found.not_done;
        }
        self.repeated += other.repeated;
    }

    /// The operations of which no write was acknowledged.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        WRITES
            .into_iter()
            .filter(|it| !self.acknowledged.contains_key(it))
            .collect()
    }

    /// How many writes of all operations were acknowledged.
    pub(crate) fn acknowledged_of_all(&self) -> u64 {
        self.acknowledged.values().sum()
    }

    /// How many writes of all operations got no answer.
    pub(crate) fn unanswered_of_all(&self) -> Unanswered {
        self.unanswered
            .values()
            .fold(Unanswered::default(), |sum, it| Unanswered {
                done: sum.done + it.done,
                not_done: sum.not_done + it.not_done,
            })
    }

    /// How many tokens were sent again.
    pub(crate) fn repeated_of_all(&self) -> u64 {
        self.repeated
    }

    /// The operations, and their counts.
    pub(crate) fn by_operation(&self) -> Vec<(&'static str, u64, Unanswered)> {
        let mut names: Vec<&'static str> = self
            .acknowledged
            .keys()
            .chain(self.unanswered.keys())
            .copied()
            .collect();
        names.sort_unstable();
        names.dedup();
        let counts = names.into_iter().map(|name| {
            let acknowledged = self.acknowledged.get(name).copied().unwrap_or_default();
            (
                name,
                acknowledged,
                self.unanswered.get(name).copied().unwrap_or_default(),
            )
        });
        counts.collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    /// The files in `folder`, at any depth.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                all.extend(files(&path));
            } else {
                all.push(path);
            }
        }
        all
    }

    #[test]
    fn every_command_of_the_server_is_a_write_of_the_load() {
        let operations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/src/operations");
        let texts: Vec<String> = files(&operations)
            .iter()
            .map(|it| std::fs::read_to_string(it).unwrap())
            .collect();
        let commands: BTreeSet<&str> = texts
            .iter()
            .flat_map(|text| text.split("impl Command for ").skip(1))
            .map(|rest| rest.split_whitespace().next().unwrap())
            .collect();
        assert_eq!(commands, BTreeSet::from(WRITES));
    }
}
