//! The dashboard and the page of metrics beside what a server really exports: no name in one that the other lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use tempfile::tempdir;

use crate::http::{call, get};
use crate::owner::{Owner, until};
use crate::process::Process;

/// What Prometheus adds to every series.
const ADDED: [&str; 3] = ["job", "instance", "le"];

/// A metric, with the names of its labels.
type Exported = BTreeMap<String, BTreeSet<String>>;

/// What a server exports after a story in which everything happens at least once.
fn exported() -> Exported {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let owner = Owner::new(&server, folder.path());
    let organization = owner.create_organization(1);
    let portfolio = owner.create_portfolio("shared");
    let token = owner.share(&portfolio, &organization.unit);
    owner.assert_reached(&token, &organization.accounts);
    call(
        server.address(),
        folder.path(),
        "management",
        "DescribePortfolio",
        "{}",
    );
    call(
        server.address(),
        folder.path(),
        "management",
        "EatPortfolio",
        "{}",
    );
    let ended = "chandlery_share_operations_total{action=\"CREATE\",status=\"COMPLETED\"} 1";
    let numbers = until("the share operation is counted", || {
        let (_, numbers) = get(server.address(), "/metrics");
        numbers.contains(ended).then_some(numbers)
    });
    server.stop();

    let mut exported = Exported::new();
    for line in numbers.lines() {
        if let Some(declared) = line.strip_prefix("# TYPE ") {
            let name = declared.split(' ').next().unwrap();
            exported.entry(name.to_owned()).or_default();
        } else if let Some((name, labels)) = line.split_once('{') {
            let keys = labels
                .split(',')
                .filter_map(|it| it.split_once("=\""))
                .map(|it| it.0.to_owned());
            let name = base(&exported, name).unwrap().to_owned();
            exported.get_mut(&name).unwrap().extend(keys);
        }
    }
    exported
}

/// The metric that `series` belongs to: a histogram has three.
fn base<'n>(exported: &Exported, series: &'n str) -> Option<&'n str> {
    let of_histogram = ["_bucket", "_sum", "_count"]
        .iter()
        .filter_map(|it| series.strip_suffix(it));
    let mut names = std::iter::once(series).chain(of_histogram);
    names.find(|it| exported.contains_key(*it))
}

fn docs(file: &str) -> String {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    std::fs::read_to_string(docs.join(file)).unwrap()
}

/// Every value of the member `name` in `value`, however deep.
fn members<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(members_of) => {
            for (key, value) in members_of {
                if let (true, Some(text)) = (key == name, value.as_str()) {
                    found.push(text);
                }
                members(value, name, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|it| members(it, name, found)),
        _ => {}
    }
}

/// The names of metrics in `text`.
fn metrics(text: &str) -> BTreeSet<&str> {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    let is_metric = |it: &&str| it.starts_with("chandlery_") || it.starts_with("process_");
    words.filter(is_metric).collect()
}

/// The labels that `expression` groups by or asks for, and the values that it asks for.
fn labels(expression: &str) -> (BTreeSet<&str>, Vec<&str>) {
    let (mut labels, mut values) = (BTreeSet::new(), Vec::new());
    for part in expression.split("by (").skip(1) {
        let list = part.split(')').next().unwrap();
        labels.extend(list.split(',').map(str::trim));
    }
    for part in expression.split('{').skip(1) {
        for matcher in part.split('}').next().unwrap().split(',') {
            let (label, value) = matcher.split_once('=').unwrap();
            let label = label.trim().trim_end_matches('!');
            labels.insert(label);
            let value = value.trim_start_matches('~').trim_matches('"');
            // Where a bucket ends is not a name.
            if label != "le" && !value.is_empty() && !value.starts_with('$') {
                values.push(value);
            }
        }
    }
    (labels, values)
}

