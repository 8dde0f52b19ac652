//! The arrows between our crates, and what the pure ones stay away from.
//!
//! The tables below are the design: an arrow that is not there is a decision to take, not a line to add in passing.

use super::{
    finding::Finding,
    tree::{File, Tree},
};

/// Whom each crate may depend on, by the names of their folders.
const ARROWS: [(&str, &[&str]); 12] = [
    ("shapes", &[]),
    ("domain", &[]),
    ("identity", &["domain"]),
    ("wire", &["shapes"]),
    ("store", &["domain"]),
    ("engine", &["shapes", "wire", "identity", "domain", "store"]),
    ("client", &["identity"]),
    (
        "server",
        &[
            "shapes", "wire", "identity", "domain", "store", "engine", "client",
        ],
    ),
    (
        "testkit",
        &[
            "shapes", "wire", "identity", "domain", "store", "engine", "server",
        ],
    ),
    ("bench", &["client"]),
    ("crash", &["client"]),
    ("xtask", &[]),
];

/// Crates without I/O, clock or randomness, and the names that would bring those in.
const PURE: [&str; 4] = ["shapes", "domain", "identity", "wire"];
const IMPURE: [&str; 6] = ["rand", "reqwest", "rusqlite", "tokio", "tokio-postgres", "uuid"];

/// Every dependency between our crates is an arrow of the design, and the pure ones are pure. Tests may use more.
pub(super) fn arrows(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in tree.files().filter(|file| file.path.ends_with("/Cargo.toml")) {
        let folder = manifest.path.trim_end_matches("/Cargo.toml");
        let name = folder.rsplit('/').next().unwrap_or(folder);
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            findings.push(Finding::new(
                manifest,
                1,
                format!("the design has no crate `{name}`"),
            ));
            continue;
        };
        for (line, dependency) in dependencies(manifest) {
            let ours = ARROWS.iter().any(|(to, _)| *to == dependency);
            if ours && !allowed.contains(&dependency) {
                findings.push(Finding::new(
                    manifest,
                    line,
                    format!("`{name}` must not depend on `{dependency}`"),
                ));
            }
            if PURE.contains(&name) && IMPURE.contains(&dependency) {
                let message = format!("`{name}` is pure and `{dependency}` is not");
                findings.push(Finding::new(manifest, line, message));
            }
        }
    }
    findings
}

/// The dependencies of `manifest` outside tests, by the names its code uses, with their lines.
fn dependencies(manifest: &File) -> Vec<(usize, &str)> {
    let mut listed = false;
    let mut dependencies = Vec::new();
    for (number, line) in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            listed = table.starts_with("dependencies]") || table.ends_with(".dependencies]");
            continue;
        }
        let name = line.split(['.', '=', ' ', '#']).next().unwrap_or_default();
        if listed && !name.is_empty() {
            dependencies.push((number, name));
        }
    }
    dependencies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, manifest: &str) -> Vec<String> {
        arrows(&Tree::with(&[(path, manifest)]))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn an_arrow_against_the_design_is_found() {
        let manifest = "[dependencies]\ndomain.workspace = true\nengine = { workspace = true }\n";
        let message = "crates/store/Cargo.toml:3: `store` must not depend on `engine`";
        assert_eq!(found("crates/store/Cargo.toml", manifest), [message]);
    }

    #[test]
    fn a_pure_crate_that_learns_to_do_io_is_found() {
        let manifest = "[dependencies]\njiff.workspace = true\n\n[target.'cfg(unix)'.dependencies]\ntokio.workspace = true\n";
        let message = "crates/domain/Cargo.toml:5: `domain` is pure and `tokio` is not";
        assert_eq!(found("crates/domain/Cargo.toml", manifest), [message]);
    }

    #[test]
    fn tests_may_use_what_the_crate_may_not() {
        let manifest =
            "[dependencies]\n# none\n[dev-dependencies]\ntestkit.workspace = true\ntokio.workspace = true\n";
        assert!(found("crates/identity/Cargo.toml", manifest).is_empty());
    }

    #[test]
    fn a_crate_that_the_design_does_not_have_is_found() {
        let message = "crates/utils/Cargo.toml:1: the design has no crate `utils`";
        assert_eq!(found("crates/utils/Cargo.toml", ""), [message]);
    }
}
