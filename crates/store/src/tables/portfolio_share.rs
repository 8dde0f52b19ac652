//! `portfolio_share`: one row for a portfolio and a target, written when the share is accepted for carrying out.
//!
//! Invariant: who sees a portfolio is derived from these rows (see `reach.rs`), never written out account by account.
//! `organization_id` is set for every kind but ACCOUNT, so that a member who moves to another organization is not
//! mistaken for a recipient. `accepted` is false for an ACCOUNT share until its recipient imports it.

use domain::{
    AccountId, OrganizationId, OrganizationNode, ParentId, Portfolio, PortfolioId, Region, Share, ShareKind,
    ShareOperation, ShareOptions, ShareTarget, UnitId,
};

use super::{Inserted, decode, portfolio};
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

statements! {
    FIND = "SELECT portfolio_id, account_id, region, kind, principal_id, share_tag_options, share_principals, accepted,
                   created_at
            FROM portfolio_share
            WHERE account_id = $1 AND region = $2 AND portfolio_id = $3 AND kind = $4 AND principal_id = $5";
    LIST = "SELECT portfolio_id, account_id, region, kind, principal_id, share_tag_options, share_principals, accepted,
                   created_at
            FROM portfolio_share
            WHERE account_id = $1 AND region = $2 AND portfolio_id = $3 AND kind = $4 AND principal_id > $5
            ORDER BY principal_id LIMIT $6";
    IS_THERE = "SELECT 1 FROM portfolio_share
                WHERE account_id = $1 AND region = $2 AND portfolio_id = $3 AND kind = $4 AND principal_id = $5";
    LIST_WITH_NODE = "SELECT s.kind, s.principal_id, s.accepted, p.id, p.account_id, p.region, p.display_name
                      FROM portfolio_share s JOIN portfolio p ON p.id = s.portfolio_id
                      WHERE s.principal_id = $1 ORDER BY p.id";
    LIST_WITH_ACCOUNTS = "SELECT s.kind, s.principal_id, s.accepted, p.id, p.account_id, p.region, p.display_name
                          FROM account a
                          JOIN portfolio_share s ON s.principal_id = a.id
                          JOIN portfolio p ON p.id = s.portfolio_id
                          WHERE a.parent_id = $1 ORDER BY a.id, p.id";
    ANY = "SELECT 1 FROM portfolio_share WHERE account_id = $1 AND region = $2 AND portfolio_id = $3 LIMIT 1";
    FIND_OFFERED = "SELECT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                           p.shared_accounts
                    FROM portfolio_share s JOIN portfolio p ON p.id = s.portfolio_id
                    WHERE s.principal_id = $1 AND s.region = $2 AND s.kind = 'ACCOUNT' AND s.portfolio_id = $3";
    FIND_IMPORTED = "SELECT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                            p.shared_accounts
                     FROM portfolio_share s JOIN portfolio p ON p.id = s.portfolio_id
                     WHERE s.principal_id = $1 AND s.region = $2 AND s.kind = 'ACCOUNT' AND s.portfolio_id = $3
                           AND s.accepted";
    LIST_IMPORTED = "SELECT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                            p.shared_accounts
                     FROM portfolio_share s JOIN portfolio p ON p.id = s.portfolio_id
                     WHERE s.principal_id = $1 AND s.region = $2 AND s.kind = 'ACCOUNT' AND s.portfolio_id > $3
                           AND s.accepted
                     ORDER BY s.portfolio_id LIMIT $4";
    INSERT = "INSERT INTO portfolio_share
                  (account_id, region, portfolio_id, kind, principal_id, organization_id, share_tag_options,
                   share_principals, accepted, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    PUT_OPTIONS = "UPDATE portfolio_share SET share_tag_options = $1, share_principals = $2
                   WHERE account_id = $3 AND region = $4 AND portfolio_id = $5 AND kind = $6 AND principal_id = $7";
    PUT_ACCEPTED = "UPDATE portfolio_share SET accepted = $1
                    WHERE principal_id = $2 AND region = $3 AND kind = 'ACCOUNT' AND portfolio_id = $4";
    REMOVE = "DELETE FROM portfolio_share
              WHERE account_id = $1 AND region = $2 AND portfolio_id = $3 AND kind = $4 AND principal_id = $5";
    UNCOUNT_MEMBERS = "UPDATE portfolio SET shared_accounts = shared_accounts - (
                           SELECT COUNT(*) FROM portfolio_share s
                           WHERE s.account_id = portfolio.account_id AND s.region = portfolio.region
                                 AND s.portfolio_id = portfolio.id AND s.kind = 'ORGANIZATION_MEMBER_ACCOUNT')
                       WHERE account_id = $1";
    REMOVE_ORGANIZATIONAL = "DELETE FROM portfolio_share WHERE account_id = $1 AND kind <> 'ACCOUNT'";
}

