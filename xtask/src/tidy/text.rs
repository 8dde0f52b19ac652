//! Rules about every file people wrote: nothing of the machine it was written on, no stray blanks.

use regex::Regex;

use super::{finding::Finding, tree::Tree};

/// No path of a developer's or a build machine's own folders.
pub(super) fn machine_paths(tree: &Tree) -> Vec<Finding> {
    // In two halves, here and below, so that this file keeps its own rules.
    let folders = ["ho|me", "ro|ot", "Us|ers", "wo|rk", "fa|rm"].map(|name| name.replace('|', ""));
    let path = Regex::new(&format!(r#"(?:^|[\s"'`(=:,])/(?:{})/\w"#, folders.join("|")));
    find(
        tree,
        &path.expect("the pattern is constant"),
        "a path of one machine; say where relative to the repository",
    )
}

/// No package registry's host: which one is used is configuration of the machine.
pub(super) fn registry_hosts(tree: &Tree) -> Vec<Finding> {
    let hosts = [
        "cra|tes.io",
        "py|pi.org",
        "python|hosted.org",
        "npm|js.org",
        "npm|js.com",
        "deb.deb|ian.org",
    ];
    let hosts = hosts.map(|host| regex::escape(&host.replace('|', "")));
    let host = Regex::new(&hosts.join("|")).expect("the pattern is constant");
    find(
        tree,
        &host,
        "a registry's host; name the package alone, the machine knows where it comes from",
    )
}

/// No blank at the end of a line, and one line feed at the end of a file.
pub(super) fn trailing_whitespace(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.written() {
        let blank = |line: &str| line.ends_with([' ', '\t', '\r']);
        let lines = file.lines().filter(|(_, line)| blank(line));
        findings
            .extend(lines.map(|(number, _)| Finding::new(file, number, "whitespace at the end of the line")));
        if !file.text.is_empty() && !file.text.ends_with('\n') {
            findings.push(Finding::new(
                file,
                file.lines().count(),
                "the last line has no line feed",
            ));
        }
    }
    findings
}

fn find(tree: &Tree, pattern: &Regex, message: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.written() {
        let lines = file.lines().filter(|(_, line)| pattern.is_match(line));
        findings.extend(lines.map(|(number, _)| Finding::new(file, number, message)));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(findings: &[Finding]) -> Vec<String> {
        findings
            .iter()
            .map(|it| it.to_string().split(": ").next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn a_developers_folder_is_found_and_a_path_inside_a_url_is_not() {
        let text = format!(
            "see /{}/alice/notes\nhttps://example.org/{}/page\n",
            "home", "work"
        );
        let findings = machine_paths(&Tree::with(&[("README.md", &text)]));
        assert_eq!(places(&findings), ["README.md:1"]);
    }

    #[test]
    fn a_registrys_host_is_found_unless_the_lock_file_names_it() {
        let text = format!("from {}.org\n", "pypi");
        let findings = registry_hosts(&Tree::with(&[("docs/use.md", &text), ("Cargo.lock", &text)]));
        assert_eq!(places(&findings), ["docs/use.md:1"]);
    }

    #[test]
    fn a_blank_at_the_end_of_a_line_and_a_missing_last_line_feed_are_found() {
        let findings = trailing_whitespace(&Tree::with(&[("a.toml", "one \ntwo\nthree")]));
        assert_eq!(places(&findings), ["a.toml:1", "a.toml:3"]);
    }
}
