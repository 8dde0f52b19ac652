//! Rules about what people read: links lead somewhere, the licence is there.

use std::path::Path;

use regex::Regex;

use super::{
    finding::Finding,
    tree::{File, Tree},
};

/// Every relative link in Markdown leads to a file or a folder of the project.
pub(super) fn links(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.written().filter(|file| file.has_extension("md")) {
        for (line, target) in targets(file) {
            let path = target.split(['#', '?']).next().unwrap_or_default();
            let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
            let place = match path.strip_prefix('/') {
                Some(from_root) => from_root.into(),
                None => folder.join(path),
            };
            if !path.is_empty() && !tree.has(&place) {
                findings.push(Finding::new(
                    file,
                    line,
                    format!("the link to {target} leads nowhere"),
                ));
            }
        }
    }
    findings
}

/// The licence that every manifest names.
pub(super) fn licence(tree: &Tree) -> Vec<Finding> {
    match tree.file("LICENSE") {
        Some(_) => Vec::new(),
        None => vec![Finding::missing("LICENSE", "the licence's text is missing")],
    }
}

/// The targets of the links in `file` that are not on another host, with their lines.
fn targets(file: &File) -> Vec<(usize, String)> {
    // `[text](target)`, `![picture](target)` and `[label]: target`.
    let link =
        Regex::new(r"\]\(<?([^)\s>]+)>?[^)]*\)|^\s*\[[^\]]+\]:\s*(\S+)").expect("the pattern is constant");
    let code = Regex::new("`[^`]*`").expect("the pattern is constant");
    let mut targets = Vec::new();
    let mut fenced = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let prose = code.replace_all(line, "``");
        for capture in link.captures_iter(&prose) {
            let target = capture.get(1).or(capture.get(2)).map_or("", |it| it.as_str());
            if !target.contains("://") && !target.starts_with("mailto:") {
                targets.push((number, target.to_owned()));
            }
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let guide =
            "[a](../README.md#top) [b](gone.md)\n[c](https://example.org) [d](#here)\n\n[e]: also-gone.md\n";
        let findings = links(&Tree::with(&[("README.md", ""), ("docs/guide.md", guide)]));
        assert_eq!(
            places(&findings),
            [
                "docs/guide.md:1: the link to gone.md leads nowhere",
                "docs/guide.md:4: the link to also-gone.md leads nowhere",
            ],
        );
    }

    #[test]
    fn what_looks_like_a_link_in_code_is_none() {
        let text = "`rows[0](x)`\n```rust\nlet y = rows[0](x);\n```\n[folder](docs/adr)\n";
        assert!(links(&Tree::with(&[("README.md", text), ("docs/adr/0001.md", "")])).is_empty());
    }

    #[test]
    fn a_missing_licence_is_found() {
        assert_eq!(licence(&Tree::with(&[("README.md", "")])).len(), 1);
        assert!(licence(&Tree::with(&[("LICENSE", "")])).is_empty());
    }
}