/// A share, seen from what it is with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedShare {
    /// What it is with.
    pub target: ShareTarget,
    /// Whether an account that has to accept it did.
    pub accepted: bool,
    /// The portfolio.
    pub portfolio: PortfolioId,
    /// Who made the portfolio.
    pub owner: AccountId,
    /// Where the portfolio is.
    pub region: Region,
    /// What the portfolio is called.
    pub display_name: String,
}

impl ReadTx<'_> {
    /// The shares with the organization or unit `node`, of any owner in any region.
    pub fn list_shares_with_node(&self, node: &str) -> Result<Vec<ReceivedShare>, StoreError> {
        self.all(LIST_WITH_NODE, values![node], |row| received(row))
    }

    /// The shares with the accounts directly under `parent`, of any owner in any region, by account.
    pub fn list_shares_with_accounts_of(&self, parent: &ParentId) -> Result<Vec<ReceivedShare>, StoreError> {
        self.all(LIST_WITH_ACCOUNTS, values![parent], |row| received(row))
    }

    /// The share of `portfolio` with `target`.
    pub fn find_share(
        &self,
        portfolio: &Portfolio,
        target: &ShareTarget,
    ) -> Result<Option<Share>, StoreError> {
        self.maybe_one(
            FIND,
            values![
                portfolio.owner,
                portfolio.region,
                portfolio.id,
                target.kind(),
                target.principal_id().to_owned()
            ],
            |row| read(row),
        )
    }

    /// Whether the share that `operation` carries out is there.
    pub fn share_is_there(&self, operation: &ShareOperation) -> Result<bool, StoreError> {
        let ShareOperation {
            owner,
            region,
            portfolio,
            target,
            ..
        } = operation;
        let found = self.maybe_one(
            IS_THERE,
            values![owner, region, portfolio, target.kind(), target.principal_id()],
            |_| Ok(()),
        );
        Ok(found?.is_some())
    }

    /// A page of the shares of one kind, by principal, after `after`.
    pub fn list_shares(
        &self,
        portfolio: &Portfolio,
        kind: ShareKind,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Share>, StoreError> {
        let Portfolio {
            owner, region, id, ..
        } = portfolio;
        self.all(LIST, values![owner, region, id, kind, after, rows_max], |row| {
            read(row)
        })
    }

    /// Whether `portfolio` is shared with anybody.
    pub fn has_shares(&self, portfolio: &Portfolio) -> Result<bool, StoreError> {
        let Portfolio {
            owner, region, id, ..
        } = portfolio;
        Ok(self
            .maybe_one(ANY, values![owner, region, id], |_| Ok(()))?
            .is_some())
    }

    /// The portfolio `id`, if it is offered to `account` by an ACCOUNT share, accepted or not.
    pub fn find_offered_portfolio(
        &self,
        account: &AccountId,
        region: &Region,
        id: &PortfolioId,
    ) -> Result<Option<Portfolio>, StoreError> {
        self.maybe_one(FIND_OFFERED, values![account, region, id], |row| {
            portfolio::read(row)
        })
    }

    /// The portfolio `id`, if `account` has imported it.
    pub fn find_imported_portfolio(
        &self,
        account: &AccountId,
        region: &Region,
        id: &PortfolioId,
    ) -> Result<Option<Portfolio>, StoreError> {
        self.maybe_one(FIND_IMPORTED, values![account, region, id], |row| {
            portfolio::read(row)
        })
    }

    /// A page of the portfolios that `account` has imported, by id, after `after`.
    pub fn list_imported_portfolios(
        &self,
        account: &AccountId,
        region: &Region,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Portfolio>, StoreError> {
        self.all(LIST_IMPORTED, values![account, region, after, rows_max], |row| {
            portfolio::read(row)
        })
    }
}

impl WriteTx<'_> {
    /// Records `share`. `organization` is the owner's, for every target but an account on its own.
    ///
    /// Returns [`Inserted::AlreadyThere`], changing nothing, if the portfolio has this target already.
    pub fn insert_share(
        &self,
        it: &Share,
        organization: Option<&OrganizationId>,
    ) -> Result<Inserted, StoreError> {
        let (kind, principal_id) = (it.target.kind(), it.target.principal_id());
        let ShareOptions {
            tag_options,
            principals,
        } = it.options;
        let rows = self.execute(
            INSERT,
            values![
                it.owner,
                it.region,
                it.portfolio,
                kind,
                principal_id,
                organization,
                tag_options,
                principals,
                it.accepted,
                it.created_at
            ],
        )?;
        Ok(Inserted::from_rows(rows))
    }

    /// Overwrites what travels with `share`.
    pub fn put_share_options(&self, it: &Share, options: ShareOptions) -> Result<(), StoreError> {
        let (kind, principal_id) = (it.target.kind(), it.target.principal_id());
        self.execute(
            PUT_OPTIONS,
            values![
                options.tag_options,
                options.principals,
                it.owner,
                it.region,
                it.portfolio,
                kind,
                principal_id
            ],
        )?;
        Ok(())
    }

    /// Records whether `account` has imported `portfolio`. Says whether the portfolio was offered to it.
    pub fn put_share_accepted(
        &self,
        account: &AccountId,
        region: &Region,
        portfolio: &PortfolioId,
        accepted: bool,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(PUT_ACCEPTED, values![accepted, account, region, portfolio])? == 1)
    }

    /// Deletes the share of `portfolio` with `target`. Says whether there was one.
    pub fn remove_share(&self, portfolio: &Portfolio, target: &ShareTarget) -> Result<bool, StoreError> {
        let (kind, principal_id) = (target.kind(), target.principal_id());
        let Portfolio {
            owner, region, id, ..
        } = portfolio;
        self.lift_share_exclusions(id, target)?;
        Ok(self.execute(REMOVE, values![owner, region, id, kind, principal_id])? == 1)
    }

    /// Deletes every share that `account` made through its organization, in all regions.
    pub fn remove_organization_shares(&self, account: &AccountId) -> Result<u64, StoreError> {
        self.execute(UNCOUNT_MEMBERS, values![account])?;
        self.remove_share_rejections_of(account)?;
        self.remove_share_exclusions_of(account)?;
        self.execute(REMOVE_ORGANIZATIONAL, values![account])
    }
}

