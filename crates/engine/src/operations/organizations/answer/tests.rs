//! Paths have the form of the contract.

use domain::{AccountId, Organization, OrganizationId, ParentId, RootId, Time};

use super::path;

fn organization() -> Organization {
    Organization {
        id: OrganizationId::parse("o-exampleorgid").unwrap(),
        management: AccountId::parse("111122223333").unwrap(),
        root: RootId::parse("r-ab12").unwrap(),
        feature_set: "ALL".to_owned(),
        created_at: Time::from_microseconds(0),
    }
}

#[test]
fn a_path_leads_from_the_organization_down() {
    let above = ["ou-ab12-22222222", "ou-ab12-11111111", "r-ab12"].map(|it| ParentId::parse(it).unwrap());
    assert_eq!(
        path(&organization(), &above, "444455556666"),
        "o-exampleorgid/r-ab12/ou-ab12-11111111/ou-ab12-22222222/444455556666/"
    );
    assert_eq!(
        path(&organization(), &above[2..], "ou-ab12-11111111"),
        "o-exampleorgid/r-ab12/ou-ab12-11111111/"
    );
}
