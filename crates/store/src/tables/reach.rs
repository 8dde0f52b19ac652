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
///
/// `CROSS JOIN` keeps the order of tables: without statistics, SQLite begins with all shares of everybody.
macro_rules! reaching_shares {
    () => {
        concat!(
            through!(),
            "SELECT DISTINCT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                p.shared_accounts
         FROM through t CROSS JOIN portfolio_share s CROSS JOIN portfolio p
         WHERE s.principal_id = t.principal_id AND s.region = $2 AND s.kind = t.kind
         AND s.organization_id = t.organization_id AND p.id = s.portfolio_id AND s.account_id <> $1
         AND NOT EXISTS (SELECT 1 FROM share_exclusion e
                         WHERE e.portfolio_id = s.portfolio_id AND e.account_id = $1 AND e.kind = s.kind
                               AND e.principal_id = s.principal_id) "
        )
    };
}

/// The portfolios that one node's shares let account `$6` see, by id, after `$5`.
macro_rules! through_node {
    ($principal:literal, $kind:literal) => {
        concat!(
            "SELECT s.portfolio_id AS id FROM portfolio_share s
             WHERE s.principal_id = ",
            $principal,
            " AND s.region = $2 AND s.kind = ",
            $kind,
            " AND s.organization_id = $4 AND s.portfolio_id > $5 AND s.account_id <> $6
              AND NOT EXISTS (SELECT 1 FROM share_exclusion e
                              WHERE e.portfolio_id = s.portfolio_id AND e.account_id = $6 AND e.kind = s.kind
                                    AND e.principal_id = s.principal_id)
              AND NOT EXISTS (SELECT 1 FROM share_rejection r
                              WHERE r.account_id = $6 AND r.portfolio_id = s.portfolio_id) "
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
    /// Both engines read the indices of [`NODES_AT_ONCE`] nodes side by side, no further than the page goes.
    LIST_THROUGH_NODES = concat!(
        "SELECT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                p.shared_accounts
         FROM (",
        through_node!("$1", "$3"),
        "UNION ALL ",
        through_node!("$7", "$8"),
        "UNION ALL ",
        through_node!("$9", "$10"),
        "UNION ALL ",
        through_node!("$11", "$12"),
        "UNION ALL ",
        through_node!("$13", "$14"),
        "UNION ALL ",
        through_node!("$15", "$16"),
        "UNION ALL ",
        through_node!("$17", "$18"),
        "UNION ALL ",
        through_node!("$19", "$20"),
        "ORDER BY id LIMIT $21) seen CROSS JOIN portfolio p WHERE p.id = seen.id"
    );
}

/// How many nodes [`LIST_THROUGH_NODES`] has room for: an account, its organization, its root and five units, which is how
/// deep AWS lets them be nested.
const NODES_AT_ONCE: usize = 8;

/// Something above an account, or itself, by which shares reach it.
struct Node {
    kind: ShareKind,
    principal: String,
    organization: OrganizationId,
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

    /// A page of the portfolios that `account` sees through its organization, by id, after `after`. Costs a page, however
    /// many portfolios are shared with the nodes above the account.
    pub fn list_portfolios_through_organization(
        &self,
        account: &AccountId,
        region: &Region,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Portfolio>, StoreError> {
        let nodes = self.all(LIST_THROUGH, values![account], |row| {
            Ok(Node {
                kind: decode::name(row, 0, ShareKind::from_name)?,
                principal: row.text(1)?.to_owned(),
                organization: decode::id(row, 2, OrganizationId::parse)?,
            })
        })?;
        let mut visible = Vec::new();
        for nodes in nodes.chunks(NODES_AT_ONCE) {
            visible.append(&mut self.portfolios_through(nodes, account, region, after, rows_max)?);
        }
        sort(&mut visible);
        visible.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
        Ok(visible)
    }

    /// At least the first `rows_max` of what `nodes` let `account` see, by id, after `after`, or all there are.
    fn portfolios_through(
        &self,
        nodes: &[Node],
        account: &AccountId,
        region: &Region,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Portfolio>, StoreError> {
        let organization = nodes.first().map(|it| &it.organization);
        // No share has an empty principal.
        let slots: [_; NODES_AT_ONCE] = std::array::from_fn(|at| {
            nodes
                .get(at)
                .map_or(("", ""), |it| (it.principal.as_str(), it.kind.name()))
        });
        let [first, second, third, fourth, fifth, sixth, seventh, eighth] = slots;
        let mut visible: Vec<Portfolio> = Vec::new();
        loop {
            let after = visible.last().map_or(after, |it| it.id.as_str());
            #[rustfmt::skip]
            let mut found = self.all(
                LIST_THROUGH_NODES,
                values![
                    first.0, region, first.1, organization, after, account, second.0, second.1, third.0, third.1,
                    fourth.0, fourth.1, fifth.0, fifth.1, sixth.0, sixth.1, seventh.0, seventh.1, eighth.0, eighth.1,
                    rows_max
                ],
                |row| portfolio::read(row),
            )?;
            let wanted = usize::try_from(rows_max).unwrap_or(usize::MAX);
            let were_all = found.len() < wanted;
            sort(&mut found);
            visible.append(&mut found);
            // Fewer than are wanted, though there were more, if several nodes have the same.
            if were_all || visible.len() >= wanted {
                return Ok(visible);
            }
        }
    }
}

/// Sorts by id, each once.
fn sort(portfolios: &mut Vec<Portfolio>) {
    portfolios.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    portfolios.dedup_by(|later, first| later.id == first.id);
}
