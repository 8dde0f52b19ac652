//! An organization of two accounts, from its creation to its end and over again: all features, trust in Service
//! Catalog, a delegated administrator.

use anyhow::Result;
use serde_json::{Value, json};

use crate::draw::Draw;
use crate::facts::{Change, Facts, gone, put, text};
use crate::intent::{Intent, Wait};
use crate::reader::{self, Reader};

/// The service that is trusted here.
const SERVICE: &str = "servicecatalog.amazonaws.com";

/// A worker with an organization.
#[derive(Debug)]
pub(crate) struct SmallOrganization {
    /// The account that makes it.
    pub(crate) head: &'static str,
    /// The account that joins it, and its id.
    pub(crate) member: (&'static str, String),
}

impl SmallOrganization {
    /// See [`Role::next`](super::Role::next).
    pub(crate) fn next(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        if !facts.contains_key("organization") {
            return self.create(draw);
        }
        if let Some(handshake) = text(facts, "organization/enabling") {
            return self.while_enabling(handshake, draw, facts);
        }
        let invitation = text(facts, "organization/invitation");
        if let Some(handshake) = invitation.filter(|_| draw.chance(70)) {
            return self.answer_invitation(handshake, draw);
        }
        let has_member = facts.contains_key("organization/member");
        if !has_member && invitation.is_none() && draw.chance(60) {
            let input = json!({"Target": {"Id": self.member.1, "Type": "ACCOUNT"}});
            return self
                .by_head("InviteAccountToOrganization", input)
                .changes([Change::Learn(
                    "organization/invitation".to_owned(),
                    "/Handshake/Id",
                )]);
        }
        if draw.chance(15) {
            return self.end(draw, facts);
        }
        if facts["organization/features"] == "ALL" {
            self.with_all_features(draw, facts)
        } else if invitation.is_none() {
            self.enable_all_features(has_member)
        } else {
            self.by_head("EnableAWSServiceAccess", json!({"ServicePrincipal": SERVICE}))
                .refused("ConstraintViolationException")
        }
    }

    fn create(&self, draw: &mut Draw) -> Intent {
        let features = *draw.pick(&["CONSOLIDATED_BILLING", "CONSOLIDATED_BILLING", "ALL"]);
        self.by_head("CreateOrganization", json!({"FeatureSet": features}))
            .changes([
                Change::Learn("organization".to_owned(), "/Organization/Id"),
                put("organization/features", features),
                put("organization/access", "DISABLED"),
            ])
    }

    fn answer_invitation(&self, handshake: &str, draw: &mut Draw) -> Intent {
        let input = json!({"HandshakeId": handshake});
        let over = gone("organization/invitation");
        match draw.below(5) {
            0..=2 => self
                .by_member("AcceptHandshake", input)
                .changes([over, put("organization/member", self.member.1.as_str())]),
            3 => self.by_member("DeclineHandshake", input).changes([over]),
            _ => self.by_head("CancelHandshake", input).changes([over]),
        }
    }

    /// A member is asked to approve. Its handshake is in no answer: it is looked for.
    fn enable_all_features(&self, has_member: bool) -> Intent {
        let approval = has_member.then(|| put("organization/approval", crate::facts::UNKNOWN));
        self.by_head("EnableAllFeatures", json!({}))
            .changes([Change::Learn("organization/enabling".to_owned(), "/Handshake/Id")])
            .changes(approval)
            .waiting_for(if has_member { Wait::Approval } else { Wait::No })
    }

    fn while_enabling(&self, handshake: &str, draw: &mut Draw, facts: &Facts) -> Intent {
        let approval = gone("organization/approval");
        let enabling = gone("organization/enabling");
        if draw.chance(20) {
            return self
                .by_head("CancelHandshake", json!({"HandshakeId": handshake}))
                .changes([approval, enabling]);
        }
        match text(facts, "organization/approval") {
            Some(asked) => self
                .by_member("AcceptHandshake", json!({"HandshakeId": asked}))
                .changes([approval]),
            None => self
                .by_head("AcceptHandshake", json!({"HandshakeId": handshake}))
                .changes([enabling, put("organization/features", "ALL")]),
        }
    }