/// The target in the columns `at` (kind) and `at + 1` (principal).
pub(super) fn target(row: &dyn Row, at: usize) -> Result<ShareTarget, StoreError> {
    Ok(match decode::name(row, at, ShareKind::from_name)? {
        ShareKind::Account => ShareTarget::Account(decode::id(row, at + 1, AccountId::parse)?),
        ShareKind::Organization => ShareTarget::Node(OrganizationNode::Organization(decode::id(
            row,
            at + 1,
            OrganizationId::parse,
        )?)),
        ShareKind::OrganizationalUnit => {
            ShareTarget::Node(OrganizationNode::Unit(decode::id(row, at + 1, UnitId::parse)?))
        }
        ShareKind::OrganizationMemberAccount => ShareTarget::Node(OrganizationNode::Account(decode::id(
            row,
            at + 1,
            AccountId::parse,
        )?)),
    })
}

fn received(row: &dyn Row) -> Result<ReceivedShare, StoreError> {
    Ok(ReceivedShare {
        target: target(row, 0)?,
        accepted: row.boolean(2)?,
        portfolio: decode::id(row, 3, PortfolioId::parse)?,
        owner: decode::id(row, 4, AccountId::parse)?,
        region: decode::name(row, 5, Region::parse)?,
        display_name: row.text(6)?.to_owned(),
    })
}

fn read(row: &dyn Row) -> Result<Share, StoreError> {
    Ok(Share {
        portfolio: decode::id(row, 0, PortfolioId::parse)?,
        owner: decode::id(row, 1, AccountId::parse)?,
        region: decode::name(row, 2, Region::parse)?,
        target: target(row, 3)?,
        options: ShareOptions {
            tag_options: row.boolean(5)?,
            principals: row.boolean(6)?,
        },
        accepted: row.boolean(7)?,
        created_at: decode::time(row, 8)?,
    })
}
