//! Sessions of roles, and the ARNs that requests name roles by.

use domain::{AccountId, Arn, Fault, Partition};

mod assume_role;
#[cfg(test)]
mod tests;

/// A role as its ARN names it. Says nothing about whether the role exists.
#[derive(Debug, PartialEq, Eq)]
struct RoleName {
    account: AccountId,
    path: String,
    name: String,
}

impl RoleName {
    /// Reads `arn`, a role of `partition`.
    fn of(arn: &str, partition: Partition) -> Result<Self, Fault> {
        // Observed: STS says this of what is no ARN of a role.
        Self::parse(arn, partition).ok_or_else(|| Fault::validation(format!("{arn} is invalid")))
    }

    fn parse(arn: &str, partition: Partition) -> Option<Self> {
        let rest = arn.strip_prefix(&format!("arn:{partition}:iam::"))?;
        let (account, rest) = rest.split_once(":role/")?;
        let (folders, name) = rest
            .rsplit_once('/')
            .map_or(("", rest), |(folders, name)| (folders, name));
        if name.is_empty() {
            return None;
        }
        let path = if folders.is_empty() {
            "/".to_owned()
        } else {
            format!("/{folders}/")
        };
        Some(Self {
            account: AccountId::parse(account).ok()?,
            path,
            name: name.to_owned(),
        })
    }

    fn arn(&self, partition: Partition) -> Arn {
        Arn::role(partition, &self.account, &self.path, &self.name)
    }
}