    fn with_all_features(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let is_trusted = facts["organization/access"] == "ENABLED";
        let has_member = facts.contains_key("organization/member");
        let has_administrator = facts.contains_key("organization/administrator");
        match draw.below(6) {
            0..=2 => self
                .catalog("EnableAWSOrganizationsAccess")
                .changes([put("organization/access", "ENABLED")]),
            3 if has_administrator => self
                .catalog("DisableAWSOrganizationsAccess")
                .refused("InvalidStateException"),
            3 => self
                .catalog("DisableAWSOrganizationsAccess")
                .changes([put("organization/access", "DISABLED")]),
            _ if !has_member => self.register().refused("AccountNotFoundException"),
            _ if has_administrator => self
                .by_head("DeregisterDelegatedAdministrator", self.administration())
                .changes([gone("organization/administrator")]),
            _ if is_trusted => self
                .register()
                .changes([put("organization/administrator", self.member.1.as_str())]),
            _ => self.register().refused("ConstraintViolationException"),
        }
    }

    /// The member goes, or the organization.
    fn end(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let deletion = self.by_head("DeleteOrganization", json!({}));
        if !facts.contains_key("organization/member") {
            return deletion.changes([gone("organization")]);
        }
        let leaving = match draw.below(3) {
            0 => return deletion.refused("OrganizationNotEmptyException"),
            1 => self.by_member("LeaveOrganization", json!({})),
            _ => self.by_head(
                "RemoveAccountFromOrganization",
                json!({"AccountId": self.member.1}),
            ),
        };
        if facts.contains_key("organization/administrator") {
            leaving.refused("ConstraintViolationException")
        } else {
            leaving.changes([gone("organization/member")])
        }
    }

    fn register(&self) -> Intent {
        self.by_head("RegisterDelegatedAdministrator", self.administration())
    }

    fn administration(&self) -> Value {
        json!({"AccountId": self.member.1, "ServicePrincipal": SERVICE})
    }

    fn by_head(&self, operation: &'static str, input: Value) -> Intent {
        Intent::organizations(self.head, operation, input)
    }

    fn by_member(&self, operation: &'static str, input: Value) -> Intent {
        Intent::organizations(self.member.0, operation, input)
    }

    fn catalog(&self, operation: &'static str) -> Intent {
        Intent::catalog(self.head, operation, json!({}))
    }

    /// See [`Role::observe`](super::Role::observe).
    pub(crate) async fn observe(&self, reader: &Reader<'_>) -> Result<Facts> {
        let mut facts = Facts::new();
        let described = reader
            .organizations_unless(
                "AWSOrganizationsNotInUseException",
                self.head,
                "DescribeOrganization",
                json!({}),
            )
            .await?;
        let Some(described) = described else {
            return Ok(facts);
        };
        let organization = &described["Organization"];
        let features = reader::text(organization, "FeatureSet").to_owned();
        facts.insert("organization/features".to_owned(), features);
        facts.insert(
            "organization".to_owned(),
            reader::text(organization, "Id").to_owned(),
        );

        let access = reader
            .catalog(self.head, "GetAWSOrganizationsAccessStatus", json!({}))
            .await?;
        facts.insert(
            "organization/access".to_owned(),
            reader::text(&access, "AccessStatus").to_owned(),
        );
        let accounts = reader.list_organizations(self.head, "ListAccounts", json!({}), "Accounts");
        if accounts
            .await?
            .iter()
            .any(|it| it["Id"] == self.member.1.as_str())
        {
            facts.insert("organization/member".to_owned(), self.member.1.clone());
        }
        let input = json!({"ServicePrincipal": SERVICE});
        let administrators = reader.list_organizations(
            self.head,
            "ListDelegatedAdministrators",
            input,
            "DelegatedAdministrators",
        );
        for it in administrators.await? {
            facts.insert(
                "organization/administrator".to_owned(),
                reader::text(&it, "Id").to_owned(),
            );
        }
        self.observe_handshakes(reader, &mut facts).await?;
        Ok(facts)
    }

    async fn observe_handshakes(&self, reader: &Reader<'_>, facts: &mut Facts) -> Result<()> {
        let handshakes = reader.list_organizations(
            self.head,
            "ListHandshakesForOrganization",
            json!({}),
            "Handshakes",
        );
        for it in handshakes.await? {
            if !matches!(reader::text(&it, "State"), "REQUESTED" | "OPEN") {
                continue;
            }
            let fact = match reader::text(&it, "Action") {
                "INVITE" => "invitation",
                "ENABLE_ALL_FEATURES" => "enabling",
                _ => "approval",
            };
            facts.insert(format!("organization/{fact}"), reader::text(&it, "Id").to_owned());
        }
        Ok(())
    }
}
