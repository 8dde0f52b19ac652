//! Who is reached by what: the joins that derive visibility from shares and from Service Catalog's copy of the
//! organization's structure.
//!
//! Invariant: an account's own id, its ancestors and its organization are joined against the shares' index by
//! principal, as a union. Written with `OR`, the same question costs a scan of all shares.

use domain::{
    AccountId, OrganizationId, OrganizationNode, ParentId, Portfolio, PortfolioId, Region, ShareTarget,
};

use super::{decode, portfolio};
use crate::{ReadTx, StoreError, statements, values};

/// Everything through which the organization reaches account `$1` in region `$2`, as shares `s` and portfolios `p`.
macro_rules! reaching_shares {
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
         )
         SELECT DISTINCT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                p.shared_accounts
         FROM through t
         JOIN portfolio_share s ON s.principal_id = t.principal_id AND s.region = $2 AND s.kind = t.kind
              AND s.organization_id = t.organization_id
         JOIN portfolio p ON p.id = s.portfolio_id "
    };
}

/// What stands above the accounts that shares of portfolio `$1` `$2` `$3` (owner, region, id) reach, but for the share
/// of kind `$4` with principal `$5`, as units and roots `shared`; and those accounts as `reached`.
macro_rules! accounts_reached {
    () => {
        "WITH RECURSIVE chosen(kind, principal_id, organization_id) AS (
             SELECT kind, principal_id, organization_id FROM portfolio_share
             WHERE account_id = $1 AND region = $2 AND portfolio_id = $3 AND kind <> 'ACCOUNT'
                   AND NOT (kind = $4 AND principal_id = $5)
         ), shared(id) AS (
             SELECT principal_id FROM chosen WHERE kind = 'ORGANIZATIONAL_UNIT'
             UNION
             SELECT o.root_id FROM chosen JOIN organization o ON o.id = chosen.principal_id
             WHERE chosen.kind = 'ORGANIZATION'
             UNION
             SELECT u.id FROM organizational_unit u JOIN shared ON u.catalog_parent_id = shared.id
         ), reached(id, parent_id) AS (
             SELECT a.id, a.catalog_parent_id FROM account a JOIN shared ON a.catalog_parent_id = shared.id
             UNION
             SELECT a.id, a.catalog_parent_id FROM chosen
             JOIN account a ON a.id = chosen.principal_id AND a.catalog_organization_id = chosen.organization_id
             WHERE chosen.kind = 'ORGANIZATION_MEMBER_ACCOUNT'
         ) "
    };
}

statements! {
    FIND_REACHING = concat!(
        reaching_shares!(),
        "WHERE s.portfolio_id = $3 AND s.account_id <> $1"
    );
    FIND_VISIBLE = concat!(
        reaching_shares!(),
        "WHERE s.portfolio_id = $3 AND s.account_id <> $1
         AND NOT EXISTS (SELECT 1 FROM share_rejection r WHERE r.account_id = $1 AND r.portfolio_id = s.portfolio_id)"
    );
    LIST_VISIBLE = concat!(
        reaching_shares!(),
        "WHERE s.portfolio_id > $3 AND s.account_id <> $1
         AND NOT EXISTS (SELECT 1 FROM share_rejection r WHERE r.account_id = $1 AND r.portfolio_id = s.portfolio_id)
         ORDER BY p.id LIMIT $4"
    );
    LIST_IN_ORGANIZATION = "SELECT id FROM account WHERE catalog_organization_id = $1 AND id > $2 AND id <> $3
                            ORDER BY id LIMIT $4";
    LIST_BELOW_UNIT = "WITH RECURSIVE below(id) AS (
                           SELECT id FROM organizational_unit WHERE id = $1
                           UNION ALL
                           SELECT u.id FROM organizational_unit u JOIN below ON u.catalog_parent_id = below.id
                       ) SELECT a.id FROM account a JOIN below ON a.catalog_parent_id = below.id
                       WHERE a.id > $2 AND a.id <> $3 ORDER BY a.id LIMIT $4";
    LIST_MEMBER = "SELECT id FROM account WHERE catalog_organization_id = $1 AND id = $2 AND id > $3 AND id <> $4";
    LIST_REACHED_UNDER = concat!(
        accounts_reached!(),
        ", under(id) AS (
             SELECT id FROM organizational_unit WHERE id = $6
             UNION
             SELECT root_id FROM organization WHERE root_id = $6
             UNION
             SELECT u.id FROM organizational_unit u JOIN under ON u.catalog_parent_id = under.id
         ) SELECT reached.id FROM reached JOIN under ON under.id = reached.parent_id
         WHERE reached.id > $7 AND reached.id <> $1 ORDER BY reached.id LIMIT $8"
    );
    LIST_REACHED_BETWEEN = concat!(
        accounts_reached!(),
        "SELECT reached.id FROM reached WHERE reached.id >= $6 AND reached.id <= $7 ORDER BY reached.id"
    );
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

    /// A page of the portfolios that `account` sees through its organization, by id, after `after`.
    pub fn list_portfolios_through_organization(
        &self,
        account: &AccountId,
        region: &Region,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Portfolio>, StoreError> {
        self.all(LIST_VISIBLE, values![account, region, after, rows_max], |row| {
            portfolio::read(row)
        })
    }

    /// A page of the accounts below `node`, by id, after `after`, as Service Catalog's copy has them, without `owner`.
    pub fn list_accounts_below(
        &self,
        organization: &OrganizationId,
        node: &OrganizationNode,
        owner: &AccountId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<AccountId>, StoreError> {
        match node {
            OrganizationNode::Organization(id) => {
                self.all(LIST_IN_ORGANIZATION, values![id, after, owner, rows_max], |row| {
                    account_id(row)
                })
            }
            OrganizationNode::Unit(id) => {
                self.all(LIST_BELOW_UNIT, values![id, after, owner, rows_max], |row| {
                    account_id(row)
                })
            }
            OrganizationNode::Account(id) => {
                self.all(LIST_MEMBER, values![organization, id, after, owner], |row| {
                    account_id(row)
                })
            }
        }
    }

    /// A page of the accounts under `parent` that organization shares of `portfolio` reach, by id, after `after`.
    pub fn list_accounts_reached_under(
        &self,
        portfolio: &Portfolio,
        parent: &ParentId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<AccountId>, StoreError> {
        let Portfolio {
            owner, region, id, ..
        } = portfolio;
        self.all(
            LIST_REACHED_UNDER,
            values![owner, region, id, "", "", parent, after, rows_max],
            |row| account_id(row),
        )
    }

    /// The accounts from `first` to `last` that organization shares of a portfolio reach, other than its share with
    /// `except`.
    pub fn list_accounts_reached_otherwise(
        &self,
        portfolio: (&AccountId, &Region, &PortfolioId),
        except: &ShareTarget,
        first: &AccountId,
        last: &AccountId,
    ) -> Result<Vec<AccountId>, StoreError> {
        let (owner, region, id) = portfolio;
        let (kind, principal_id) = (except.kind(), except.principal_id());
        self.all(
            LIST_REACHED_BETWEEN,
            values![owner, region, id, kind, principal_id, first, last],
            |row| account_id(row),
        )
    }
}

fn account_id(row: &dyn crate::Row) -> Result<AccountId, StoreError> {
    decode::id(row, 0, AccountId::parse)
}