#[test]
fn every_query_of_the_dashboard_is_about_what_a_server_exports() {
    let exported = exported();
    let dashboard: Value = serde_json::from_str(&docs("grafana/chandlery.json")).unwrap();
    let page = docs("operating.md");
    let mut expressions = Vec::new();
    members(&dashboard, "expr", &mut expressions);
    assert!(expressions.len() > 20, "{expressions:?}");
    for expression in expressions {
        let names = metrics(expression);
        assert!(!names.is_empty(), "{expression}");
        let (labels, values) = labels(expression);
        for series in names {
            let Some(name) = base(&exported, series) else {
                panic!("{series} is not exported: {expression}");
            };
            for label in &labels {
                let has = exported[name].contains(*label) || ADDED.contains(label);
                assert!(has, "{name} has no label {label}: {expression}");
            }
        }
        for value in values {
            assert!(page.contains(&format!("`{value}`")), "{value}: {expression}");
        }
    }
}

#[test]
fn a_dashboard_is_imported_by_the_data_source_that_is_chosen() {
    let dashboard: Value = serde_json::from_str(&docs("grafana/chandlery.json")).unwrap();
    // A variable, and no `__inputs`, which Grafana asks for where somebody imports and leaves open where it provisions.
    assert_eq!(dashboard["__inputs"], Value::Null);
    assert!(dashboard["schemaVersion"].as_u64().unwrap() >= 39);
    let panels = dashboard["panels"].as_array().unwrap();
    let ids: BTreeSet<u64> = panels.iter().map(|it| it["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len());
    let asked = panels.iter().filter(|it| it["type"] != "row");
    let [source, variables @ ..] = &dashboard["templating"]["list"].as_array().unwrap()[..] else {
        panic!("{}", dashboard["templating"]);
    };
    assert_eq!(
        (&source["name"], &source["type"], &source["query"]),
        (&"datasource".into(), &"datasource".into(), &"prometheus".into())
    );
    for it in asked.chain(variables) {
        let source = &it["datasource"];
        assert_eq!(
            (&source["type"], &source["uid"]),
            (&"prometheus".into(), &"${datasource}".into()),
            "{it}"
        );
    }
}

#[test]
fn every_metric_is_on_the_page_and_every_metric_of_the_page_is_there() {
    let exported = exported();
    let page = docs("operating.md");
    let rows = page.lines().filter(|it| it.starts_with("| `chandlery_"));
    let mut described = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').collect();
        described.insert(cells[1].trim().trim_matches('`'), cells[2]);
    }
    let ours = exported.iter().filter(|it| it.0.starts_with("chandlery_"));
    for (name, labels) in ours {
        let Some(cell) = described.remove(name.as_str()) else {
            panic!("docs/operating.md does not describe {name}");
        };
        for label in labels.iter().filter(|it| !ADDED.contains(&it.as_str())) {
            assert!(
                cell.contains(&format!("`{label}`")),
                "{name} has a label {label}: {cell}"
            );
        }
    }
    assert!(described.is_empty(), "not exported: {described:?}");
    for name in metrics(&page) {
        assert!(
            base(&exported, name).is_some() || !name.starts_with("process_"),
            "{name} is not exported"
        );
    }
}

/// Metrics of processes have the same names everywhere: only the jobs and servers of Chandlery are chosen, all of them too.
#[test]
fn the_dashboard_shows_no_process_of_anybody_else() {
    let dashboard: Value = serde_json::from_str(&docs("grafana/chandlery.json")).unwrap();
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    for name in ["job", "instance"] {
        let variable = variables.iter().find(|it| it["name"] == name).unwrap();
        assert_eq!(variable["allValue"], Value::Null, "{name}");
        let asked = variable["query"]["query"].as_str().unwrap();
        assert!(asked.starts_with("label_values(chandlery_build_info"), "{asked}");
    }
    let mut expressions = Vec::new();
    members(&dashboard, "expr", &mut expressions);
    for expression in expressions {
        for series in expression.split("process_").skip(1) {
            let selector = series.split(['{', '}']).nth(1).unwrap();
            assert_eq!(selector, r#"job=~"$job", instance=~"$instance""#, "{expression}");
        }
    }
}
