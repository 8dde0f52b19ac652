//! What an organization has one of: its resource policy, its trust in a service and the administrator of that; and the
//! tags of one unit.

use anyhow::Result;
use serde_json::json;

use super::{MANAGEMENT, observe_tags, some_tags, tagging};
use crate::draw::Draw;
use crate::facts::{Change, Facts, gone, put};
use crate::intent::Intent;
use crate::reader::{self, Reader};

/// The service that is trusted and not: nobody else's.
const SERVICE: &str = "config.amazonaws.com";

/// A worker with the settings.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The unit that is tagged.
    pub(crate) unit: String,
    /// The account that administers the service.
    pub(crate) account: String,
}

impl Settings {
    /// See [`Role::next`](super::Role::next).
    pub(crate) fn next(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        match draw.below(12) {
            0..=2 => tagging(draw, &self.unit, "unit"),
            3..=5 => self.put_policy(draw, facts),
            6 => {
                let deletion = Intent::organizations(MANAGEMENT, "DeleteResourcePolicy", json!({}));
                if facts.contains_key("resource-policy") {
                    deletion.changes([gone("resource-policy")])
                } else {
                    deletion.refused("ResourcePolicyNotFoundException")
                }
            }
            7 | 8 => Intent::organizations(
                MANAGEMENT,
                "EnableAWSServiceAccess",
                json!({"ServicePrincipal": SERVICE}),
            )
            .changes([put("trust", SERVICE)]),
            9 => {
                let input = json!({"ServicePrincipal": SERVICE});
                let disabling = Intent::organizations(MANAGEMENT, "DisableAWSServiceAccess", input);
                if facts.contains_key("administrator") {
                    disabling.refused("ConstraintViolationException")
                } else {
                    disabling.changes([gone("trust")])
                }
            }
            10 => self.register(facts),
            _ => {
                let deregistering = self.about_account("DeregisterDelegatedAdministrator");
                if facts.contains_key("administrator") {
                    deregistering.changes([gone("administrator")])
                } else {
                    deregistering.refused("AccountNotRegisteredException")
                }
            }
        }
    }

    /// Tags are for a resource policy that is new; with one that is there, the request fails.
    fn put_policy(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let content = json!({"Version": "2012-10-17", "Statement": [{
            "Sid": draw.word(), "Effect": "Allow", "Principal": {"AWS": self.account},
            "Action": "organizations:DescribeOrganization", "Resource": "*",
        }]})
        .to_string();
        let (tags, changes) = some_tags(draw, "resource-policy");
        let is_there = facts.contains_key("resource-policy");
        let refused = is_there && !tags.is_empty();
        let input = json!({"Content": content, "Tags": tags});
        let intent = Intent::organizations(MANAGEMENT, "PutResourcePolicy", input).changes([
            Change::Learn(
                "resource-policy".to_owned(),
                "/ResourcePolicy/ResourcePolicySummary/Id",
            ),
            put("resource-policy/content", content),
        ]);
        if refused {
            intent.refused("InvalidInputException")
        } else {
            intent.changes(changes)
        }
    }

    fn register(&self, facts: &Facts) -> Intent {
        let registering = self.about_account("RegisterDelegatedAdministrator");
        if !facts.contains_key("trust") {
            registering.refused("ConstraintViolationException")
        } else if facts.contains_key("administrator") {
            registering.refused("AccountAlreadyRegisteredException")
        } else {
            registering.changes([put("administrator", self.account.as_str())])
        }
    }

    fn about_account(&self, operation: &'static str) -> Intent {
        let input = json!({"AccountId": self.account, "ServicePrincipal": SERVICE});
        Intent::organizations(MANAGEMENT, operation, input)
    }

    /// See [`Role::observe`](super::Role::observe).
    pub(crate) async fn observe(&self, reader: &Reader<'_>) -> Result<Facts> {
        let mut facts = Facts::new();
        observe_tags(reader, &self.unit, "unit", &mut facts).await?;
        let policy = reader
            .organizations_unless(
                "ResourcePolicyNotFoundException",
                MANAGEMENT,
                "DescribeResourcePolicy",
                json!({}),
            )
            .await?;
        if let Some(policy) = policy {
            let policy = &policy["ResourcePolicy"];
            let id = reader::text(&policy["ResourcePolicySummary"], "Id");
            observe_tags(reader, id, "resource-policy", &mut facts).await?;
            facts.insert("resource-policy".to_owned(), id.to_owned());
            let content = reader::text(policy, "Content").to_owned();
            facts.insert("resource-policy/content".to_owned(), content);
        }
        let trusted = reader.list_organizations(
            MANAGEMENT,
            "ListAWSServiceAccessForOrganization",
            json!({}),
            "EnabledServicePrincipals",
        );
        if trusted.await?.iter().any(|it| it["ServicePrincipal"] == SERVICE) {
            facts.insert("trust".to_owned(), SERVICE.to_owned());
        }
        let input = json!({"ServicePrincipal": SERVICE});
        let administrators = reader.list_organizations(
            MANAGEMENT,
            "ListDelegatedAdministrators",
            input,
            "DelegatedAdministrators",
        );
        for it in administrators.await? {
            facts.insert("administrator".to_owned(), reader::text(&it, "Id").to_owned());
        }
        Ok(facts)
    }
}
