//! An organization of two accounts, from its creation to its end and over again: all features, trust in Service
//! Catalog, a delegated administrator, and portfolios that both share with it as long as they may.

use anyhow::Result;
use serde_json::{Value, json};

use super::in_slot;
use super::node_shares::ONE_AT_A_TIME;
use super::portfolios::{create, observe_portfolios};
use crate::draw::Draw;
use crate::facts::{Change, Facts, below, gone, put, text};
use crate::intent::{Intent, Wait};
use crate::reader::{self, Reader};

/// The service that is trusted here.
const SERVICE: &str = "servicecatalog.amazonaws.com";

/// A worker with an organization.
#[derive(Debug)]
pub(crate) struct SmallOrganization {
    pub(crate) worker: String,
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
        if is_trusted && draw.chance(40) {
            return self.share(draw, facts);
        }
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
                .changes([gone("organization/administrator")])
                .changes(self.unshared(1, facts)),
            _ if is_trusted => self
                .register()
                .changes([put("organization/administrator", self.member.1.as_str())]),
            _ => self.register().refused("ConstraintViolationException"),
        }
    }

    /// The head shares its portfolio with the organization, or the administrator does. Nobody waits for the end of it,
    /// so that the organization may be gone before.
    fn share(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let is_by_member = facts.contains_key("organization/administrator") && draw.chance(50);
        let owner = if is_by_member { self.member.0 } else { self.head };
        let slot = u64::from(is_by_member);
        let Some((name, id)) = in_slot(facts, "portfolio", &self.worker, slot) else {
            return create(owner, &self.worker, slot, draw);
        };
        let organization = &facts["organization"];
        let node = json!({"Type": "ORGANIZATION", "Value": organization});
        Intent::catalog(
            owner,
            "CreatePortfolioShare",
            json!({"PortfolioId": id, "OrganizationNode": node}),
        )
        .unless(ONE_AT_A_TIME)
        .changes([put(format!("portfolio/{name}/shared"), organization.as_str())])
    }

    /// The organization's shares of the head (0) or the administrator (1) are gone.
    fn unshared(&self, slot: u64, facts: &Facts) -> Option<Change> {
        let portfolio = in_slot(facts, "portfolio", &self.worker, slot);
        portfolio.map(|(name, _)| gone(format!("portfolio/{name}/shared")))
    }

    /// The member goes, or the organization.
    fn end(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let deletion = self.by_head("DeleteOrganization", json!({}));
        if !facts.contains_key("organization/member") {
            let unshared = self.unshared(0, facts);
            return deletion.changes([gone("organization")]).changes(unshared);
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
        for owner in [self.head, self.member.0] {
            self.observe_shares(reader, owner, &mut facts).await?;
        }
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

    async fn observe_shares(&self, reader: &Reader<'_>, owner: &str, facts: &mut Facts) -> Result<()> {
        let portfolios = observe_portfolios(reader, owner, &self.worker).await?;
        for (name, id) in below(&portfolios, "portfolio") {
            let input = json!({"PortfolioId": id, "Type": "ORGANIZATION"});
            let shares =
                reader.list_catalog(owner, "DescribePortfolioShares", input, "PortfolioShareDetails");
            for share in shares.await? {
                let principal = reader::text(&share, "PrincipalId").to_owned();
                facts.insert(format!("portfolio/{name}/shared"), principal);
            }
        }
        facts.extend(portfolios);
        Ok(())
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
