//! What happens to the recipient, its organization and the shares: one act, one function.
//!
//! Invariant: an act succeeds, and all work it caused is done when it returns. Deliberately absent: which acts make an
//! event; the matrix says that.

use aws_sdk_servicecatalog::types::PortfolioShareType;
use testkit::refused;

use super::{
    kinds::Target,
    scene::{Scene, Shared},
};
use crate::invitations;

const PRINCIPAL: &str = "servicecatalog.amazonaws.com";
const ROLE: &str = "OrganizationAccountAccessRole";

impl Scene {
    /// The organization creates the recipient's account, which lies under the root then.
    pub(super) async fn create_recipient(&mut self) {
        let management = self.org.management();
        let organizations = management.organizations();
        let creating = organizations
            .create_account()
            .account_name("alice")
            .email("alice@example.com");
        let asked = creating.send().await.unwrap().create_account_status.unwrap();
        self.org.settle().await;
        let status = organizations
            .describe_create_account_status()
            .create_account_request_id(asked.id().unwrap());
        let made = status.send().await.unwrap().create_account_status.unwrap();
        let recipient = management.assume(made.account_id().unwrap(), ROLE).await.unwrap();
        self.enter(recipient);
    }

    /// The recipient is invited, and accepts. It lies under the root then.
    pub(super) async fn join(&mut self) {
        invitations::join(self.org.management(), self.recipient()).await;
        self.org.settle().await;
        self.org.root_id().clone_into(&mut self.parent);
    }

    /// The recipient moves to the unit of this path.
    pub(super) async fn move_to(&mut self, unit: &str) {
        let destination = self.org.unit_id(unit).to_owned();
        let moving = self.org.management().organizations().move_account();
        let moving = moving.account_id(self.recipient().account_id());
        moving
            .source_parent_id(&self.parent)
            .destination_parent_id(&destination)
            .send()
            .await
            .unwrap();
        self.org.settle().await;
        self.parent = destination;
    }

    pub(super) async fn remove_recipient(&self) {
        let organizations = self.org.management().organizations();
        let removing = organizations.remove_account_from_organization();
        let account = self.recipient().account_id();
        removing.account_id(account).send().await.unwrap();
    }

    pub(super) async fn leave(&self) {
        let leaving = self.recipient().organizations().leave_organization();
        leaving.send().await.unwrap();
    }

    pub(super) async fn close_recipient(&self) {
        let closing = self.org.management().organizations().close_account();
        let account = self.recipient().account_id();
        closing.account_id(account).send().await.unwrap();
    }

    /// Access goes off, for which there may be no delegated administrator.
    pub(super) async fn disable_access(&self) {
        self.deregister().await;
        let disabling = self.org.management().disable_aws_organizations_access();
        disabling.send().await.unwrap();
    }

    pub(super) async fn enable_access(&self) {
        let enabling = self.org.management().enable_aws_organizations_access();
        enabling.send().await.unwrap();
        self.org.settle().await;
    }

    /// `dana` no longer administers shares.
    pub(super) async fn deregister(&self) {
        let organizations = self.org.management().organizations();
        let deregistering = organizations.deregister_delegated_administrator();
        deregistering
            .account_id(self.org.account("dana").account_id())
            .service_principal(PRINCIPAL)
            .send()
            .await
            .unwrap();
        self.org.settle().await;
    }

    /// The owner deletes the first share of every portfolio.
    pub(super) async fn delete_first_shares(&self) {
        for it in self.made() {
            self.delete(it, it.kind.targets[0]).await;
        }
    }

    /// The owner deletes the second share of every portfolio that has two.
    pub(super) async fn delete_second_shares(&self) {
        for it in self.made() {
            if let Some(&target) = it.kind.targets.get(1) {
                self.delete(it, target).await;
            }
        }
    }

    /// The recipient rejects, under this type, every portfolio that is offered so.
    pub(super) async fn reject(&self, kind: PortfolioShareType) {
        for it in self.made() {
            let rejecting = self.recipient().reject_portfolio_share();
            let rejecting = rejecting.portfolio_id(&it.portfolio);
            let rejected = rejecting.portfolio_share_type(kind.clone()).send().await;
            if rejected.is_err() {
                assert_eq!(refused(rejected), "ResourceNotFoundException");
            }
        }
    }

    /// The recipient accepts, under this type, every portfolio that is offered so.
    pub(super) async fn accept(&self, kind: PortfolioShareType) {
        for it in self.made() {
            let accepting = self.recipient().accept_portfolio_share();
            let accepting = accepting.portfolio_id(&it.portfolio);
            let accepted = accepting.portfolio_share_type(kind.clone()).send().await;
            if accepted.is_err() {
                assert_eq!(refused(accepted), "ResourceNotFoundException");
            }
        }
    }

    async fn delete(&self, shared: &Shared, target: Target) {
        let (account, node) = target.address(&self.org, self.recipient.as_ref());
        let deleting = self.owner.delete_portfolio_share();
        let deleting = deleting.portfolio_id(&shared.portfolio);
        let deleting = deleting.set_account_id(account).set_organization_node(node);
        deleting.send().await.unwrap();
        self.org.settle().await;
    }

    fn made(&self) -> impl Iterator<Item = &Shared> {
        self.shared.iter().filter(|it| it.obstacle.is_none())
    }
}
