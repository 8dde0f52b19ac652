//! Portfolios: made, read, changed, listed and deleted by their owner.

use aws_sdk_servicecatalog::types::Tag;
use engine::Limits;
use testkit::{TestOrg, refused};

use crate::questions::{share_with_account, share_with_node};

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

#[tokio::test]
async fn a_portfolio_reads_as_it_was_made() {
    let org = TestOrg::bare().await;
    let creating = org
        .management()
        .create_portfolio()
        .display_name("Databases")
        .provider_name("Platform");
    let made = creating
        .description("What teams need")
        .tags(tag("team", "data"))
        .send()
        .await
        .unwrap();
    let detail = made.portfolio_detail().unwrap();
    let id = detail.id().unwrap();
    assert!(id.starts_with("port-") && id.len() == 18, "{id}");
    let account = org.management().account_id();
    assert_eq!(
        detail.arn(),
        Some(format!("arn:aws:catalog:eu-central-1:{account}:portfolio/{id}").as_str())
    );
    assert_eq!(made.tags(), [tag("team", "data")]);

    let read = org.management().describe_portfolio().id(id).send().await.unwrap();
    assert_eq!(read.portfolio_detail(), Some(detail));
    assert_eq!(read.tags(), made.tags());
    assert_eq!(
        (detail.display_name(), detail.description()),
        (Some("Databases"), Some("What teams need"))
    );
    assert_eq!(detail.provider_name(), Some("Platform"));
    assert!(detail.created_time().is_some());
}

