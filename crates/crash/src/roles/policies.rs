//! Policies of one type: created, changed, attached, tagged, deleted, and their type enabled and disabled.

use anyhow::Result;
use serde_json::json;

use super::{MANAGEMENT, in_slot, name_for, observe_tags, some_tags, tagging};
use crate::draw::Draw;
use crate::facts::{Change, Facts, below, gone, put};
use crate::intent::Intent;
use crate::reader::{self, Reader};

/// Policies that a worker has at once.
const SLOTS: u64 = 3;

/// A worker with policies.
#[derive(Debug)]
pub(crate) struct Policies {
    pub(crate) worker: String,
    pub(crate) kind: Kind,
    pub(crate) root: String,
    /// What they are attached to.
    pub(crate) targets: Vec<String>,
}

/// A type of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Made of settings; its worker enables and disables the type.
    Tag,
    /// Made of statements; enabled from the start, and left so.
    ServiceControl,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Tag => "TAG_POLICY",
            Self::ServiceControl => "SERVICE_CONTROL_POLICY",
        }
    }

    /// A document that differs by `word`.
    fn document(self, word: &str) -> String {
        match self {
            Self::Tag => json!({"tags": {"team": {"tag_key": {"@@assign": "Team"},
                "tag_value": {"@@assign": [word]}}}}),
            Self::ServiceControl => json!({"Version": "2012-10-17", "Statement": [{
                "Sid": word, "Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}),
        }
        .to_string()
    }
}

impl Policies {
    /// See [`Role::next`](super::Role::next).
    pub(crate) fn next(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        if self.kind == Kind::Tag && draw.chance(10) {
            return self.toggle(draw, facts);
        }
        let slot = draw.below(SLOTS);
        let Some((name, id)) = in_slot(facts, "policy", &self.worker, slot) else {
            return self.create(name_for(&self.worker, slot, draw), draw);
        };
        let path = format!("policy/{name}");
        match draw.below(10) {
            0 | 1 => self.update(id, &path, draw),
            2..=4 => self.attach(id, &path, draw, facts),
            5 | 6 => self.detach(id, &path, draw, facts),
            7 => tagging(draw, id, &path),
            8 => self
                .create(name.to_owned(), draw)
                .refused("DuplicatePolicyException"),
            _ => {
                let deletion = Intent::organizations(MANAGEMENT, "DeletePolicy", json!({"PolicyId": id}));
                if below(facts, &format!("{path}/target")).is_empty() {
                    deletion.changes([gone(path)])
                } else {
                    deletion.refused("PolicyInUseException")
                }
            }
        }
    }

    fn is_enabled(&self, facts: &Facts) -> bool {
        self.kind == Kind::ServiceControl || facts.contains_key("type")
    }

    /// Disabling detaches all policies of the type.
    fn toggle(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let input = json!({"RootId": self.root, "PolicyType": self.kind.name()});
        let is_enabled = self.is_enabled(facts);
        if draw.chance(70) {
            let enabling = Intent::organizations(MANAGEMENT, "EnablePolicyType", input);
            if is_enabled {
                return enabling.refused("PolicyTypeAlreadyEnabledException");
            }
            return enabling.changes([put("type", "ENABLED")]);
        }
        let disabling = Intent::organizations(MANAGEMENT, "DisablePolicyType", input);
        if !is_enabled {
            return disabling.refused("PolicyTypeNotEnabledException");
        }
        let policies = below(facts, "policy");
        let detached = policies
            .iter()
            .map(|(name, _)| gone(format!("policy/{name}/target")));
        disabling.changes([gone("type")]).changes(detached)
    }

    fn create(&self, name: String, draw: &mut Draw) -> Intent {
        let path = format!("policy/{name}");
        let (content, description) = (self.kind.document(&draw.word()), draw.word());
        let (tags, changes) = some_tags(draw, &path);
        let input = json!({
            "Name": name, "Description": description, "Type": self.kind.name(), "Content": content, "Tags": tags,
        });
        Intent::organizations(MANAGEMENT, "CreatePolicy", input)
            .changes([
                Change::Learn(path.clone(), "/Policy/PolicySummary/Id"),
                put(format!("{path}/description"), description),
                put(format!("{path}/content"), content),
            ])
            .changes(changes)
    }

    fn update(&self, id: &str, path: &str, draw: &mut Draw) -> Intent {
        let (content, description) = (self.kind.document(&draw.word()), draw.word());
        let input = json!({"PolicyId": id, "Description": description, "Content": content});
        Intent::organizations(MANAGEMENT, "UpdatePolicy", input).changes([
            put(format!("{path}/description"), description),
            put(format!("{path}/content"), content),
        ])
    }

    fn attach(&self, id: &str, path: &str, draw: &mut Draw, facts: &Facts) -> Intent {
        let target = draw.pick(&self.targets);
        let fact = format!("{path}/target/{target}");
        let input = json!({"PolicyId": id, "TargetId": target});
        let intent = Intent::organizations(MANAGEMENT, "AttachPolicy", input);
        if !self.is_enabled(facts) {
            return intent.refused("PolicyTypeNotEnabledException");
        }
        if facts.contains_key(&fact) {
            return intent.refused("DuplicatePolicyAttachmentException");
        }
        intent.changes([put(fact, "attached")])
    }

    fn detach(&self, id: &str, path: &str, draw: &mut Draw, facts: &Facts) -> Intent {
        let target = draw.pick(&self.targets);
        let fact = format!("{path}/target/{target}");
        let input = json!({"PolicyId": id, "TargetId": target});
        let intent = Intent::organizations(MANAGEMENT, "DetachPolicy", input);
        if facts.contains_key(&fact) {
            intent.changes([gone(fact)])
        } else {
            intent.refused("PolicyNotAttachedException")
        }
    }

    /// See [`Role::observe`](super::Role::observe).
    pub(crate) async fn observe(&self, reader: &Reader<'_>) -> Result<Facts> {
        let mut facts = Facts::new();
        let roots = reader.list_organizations(MANAGEMENT, "ListRoots", json!({}), "Roots");
        for root in roots.await? {
            let types = root["PolicyTypes"].as_array().into_iter().flatten();
            for it in types.filter(|it| reader::text(it, "Type") == self.kind.name()) {
                if self.kind == Kind::Tag {
                    facts.insert("type".to_owned(), reader::text(it, "Status").to_owned());
                }
            }
        }
        let start = format!("{}-", self.worker);
        let filter = json!({"Filter": self.kind.name()});
        let policies = reader.list_organizations(MANAGEMENT, "ListPolicies", filter, "Policies");
        for policy in policies.await? {
            let (name, id) = (reader::text(&policy, "Name"), reader::text(&policy, "Id"));
            if name.starts_with(&start) {
                self.observe_policy(reader, name, id, &mut facts).await?;
            }
        }
        Ok(facts)
    }

    async fn observe_policy(
        &self,
        reader: &Reader<'_>,
        name: &str,
        id: &str,
        facts: &mut Facts,
    ) -> Result<()> {
        let path = format!("policy/{name}");
        let input = json!({"PolicyId": id});
        let described = reader
            .organizations(MANAGEMENT, "DescribePolicy", input.clone())
            .await?;
        let policy = &described["Policy"];
        let description = reader::text(&policy["PolicySummary"], "Description");
        facts.insert(format!("{path}/description"), description.to_owned());
        facts.insert(
            format!("{path}/content"),
            reader::text(policy, "Content").to_owned(),
        );
        let targets = reader.list_organizations(MANAGEMENT, "ListTargetsForPolicy", input, "Targets");
        for target in targets.await? {
            let target = reader::text(&target, "TargetId");
            facts.insert(format!("{path}/target/{target}"), "attached".to_owned());
        }
        observe_tags(reader, id, &path, facts).await?;
        facts.insert(path, id.to_owned());
        Ok(())
    }
}
