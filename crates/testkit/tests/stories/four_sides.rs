//! What the moving organization does to a share, seen by all who are concerned: its owner, who lists whom it reaches;
//! its recipient; and a stranger, who never learns of it.

use aws_sdk_servicecatalog::types::{DescribePortfolioShareType as Kind, OrganizationNode};
use testkit::{Actor, TestOrg, refused};

use crate::invitations::join;
use crate::questions::{organization_portfolios, share_with_node, shares};

/// A portfolio that its owner shares with a part of its organization, one possible recipient, and a stranger.
struct Scene<'a> {
    org: &'a TestOrg,
    owner: &'a Actor,
    portfolio: String,
    kind: Kind,
    recipient: &'a Actor,
    stranger: Actor,
}

impl<'a> Scene<'a> {
    async fn new(
        org: &'a TestOrg,
        owner: &'a Actor,
        recipient: &'a Actor,
        (kind, node): (Kind, OrganizationNode),
    ) -> Self {
        let portfolio = owner.portfolio("Databases").await;
        share_with_node(owner, &portfolio, node).await;
        org.settle().await;
        let stranger = org.outsider().await;
        stranger
            .organizations()
            .create_organization()
            .send()
            .await
            .unwrap();
        Self {
            org,
            owner,
            portfolio,
            kind,
            recipient,
            stranger,
        }
    }

    /// All see that the share is there, and that it reaches the recipient or does not.
    #[track_caller]
    fn check(&self, reaches: bool) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let shares = shares(self.owner, &self.portfolio, self.kind.clone()).await;
            assert_eq!(shares.len(), 1, "the share as its owner sees it, {at}");
            let listing = self.owner.list_portfolio_access().portfolio_id(&self.portfolio);
            let external = listing.clone().send().await.unwrap();
            assert_eq!(
                external.account_ids(),
                [""; 0],
                "accounts shared with by id, {at}"
            );
            let under = listing
                .organization_parent_id(self.org.id())
                .send()
                .await
                .unwrap();
            let is_listed = under
                .account_ids()
                .iter()
                .any(|it| it == self.recipient.account_id());
            assert_eq!(is_listed, reaches, "accounts below the organization, {at}");

            let seen = organization_portfolios(self.recipient).await;
            let expected: &[String] = if reaches {
                std::slice::from_ref(&self.portfolio)
            } else {
                &[]
            };
            assert_eq!(seen, expected, "what the recipient lists, {at}");
            let described = self
                .recipient
                .describe_portfolio()
                .id(&self.portfolio)
                .send()
                .await;
            assert_eq!(described.is_ok(), reaches, "what the recipient describes, {at}");

            assert_eq!(organization_portfolios(&self.stranger).await, [""; 0], "{at}");
            let described = self
                .stranger
                .describe_portfolio()
                .id(&self.portfolio)
                .send()
                .await;
            assert_eq!(refused(described), "ResourceNotFoundException", "{at}");
            let listed = self
                .stranger
                .list_portfolio_access()
                .portfolio_id(&self.portfolio);
            assert_eq!(refused(listed.send().await), "ResourceNotFoundException", "{at}");
        }
    }

    async fn move_recipient(&self, from: &str, to: &str) {
        let moving = self.org.management().organizations().move_account();
        moving
            .account_id(self.recipient.account_id())
            .source_parent_id(from)
            .destination_parent_id(to)
            .send()
            .await
            .unwrap();
    }

    async fn remove_recipient(&self) {
        let removing = self
            .org
            .management()
            .organizations()
            .remove_account_from_organization();
        removing
            .account_id(self.recipient.account_id())
            .send()
            .await
            .unwrap();
    }
}

async fn access_off(org: &TestOrg) {
    org.management()
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();
}

async fn access_on(org: &TestOrg) {
    org.management()
        .enable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    org.settle().await;
}

#[tokio::test]
async fn an_account_comes_goes_in_and_out_of_a_unit_and_leaves() {
    let org = TestOrg::with_units(&["engineering/platform/alice", "sales/carol"]).await;
    let dave = org.outsider().await;
    let node = (Kind::OrganizationalUnit, org.unit("engineering"));
    let scene = Scene::new(&org, org.management(), &dave, node).await;
    let (root, inside, outside) = (
        org.root_id(),
        org.unit_id("engineering/platform"),
        org.unit_id("sales"),
    );

    scene.check(false).await;
    join(org.management(), &dave).await;
    scene.check(false).await;
    scene.move_recipient(root, inside).await;
    scene.check(true).await;
    scene.move_recipient(inside, outside).await;
    scene.check(false).await;
    scene.move_recipient(outside, inside).await;
    scene.check(true).await;
    scene.remove_recipient().await;
    scene.check(false).await;
}

#[tokio::test]
async fn an_account_moves_and_leaves_while_access_is_off_and_on() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let alice = org.account("alice");
    let node = (Kind::OrganizationalUnit, org.unit("engineering"));
    let scene = Scene::new(&org, org.management(), alice, node).await;
    let (inside, outside) = (org.unit_id("engineering"), org.unit_id("sales"));

    access_off(&org).await;
    scene.check(true).await;
    scene.move_recipient(inside, outside).await;
    scene.check(true).await;
    access_on(&org).await;
    scene.check(false).await;
    scene.move_recipient(outside, inside).await;
    scene.check(true).await;
    access_off(&org).await;
    scene.remove_recipient().await;
    scene.check(true).await;
    access_on(&org).await;
    scene.check(true).await;
    join(org.management(), alice).await;
    scene.check(false).await;
}

#[tokio::test]
async fn a_delegated_administrator_shares_and_its_recipients_come_and_go() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    org.delegate("alice").await;
    let dave = org.outsider().await;
    let node = (Kind::Organization, org.everybody());
    let scene = Scene::new(&org, org.account("alice"), &dave, node).await;

    join(org.management(), &dave).await;
    scene.check(true).await;
    scene.move_recipient(org.root_id(), org.unit_id("sales")).await;
    scene.check(true).await;
    dave.organizations().leave_organization().send().await.unwrap();
    scene.check(false).await;
}

#[tokio::test]
async fn an_account_that_is_closed_is_listed_as_before_and_removed_it_is_not() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.everybody()).await;
    org.settle().await;
    let below = async || {
        let listing = management.list_portfolio_access().portfolio_id(&databases);
        let listed = listing.organization_parent_id(org.id()).send().await.unwrap();
        listed.account_ids.unwrap()
    };
    let organizations = management.organizations();
    let closing = organizations.close_account().account_id(alice.account_id());
    closing.send().await.unwrap();
    assert_eq!(below().await, [alice.account_id()]);
    let removing = organizations.remove_account_from_organization();
    removing.account_id(alice.account_id()).send().await.unwrap();
    assert_eq!(below().await, [""; 0]);
}
