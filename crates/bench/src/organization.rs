//! The organizations that are measured: loaded from files that are written here.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::actor::{Actor, text};
use crate::server::Server;

/// What an organization looks like below its root, as numbers of accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Layout<'a> {
    /// Units, each inside the one before.
    Nested(&'a [u64]),
    /// Units side by side.
    Flat(&'a [u64]),
}

/// A loaded organization that trusts Service Catalog.
pub(crate) struct Organization {
    /// Its id.
    pub(crate) id: String,
    /// Its units, in the order of the layout.
    pub(crate) units: Vec<String>,
}

/// How long Service Catalog may take to be trusted by an organization of one account.
const TRUSTED_WITHIN: Duration = Duration::from_secs(10);

impl Organization {
    /// Makes the organization of `management`, which trusts Service Catalog from the beginning, and loads it.
    pub(crate) async fn load(server: &Server, management: &Actor, layout: Layout<'_>) -> Result<Self> {
        let all = json!({"FeatureSet": "ALL"});
        let created = management.organizations("CreateOrganization", &all).await?;
        let id = text(&created, "/Organization/Id")?.to_owned();
        let roots = management.organizations("ListRoots", &json!({})).await?;
        let root = text(&roots, "/Roots/0/Id")?;
        trust(management).await?;

        let folder = TempDir::with_prefix("chandlery-bench-organization-")?;
        let path = folder.path().join("organization.json");
        let mut file = BufWriter::new(File::create(&path)?);
        write(&mut file, layout)?;
        file.into_inner()?;
        server.import(&path)?;

        let (Layout::Nested(sizes) | Layout::Flat(sizes)) = layout;
        let mut units: Vec<String> = Vec::new();
        for number in 0..sizes.len() {
            let parent = match (layout, units.last()) {
                (Layout::Nested(_), Some(last)) => last,
                _ => root,
            };
            units.push(unit(management, parent, &name(number)).await?);
        }
        Ok(Self { id, units })
    }
}

async fn trust(management: &Actor) -> Result<()> {
    let nothing = json!({});
    management
        .catalog("EnableAWSOrganizationsAccess", &nothing)
        .await?;
    let begun = Instant::now();
    loop {
        let status = management
            .catalog("GetAWSOrganizationsAccessStatus", &nothing)
            .await?;
        if text(&status, "/AccessStatus")? == "ENABLED" {
            return Ok(());
        }
        ensure!(
            begun.elapsed() < TRUSTED_WITHIN,
            "access is not enabled: {status}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn unit(management: &Actor, parent: &str, name: &str) -> Result<String> {
    let under = json!({"ParentId": parent});
    let listed = management
        .organizations("ListOrganizationalUnitsForParent", &under)
        .await?;
    let units = listed["OrganizationalUnits"].as_array();
    let found = units.into_iter().flatten().find(|it| it["Name"] == name);
    let id = found.and_then(|it| it["Id"].as_str());
    Ok(id
        .with_context(|| format!("there is no {name}: {listed}"))?
        .to_owned())
}

/// An account directly under `parent`.
pub(crate) async fn account_of(management: &Actor, parent: &str) -> Result<String> {
    let input = json!({"ParentId": parent});
    let listed: Value = management.organizations("ListAccountsForParent", &input).await?;
    Ok(text(&listed, "/Accounts/0/Id")?.to_owned())
}

/// The file of an organization, as docs/organization-file.md describes it.
fn write(file: &mut impl Write, layout: Layout<'_>) -> std::io::Result<()> {
    let between = match layout {
        Layout::Nested(_) => r#","OrganizationalUnits":["#,
        Layout::Flat(_) => "},",
    };
    let (Layout::Nested(sizes) | Layout::Flat(sizes)) = layout;
    write!(file, r#"{{"OrganizationalUnits":["#)?;
    for (number, accounts) in sizes.iter().enumerate() {
        if number > 0 {
            write!(file, "{between}")?;
        }
        write!(file, r#"{{"Name":"{}","Accounts":["#, name(number))?;
        for account in 0..*accounts {
            let comma = if account == 0 { "" } else { "," };
            write!(file, r#"{comma}{{"Name":"account-{account}"}}"#)?;
        }
        write!(file, "]")?;
    }
    let ends = match layout {
        Layout::Nested(sizes) => sizes.len(),
        Layout::Flat(_) => 1,
    };
    write!(file, "{}}}", "}]".repeat(ends))
}

fn name(number: usize) -> String {
    format!("unit-{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(layout: Layout<'_>) -> Value {
        let mut text = Vec::new();
        write(&mut text, layout).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn nested_units_lie_in_each_other() {
        let file = written(Layout::Nested(&[1, 2]));
        let inner = file.pointer("/OrganizationalUnits/0/OrganizationalUnits/0/Accounts");
        assert_eq!(inner.and_then(Value::as_array).map(Vec::len), Some(2));
    }

    #[test]
    fn flat_units_lie_side_by_side() {
        let file = written(Layout::Flat(&[0, 2]));
        assert_eq!(file["OrganizationalUnits"].as_array().map(Vec::len), Some(2));
        assert_eq!(file["OrganizationalUnits"][1]["Accounts"][1]["Name"], "account-1");
    }
}
