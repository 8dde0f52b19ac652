//! How a moment of a scene is laid out: a line for each kind of share, a column for each question and observer.
//!
//! Invariant: the text depends on what was seen and on nothing else, so that it is the same on every store and over
//! every protocol.

use std::{collections::BTreeSet, fmt::Write as _};

use testkit::Actor;

use super::{
    kinds::{TEAM, Target},
    looks::{Lists, Owned, refusals, sight},
    scene::{Scene, Shared},
};

/// What the letters and columns mean.
pub(super) const LEGEND: &str = "\
alice is the recipient; bob is in the unit all the time, dana in another one. The portfolios belong to the management
account, and dana is a delegated administrator, unless the line says otherwise.

shares        DescribePortfolioShares, all types
access        ListPortfolioAccess without OrganizationParentId
organization  ListPortfolioAccess under the organization
unit          ListPortfolioAccess under the unit
other columns who sees the portfolio: I in ListAcceptedPortfolioShares IMPORTED, O in the one of AWS_ORGANIZATIONS,
              P in DescribePortfolio
Below a table stands what others get who ask what only the owner may, and whether the owner may share with the unit.
";

const COLUMNS: [&str; 9] = [
    "",
    "shares",
    "access",
    "organization",
    "unit",
    "owner",
    "administrator",
    "recipient",
    "stranger",
];

impl Scene {
    /// Adds a table of what everybody sees now.
    pub(super) async fn show(&mut self, moment: &str) {
        let mut lists = Vec::new();
        for actor in self.actors() {
            lists.push(Lists::of(actor).await);
        }
        let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
        for it in &self.shared {
            rows.push(self.row(it, &lists).await);
        }
        let (table, others, again) = (laid_out(&rows), self.others().await, self.share_again().await);
        write!(
            self.tables,
            "\n## {moment}\n\n{table}others: {others}; shares again: {again}\n"
        )
        .expect("text takes text");
    }

    async fn row(&self, shared: &Shared, lists: &[Lists]) -> Vec<String> {
        let name = shared.kind.name.to_owned();
        if let Some(obstacle) = &shared.obstacle {
            return vec![name, format!("({obstacle})")];
        }
        let portfolio = shared.portfolio.as_str();
        let parents = [self.org.id(), self.org.unit_id(TEAM)];
        let owned = Owned::seen_by(&self.owner, portfolio, parents, &self.names).await;
        let mut row = vec![name];
        let [organization, unit] = owned.below;
        for cell in [owned.shares, owned.access, organization, unit] {
            let cell = cell.unwrap_or_else(|code| code);
            row.push(if cell.is_empty() { "-".to_owned() } else { cell });
        }
        for (actor, lists) in self.actors().into_iter().zip(lists) {
            row.push(sight(actor, lists, portfolio).await);
        }
        row
    }

    /// Who looks, the owner first.
    fn actors(&self) -> [&Actor; 4] {
        [&self.owner, &self.administrator, self.recipient(), &self.stranger]
    }

    /// What others get who ask like an owner, about the portfolio that reaches most of them.
    async fn others(&self) -> String {
        let widest = &self.shared.last().expect("there are kinds").portfolio;
        let mut codes = BTreeSet::new();
        for actor in self.actors().into_iter().skip(1) {
            codes.append(&mut refusals(actor, widest, self.org.id()).await);
        }
        codes.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// Whether the owner may share with the unit now.
    async fn share_again(&self) -> String {
        let portfolio = self.owner.portfolio("One more").await;
        let shared = self.share_with(&portfolio, Target::Team).await;
        shared.map_or_else(|code| code, |()| "yes".to_owned())
    }
}

fn laid_out(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..COLUMNS.len())
        .map(|at| {
            // A row with an obstacle runs across the columns.
            let full = rows.iter().filter(|it| at == 0 || it.len() == COLUMNS.len());
            full.map(|it| it[at].len()).max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<_> = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:width$}"))
            .collect();
        writeln!(text, "{}", cells.join("  ").trim_end()).expect("text takes text");
    }
    text
}
