//! What the moving organization does to shares: every kind of share, whatever happens, from everybody's side.
//!
//! One organization for each event or a few that follow each other, with one portfolio for each kind of share. The snapshot is the table of all that
//! is seen, reviewed line by line against what AWS documents and against `docs/behaviour.md`; whoever changes a line of
//! it says there why. Deliberately absent: what the stories beside this one tell about a single case, such as messages.

mod acts;
mod kinds;
mod looks;
mod scene;
mod table;

use aws_sdk_servicecatalog::types::PortfolioShareType as Type;
use tokio::task::JoinHandle;

use self::{
    kinds::TEAM,
    scene::{Recipient, Scene},
    table::LEGEND,
};

#[tokio::test(flavor = "multi_thread")]
async fn shares_follow_the_organization_that_moves_underneath() {
    // A few at once, because a server has little to do for one client.
    let events: [JoinHandle<String>; 12] = [
        tokio::spawn(it_moves()),
        tokio::spawn(it_is_created()),
        tokio::spawn(it_is_invited()),
        tokio::spawn(it_is_removed()),
        tokio::spawn(it_leaves()),
        tokio::spawn(it_is_closed()),
        tokio::spawn(it_is_removed_without_access()),
        tokio::spawn(it_moves_without_access()),
        tokio::spawn(the_first_share_is_deleted()),
        tokio::spawn(the_second_share_is_deleted()),
        tokio::spawn(the_administrator_is_deregistered()),
        tokio::spawn(it_rejects()),
    ];
    let mut tables = LEGEND.to_owned();
    for event in events {
        tables += &event.await.unwrap();
    }
    insta::assert_snapshot!("matrix", tables);
}

async fn it_moves() -> String {
    let mut scene = Scene::of(Recipient::Member).await;
    scene.show("alice is in the unit").await;
    scene.move_to("division/team/squad").await;
    scene.show("alice moves into a unit below").await;
    scene.move_to("sales").await;
    scene.show("alice moves out of the unit").await;
    scene.tables
}

async fn it_is_created() -> String {
    let mut scene = Scene::of(Recipient::Nobody).await;
    scene.create_recipient().await;
    scene.show("alice is created").await;
    scene.move_to(TEAM).await;
    scene.show("alice is created, and moves into the unit").await;
    scene.tables
}

async fn it_is_invited() -> String {
    let mut scene = Scene::of(Recipient::Outsider).await;
    scene.join().await;
    scene.show("alice accepts an invitation").await;
    scene.move_to(TEAM).await;
    scene
        .show("alice accepts an invitation, and moves into the unit")
        .await;
    scene.tables
}

async fn it_is_removed() -> String {
    let mut scene = Scene::of(Recipient::Member).await;
    scene.remove_recipient().await;
    scene.show("alice is removed").await;
    scene.join().await;
    scene.show("alice is removed, and invited again").await;
    scene.tables
}

async fn it_leaves() -> String {
    let mut scene = Scene::of(Recipient::Member).await;
    scene.leave().await;
    scene.show("alice leaves").await;
    scene.tables
}

async fn it_is_closed() -> String {
    let mut scene = Scene::of(Recipient::Member).await;
    scene.close_recipient().await;
    scene.show("alice is closed").await;
    scene.tables
}

async fn it_is_removed_without_access() -> String {
    let mut scene = Scene::of(Recipient::Member).await;
    scene.disable_access().await;
    scene.remove_recipient().await;
    scene
        .show("dana is deregistered, access is off, and alice is removed")
        .await;
    scene.enable_access().await;
    scene.show("alice was removed, and access is on again").await;
    scene.join().await;
    scene
        .show("alice was removed, access is on again, and alice is invited again")
        .await;
    scene.tables
}

async fn it_moves_without_access() -> String {
    let mut scene = Scene::of(Recipient::Member).await;
    scene.disable_access().await;
    scene.move_to("sales").await;
    scene
        .show("dana is deregistered, access is off, and alice moves out of the unit")
        .await;
    scene.enable_access().await;
    scene
        .show("alice has moved out of the unit, and access is on again")
        .await;
    scene.tables
}

async fn the_first_share_is_deleted() -> String {
    let mut scene = Scene::of(Recipient::Member).await;
    scene.delete_first_shares().await;
    scene.show("the share, or the first of two, is deleted").await;
    scene.tables
}

async fn the_second_share_is_deleted() -> String {
    let mut scene = Scene::of(Recipient::Member).await;
    scene.delete_second_shares().await;
    scene.show("the second of two shares is deleted").await;
    scene.tables
}

async fn the_administrator_is_deregistered() -> String {
    let mut scene = Scene::of_delegated_administrator().await;
    scene
        .show("dana owns the portfolios, and the management account is the other administrator")
        .await;
    scene.deregister().await;
    scene.show("dana owns the portfolios, and is deregistered").await;
    scene.org.delegate("dana").await;
    scene
        .show("dana owns the portfolios, is deregistered, and registered again")
        .await;
    scene.tables
}

async fn it_rejects() -> String {
    let mut scene = Scene::of(Recipient::Member).await;
    scene.reject(Type::AwsOrganizations).await;
    scene.show("alice rejects what the organization shares").await;
    scene.accept(Type::AwsOrganizations).await;
    scene.reject(Type::Imported).await;
    scene
        .show("alice accepts what the organization shares again, and rejects what accounts share")
        .await;
    scene.tables
}
