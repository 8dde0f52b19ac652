//! How an organization comes to be: units, accounts, and their administrators' sessions.
//!
//! Invariant: every step is a call of the public API by the management account. Deliberately absent: anything a story
//! does after its scene is set.

use aws_sdk_organizations::types::OrganizationFeatureSet;

use super::TestOrg;

/// The role that the creation of an account makes in it.
const ROLE: &str = "OrganizationAccountAccessRole";

impl TestOrg {
    /// Makes the organization, with all features.
    pub async fn create_organization(&mut self) {
        let organizations = self.management.organizations();
        let creating = organizations
            .create_organization()
            .feature_set(OrganizationFeatureSet::All);
        let made = creating
            .send()
            .await
            .expect("the management account is in no organization");
        let roots = organizations
            .list_roots()
            .send()
            .await
            .expect("the management account may");
        let root = roots.roots()[0].id().expect("a root has an id");
        let organization = made
            .organization()
            .and_then(|it| it.id())
            .expect("an organization has an id");
        (self.root, self.id) = (root.to_owned(), organization.to_owned());
    }

    pub(super) async fn create_units(&mut self, path: &str) {
        let (mut parent, mut so_far) = (self.root.clone(), String::new());
        for name in path.split('/') {
            so_far = if so_far.is_empty() {
                name.to_owned()
            } else {
                format!("{so_far}/{name}")
            };
            if let Some(unit) = self.units.get(&so_far) {
                parent.clone_from(unit);
                continue;
            }
            let creating = self.management.organizations().create_organizational_unit();
            let made = creating
                .parent_id(&parent)
                .name(name)
                .send()
                .await
                .expect("the management account may");
            let unit = made
                .organizational_unit()
                .and_then(|it| it.id())
                .expect("a unit has an id");
            unit.clone_into(&mut parent);
            self.units.insert(so_far.clone(), unit.to_owned());
        }
    }

    pub(super) async fn create_member(&mut self, name: &str, unit: &str) {
        let organizations = self.management.organizations();
        let creating = organizations
            .create_account()
            .account_name(name)
            .email(format!("{name}@example.com"));
        let asked = creating.send().await.expect("the management account may");
        let request = asked
            .create_account_status()
            .and_then(|it| it.id())
            .expect("a request has an id");
        self.settle().await;
        let status = organizations
            .describe_create_account_status()
            .create_account_request_id(request);
        let status = status
            .send()
            .await
            .expect("the request is known")
            .create_account_status;
        let account = status.and_then(|it| it.account_id).expect("the account was made");
        let moving = organizations
            .move_account()
            .account_id(&account)
            .source_parent_id(&self.root);
        moving
            .destination_parent_id(self.unit_id(unit))
            .send()
            .await
            .expect("a new account is in the root");
        let member = self
            .management
            .assume(&account, ROLE)
            .await
            .expect("an administrator may assume the role");
        self.members.insert(name.to_owned(), member);
    }
}
