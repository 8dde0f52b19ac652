//! What an account sees through its organization: the joins that derive it from shares, from Service Catalog's copy of
//! the structure, and from the accounts that shares exclude.
//!
//! Invariant: an account's own id, its ancestors and its organization are joined against the shares' index by
//! principal, as a union. Written with `OR`, the same question costs a scan of all shares. Deliberately absent: the
//! question the other way round, whom a portfolio reaches: see `coverage.rs`.

use domain::{AccountId, OrganizationId, Portfolio, PortfolioId, Region, ShareKind};

use super::{decode, portfolio};
use crate::{ReadTx, StoreError, statements, values};

/// The nodes through which the organization reaches account `$1`, as `through`.
macro_rules! through {
    () => {
        "WITH RECURSIVE self(id, organization_id, parent_id) AS (
             SELECT id, catalog_organization_id, catalog_parent_id FROM account
             WHERE id = $1 AND catalog_organization_id IS NOT NULL
         ), above(id) AS (
             SELECT parent_id FROM self
             UNION ALL
             SELECT u.catalog_parent_id FROM organizational_unit u JOIN above ON u.id = above.id
         ), through(kind, principal_id, organization_id) AS (
             SELECT 'ORGANIZATION_MEMBER_ACCOUNT', id, organization_id FROM self
             UNION ALL
             SELECT 'ORGANIZATION', organization_id, organization_id FROM self
             UNION ALL
             SELECT 'ORGANIZATIONAL_UNIT', above.id, self.organization_id FROM above CROSS JOIN self
         ) "
    };
}

/// Everything through which the organization reaches account `$1` in region `$2`, as shares `s` and portfolios `p`. More
/// conditions may follow.
macro_rules! reaching_shares {
    () => {
        concat!(
            through!(),
            "SELECT DISTINCT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                p.shared_accounts
         FROM through t
         JOIN portfolio_share s ON s.principal_id = t.principal_id AND s.region = $2 AND s.kind = t.kind
              AND s.organization_id = t.organization_id
         JOIN portfolio p ON p.id = s.portfolio_id
         WHERE s.account_id <> $1
         AND NOT EXISTS (SELECT 1 FROM share_exclusion e
                         WHERE e.portfolio_id = s.portfolio_id AND e.account_id = $1 AND e.kind = s.kind
                               AND e.principal_id = s.principal_id) "
        )
    };
}

statements! {
    FIND_REACHING = concat!(
        reaching_shares!(),
        "AND s.portfolio_id = $3"
    );
    FIND_VISIBLE = concat!(
        reaching_shares!(),
        "AND s.portfolio_id = $3
         AND NOT EXISTS (SELECT 1 FROM share_rejection r WHERE r.account_id = $1 AND r.portfolio_id = s.portfolio_id)"
    );
    LIST_THROUGH = concat!(through!(), "SELECT kind, principal_id, organization_id FROM through");
    LIST_OF_NODE = "SELECT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                           p.shared_accounts
                    FROM portfolio_share s JOIN portfolio p ON p.id = s.portfolio_id
                    WHERE s.principal_id = $1 AND s.region = $2 AND s.kind = $3 AND s.organization_id = $4
                          AND s.portfolio_id > $5 AND s.account_id <> $6
                          AND NOT EXISTS (SELECT 1 FROM share_exclusion e
                                          WHERE e.portfolio_id = s.portfolio_id AND e.account_id = $6
                                                AND e.kind = s.kind AND e.principal_id = s.principal_id)
                          AND NOT EXISTS (SELECT 1 FROM share_rejection r
                                          WHERE r.account_id = $6 AND r.portfolio_id = s.portfolio_id)
                    ORDER BY s.portfolio_id LIMIT $7";
}

impl ReadTx<'_> {
    /// The portfolio `id`, if the organization shares it with `account`, rejected or not.
    pub fn find_reaching_portfolio(
        &self,
        account: &AccountId,
        region: &Region,
        id: &PortfolioId,
    ) -> Result<Option<Portfolio>, StoreError> {
        self.maybe_one(FIND_REACHING, values![account, region, id], |row| {
            portfolio::read(row)
        })
    }

    /// The portfolio `id`, if the organization shares it with `account` and `account` did not reject it.
    pub fn find_portfolio_through_organization(
        &self,
        account: &AccountId,
        region: &Region,
        id: &PortfolioId,
    ) -> Result<Option<Portfolio>, StoreError> {
        self.maybe_one(FIND_VISIBLE, values![account, region, id], |row| {
            portfolio::read(row)
        })
    }

    /// A page of the portfolios that `account` sees through its organization, by id, after `after`. Costs a page for each
    /// node above the account, however many portfolios are shared there.
    pub fn list_portfolios_through_organization(
        &self,
        account: &AccountId,
        region: &Region,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Portfolio>, StoreError> {
        let nodes = self.all(LIST_THROUGH, values![account], |row| {
            let kind = decode::name(row, 0, ShareKind::from_name)?;
            let organization = decode::id(row, 2, OrganizationId::parse)?;
            Ok((kind, row.text(1)?.to_owned(), organization))
        })?;
        let mut visible = Vec::new();
        for (kind, principal, organization) in &nodes {
            visible.extend(self.all(
                LIST_OF_NODE,
                values![principal, region, kind, organization, after, account, rows_max],
                |row| portfolio::read(row),
            )?);
        }
        // The first of all are among the first of each.
        visible.sort_unstable_by(|one: &Portfolio, other| one.id.cmp(&other.id));
        visible.dedup_by(|later, first| later.id == first.id);
        visible.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
        Ok(visible)
    }
}
