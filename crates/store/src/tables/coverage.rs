//! Whom a portfolio reaches: what its organization shares cover, to be held against accounts as they are walked.
//!
//! Invariant: read once for a step, it costs as much as the portfolio has shares and its shared units have units below
//! them, and nothing for the accounts there. Deliberately absent: ACCOUNT shares, which count for nothing here.

use std::collections::{HashMap, HashSet};

use domain::{
    AccountId, OrganizationId, OrganizationNode, ParentId, PortfolioId, Region, ShareKind, ShareTarget,
};

use super::{decode, portfolio_share};
use crate::tables::structure::MetAccount;
use crate::{ReadTx, StoreError, statements, values};

statements! {
    LIST_NODES = "SELECT kind, principal_id FROM portfolio_share
                  WHERE account_id = $1 AND region = $2 AND portfolio_id = $3
                        AND kind IN ('ORGANIZATION', 'ORGANIZATIONAL_UNIT') AND organization_id = $4";
    LIST_MEMBERS = "SELECT principal_id FROM portfolio_share
                    WHERE account_id = $1 AND region = $2 AND portfolio_id = $3
                          AND kind = 'ORGANIZATION_MEMBER_ACCOUNT' AND principal_id >= $4 AND principal_id <= $5
                          AND organization_id = $6";
}

/// What the shares of a portfolio with an organization, and with nodes in it, cover.
#[derive(Debug, Default)]
pub struct Coverage {
    whole: Option<ShareTarget>,
    /// The shares that cover a unit, or are with the units above it.
    units: HashMap<ParentId, Vec<ShareTarget>>,
}

/// What is known of some accounts besides: shares with them alone, and those that exclude them.
#[derive(Debug, Default)]
pub struct Singled {
    members: HashSet<AccountId>,
    exclusions: HashSet<(AccountId, ShareTarget)>,
}

impl Coverage {
    /// Whether any share reaches `account`.
    pub fn reaches(&self, account: &MetAccount, singled: &Singled) -> bool {
        let not_excluded = |share: &ShareTarget| {
            singled.exclusions.is_empty()
                || !singled.exclusions.contains(&(account.id.clone(), share.clone()))
        };
        let above = self.units.get(&account.parent).into_iter().flatten();
        let alone = singled.members.contains(&account.id).then(|| member(&account.id));
        self.whole.iter().chain(above).chain(&alone).any(not_excluded)
    }
}

impl ReadTx<'_> {
    /// What the shares of a portfolio in `organization` cover, other than the one with `except`.
    pub fn coverage(
        &self,
        portfolio: (&AccountId, &Region, &PortfolioId),
        organization: &OrganizationId,
        except: Option<&ShareTarget>,
    ) -> Result<Coverage, StoreError> {
        let (owner, region, id) = portfolio;
        let shares = self.all(LIST_NODES, values![owner, region, id, organization], |row| {
            portfolio_share::target(row, 0)
        })?;
        let mut coverage = Coverage::default();
        for share in shares.into_iter().filter(|it| except != Some(it)) {
            if share.kind() == ShareKind::Organization {
                coverage.whole = Some(share);
                continue;
            }
            let unit = ParentId::parse(share.principal_id()).map_err(decode::broken)?;
            for covered in self.list_units_below(&unit)?.into_iter().chain([unit]) {
                coverage.units.entry(covered).or_default().push(share.clone());
            }
        }
        Ok(coverage)
    }

    /// What else is known of the accounts from `first` to `last`. The share with `except` does not count.
    pub fn singled_out(
        &self,
        portfolio: (&AccountId, &Region, &PortfolioId),
        organization: &OrganizationId,
        except: Option<&ShareTarget>,
        (first, last): (&AccountId, &AccountId),
    ) -> Result<Singled, StoreError> {
        let (owner, region, id) = portfolio;
        let members = self.all(
            LIST_MEMBERS,
            values![owner, region, id, first, last, organization],
            |row| decode::id(row, 0, AccountId::parse),
        )?;
        let counts = |it: &AccountId| except != Some(&member(it));
        Ok(Singled {
            members: members.into_iter().filter(counts).collect(),
            exclusions: self.list_share_exclusions(id, first, last)?.into_iter().collect(),
        })
    }
}

fn member(id: &AccountId) -> ShareTarget {
    ShareTarget::Node(OrganizationNode::Account(id.clone()))
}