#[tokio::test]
async fn the_same_token_makes_one_portfolio() {
    let org = TestOrg::bare().await;
    let creating = org
        .management()
        .create_portfolio()
        .display_name("Databases")
        .provider_name("Platform");
    let creating = creating.idempotency_token("once");
    let (first, second) = (
        creating.clone().send().await.unwrap(),
        // Another client may say the same in more words.
        creating
            .accept_language("en")
            .set_tags(Some(Vec::new()))
            .send()
            .await
            .unwrap(),
    );
    assert_eq!(first.portfolio_detail(), second.portfolio_detail());
    assert_eq!(
        org.management()
            .list_portfolios()
            .send()
            .await
            .unwrap()
            .portfolio_details()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_token_does_not_stand_for_another_request() {
    let org = TestOrg::bare().await;
    let creating = org
        .management()
        .create_portfolio()
        .provider_name("Platform")
        .idempotency_token("once");
    creating.clone().display_name("Databases").send().await.unwrap();
    assert_eq!(
        refused(creating.display_name("Networks").send().await),
        "InvalidParametersException"
    );
    let listed = org.management().list_portfolios().send().await.unwrap();
    assert_eq!(listed.portfolio_details().len(), 1);
}

#[tokio::test]
async fn a_token_is_an_accounts_own() {
    let org = TestOrg::bare().await;
    let other = org.outsider().await;
    for actor in [org.management(), &other] {
        let creating = actor
            .create_portfolio()
            .display_name("Databases")
            .provider_name("Platform");
        creating.idempotency_token("once").send().await.unwrap();
        assert_eq!(
            actor
                .list_portfolios()
                .send()
                .await
                .unwrap()
                .portfolio_details()
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn names_may_be_given_twice() {
    let org = TestOrg::bare().await;
    assert_ne!(org.portfolio("Databases").await, org.portfolio("Databases").await);
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let org = TestOrg::bare().await;
    let creating = org
        .management()
        .create_portfolio()
        .display_name("Databases")
        .provider_name("Platform");
    let made = creating
        .tags(tag("team", "data"))
        .tags(tag("old", "1"))
        .send()
        .await
        .unwrap();
    let id = made.portfolio_detail().unwrap().id().unwrap().to_owned();

    let update = org
        .management()
        .update_portfolio()
        .id(&id)
        .display_name("Data stores");
    let updated = update
        .add_tags(tag("team", "stores"))
        .remove_tags("old")
        .send()
        .await
        .unwrap();

    let read = org
        .management()
        .describe_portfolio()
        .id(&id)
        .send()
        .await
        .unwrap();
    assert_eq!(read.portfolio_detail(), updated.portfolio_detail());
    let detail = read.portfolio_detail().unwrap();
    assert_eq!(
        (detail.display_name(), detail.provider_name()),
        (Some("Data stores"), Some("Platform"))
    );
    assert_eq!(read.tags(), [tag("team", "stores")]);
}

#[tokio::test]
async fn a_deleted_portfolio_is_gone() {
    let org = TestOrg::bare().await;
    let databases = org.portfolio("Databases").await;
    org.management()
        .delete_portfolio()
        .id(&databases)
        .send()
        .await
        .unwrap();
    let read = org.management().describe_portfolio().id(&databases).send().await;
    assert_eq!(refused(read), "ResourceNotFoundException");
    let again = org.management().delete_portfolio().id(&databases).send().await;
    assert_eq!(refused(again), "ResourceNotFoundException");
    assert_eq!(
        org.management()
            .list_portfolios()
            .send()
            .await
            .unwrap()
            .portfolio_details(),
        []
    );
}

#[tokio::test]
async fn a_shared_portfolio_is_in_use() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let management = org.management();
    let (databases, networks) = (org.portfolio("Databases").await, org.portfolio("Networks").await);
    share_with_account(management, &databases, "111122223333").await;
    share_with_node(management, &networks, org.unit("engineering")).await;
    org.settle().await;
    for portfolio in [&databases, &networks] {
        assert_eq!(
            refused(management.delete_portfolio().id(portfolio).send().await),
            "ResourceInUseException"
        );
    }
    let unshare = management
        .delete_portfolio_share()
        .portfolio_id(&databases)
        .account_id("111122223333");
    unshare.send().await.unwrap();
    management.delete_portfolio().id(&databases).send().await.unwrap();
}

#[tokio::test]
async fn portfolios_are_listed_to_their_owner_in_their_region() {
    let org = TestOrg::bare().await;
    let other = org.outsider().await;
    let databases = org.portfolio("Databases").await;
    let elsewhere = org.management().in_region("us-west-2");
    let there = elsewhere.portfolio("Databases").await;
    let ids = async |actor: &testkit::Actor| {
        let listed = actor.list_portfolios().send().await.unwrap();
        listed
            .portfolio_details()
            .iter()
            .map(|it| it.id().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(org.management()).await, [databases]);
    assert_eq!(ids(&elsewhere).await, [there]);
    assert_eq!(ids(&other).await, [""; 0]);
}

#[tokio::test]
async fn the_partition_follows_the_region() {
    let org = TestOrg::bare().await;
    for (region, partition) in [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")] {
        let actor = org.management().in_region(region);
        let id = actor.portfolio("Databases").await;
        let read = actor.describe_portfolio().id(id).send().await.unwrap();
        let arn = read.portfolio_detail().unwrap().arn().unwrap();
        assert!(
            arn.starts_with(&format!("arn:{partition}:catalog:{region}:")),
            "{arn}"
        );
    }
}

#[tokio::test]
async fn there_are_no_more_portfolios_and_shared_accounts_than_the_quotas_allow() {
    let limits = Limits {
        portfolios_max: 2,
        shared_accounts_max: 1,
        ..Limits::default()
    };
    let org = TestOrg::bare_with_limits(limits).await;
    let management = org.management();
    let (first, second) = (org.portfolio("One").await, org.portfolio("Two").await);
    let third = management
        .create_portfolio()
        .display_name("Three")
        .provider_name("Platform");
    assert_eq!(refused(third.clone().send().await), "LimitExceededException");
    management.delete_portfolio().id(&second).send().await.unwrap();
    third.send().await.unwrap();

    share_with_account(management, &first, "111122223333").await;
    share_with_account(management, &first, "111122223333").await;
    let share = management
        .create_portfolio_share()
        .portfolio_id(&first)
        .account_id("999988887777");
    assert_eq!(refused(share.clone().send().await), "LimitExceededException");
    let unshare = management
        .delete_portfolio_share()
        .portfolio_id(&first)
        .account_id("111122223333");
    unshare.send().await.unwrap();
    share.send().await.unwrap();
}
