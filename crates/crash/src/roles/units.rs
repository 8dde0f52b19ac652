//! Organizational units: nested, renamed, tagged, deleted.

use anyhow::Result;
use serde_json::json;

use super::{MANAGEMENT, in_slot, name_for, observe_tags, some_tags, tagging};
use crate::draw::Draw;
use crate::facts::{Change, Facts, below, gone, put, text};
use crate::intent::Intent;
use crate::reader::{self, Reader};

/// Units that a worker has at once.
const SLOTS: u64 = 5;

/// A worker with units.
#[derive(Debug)]
pub(crate) struct Units {
    pub(crate) worker: String,
    /// The unit that all of them are in.
    pub(crate) base: String,
}

impl Units {
    /// See [`Role::next`](super::Role::next).
    pub(crate) fn next(&self, draw: &mut Draw, facts: &Facts) -> Intent {
        let slot = draw.below(SLOTS);
        let Some((name, id)) = in_slot(facts, "unit", &self.worker, slot) else {
            return self.create(slot, draw, facts);
        };
        let path = format!("unit/{name}");
        let parent = text(facts, &format!("{path}/parent")).unwrap_or(&self.base);
        match draw.below(10) {
            0..=2 => self.rename(slot, (name, id), draw, facts),
            3..=5 => tagging(draw, id, &path),
            6 => create_in(parent, name, &[], &[]).refused("DuplicateOrganizationalUnitException"),
            _ => {
                let input = json!({"OrganizationalUnitId": id});
                let deletion = Intent::organizations(MANAGEMENT, "DeleteOrganizationalUnit", input);
                let has_units = below(facts, "unit")
                    .iter()
                    .any(|(it, _)| text(facts, &format!("unit/{it}/parent")) == Some(id));
                if has_units {
                    deletion.refused("OrganizationalUnitNotEmptyException")
                } else {
                    deletion.changes([gone(path)])
                }
            }
        }
    }

    /// In the base, or in a unit that is.
    fn create(&self, slot: u64, draw: &mut Draw, facts: &Facts) -> Intent {
        let name = name_for(&self.worker, slot, draw);
        let mut parents = vec![self.base.as_str()];
        for (other, id) in below(facts, "unit") {
            if text(facts, &format!("unit/{other}/parent")) == Some(&self.base) {
                parents.push(id);
            }
        }
        let parent = *draw.pick(&parents);
        let (tags, changes) = some_tags(draw, &format!("unit/{name}"));
        create_in(parent, &name, &tags, &changes)
    }

    fn rename(&self, slot: u64, (old, id): (&str, &str), draw: &mut Draw, facts: &Facts) -> Intent {
        let new = name_for(&self.worker, slot, draw);
        let input = json!({"OrganizationalUnitId": id, "Name": new});
        let below_old = format!("unit/{old}");
        let moved: Vec<Change> = facts
            .iter()
            .filter_map(|(path, value)| {
                let rest = path.strip_prefix(&below_old)?;
                (rest.is_empty() || rest.starts_with('/'))
                    .then(|| put(format!("unit/{new}{rest}"), value.as_str()))
            })
            .collect();
        Intent::organizations(MANAGEMENT, "UpdateOrganizationalUnit", input)
            .changes([gone(below_old)])
            .changes(moved)
    }

    /// See [`Role::observe`](super::Role::observe).
    pub(crate) async fn observe(&self, reader: &Reader<'_>) -> Result<Facts> {
        let mut facts = Facts::new();
        let mut parents = vec![self.base.clone()];
        while let Some(parent) = parents.pop() {
            let input = json!({"ParentId": parent});
            let units = reader.list_organizations(
                MANAGEMENT,
                "ListOrganizationalUnitsForParent",
                input,
                "OrganizationalUnits",
            );
            for unit in units.await? {
                let (name, id) = (reader::text(&unit, "Name"), reader::text(&unit, "Id"));
                let path = format!("unit/{name}");
                observe_tags(reader, id, &path, &mut facts).await?;
                facts.insert(format!("{path}/parent"), parent.clone());
                facts.insert(path, id.to_owned());
                parents.push(id.to_owned());
            }
        }
        Ok(facts)
    }
}

fn create_in(parent: &str, name: &str, tags: &[serde_json::Value], changes: &[Change]) -> Intent {
    let input = json!({"ParentId": parent, "Name": name, "Tags": tags});
    let path = format!("unit/{name}");
    Intent::organizations(MANAGEMENT, "CreateOrganizationalUnit", input)
        .changes([
            Change::Learn(path.clone(), "/OrganizationalUnit/Id"),
            put(format!("{path}/parent"), parent),
        ])
        .changes(changes.iter().cloned())
}
