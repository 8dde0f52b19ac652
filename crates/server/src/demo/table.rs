//! Drawing what was seen as tables.

use super::views::{OfferedShare, View};
use crate::table::table;

/// The owner's view, one line per share.
pub(super) fn of_shares(shares: &[OfferedShare]) -> String {
    let mut table = table(["DescribePortfolioShares", "PrincipalId", "Accepted"]);
    for share in shares {
        let accepted = if share.accepted { "yes" } else { "no" };
        table.add_row([share.kind, &share.principal, accepted]);
    }
    format!("{table}\n")
}

/// The recipients' views, one line per recipient.
pub(super) fn of_views(views: &[View]) -> String {
    let mut table = table([
        "Recipient",
        "Account",
        "IMPORTED",
        "AWS_ORGANIZATIONS",
        "DescribePortfolio",
    ]);
    for view in views {
        let [imported, organizations] = view
            .lists
            .each_ref()
            .map(|it| if it.is_empty() { "-" } else { it });
        table.add_row([&view.who, &view.account, imported, organizations, &view.described]);
    }
    format!("{table}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_a_line_with_what_it_sees() {
        let view = View {
            who: "alice".to_owned(),
            account: "111122223333".to_owned(),
            lists: [String::new(), "Databases".to_owned()],
            described: "Databases, by Platform team".to_owned(),
        };
        let drawn = of_views(&[view]);
        let line = drawn.lines().find(|it| it.contains("alice")).unwrap();
        let cells: Vec<&str> = line
            .split(['|', '│', '┆'])
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .collect();
        assert_eq!(
            cells,
            [
                "alice",
                "111122223333",
                "-",
                "Databases",
                "Databases, by Platform team"
            ]
        );
    }
}
