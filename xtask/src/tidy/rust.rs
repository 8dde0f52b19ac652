//! Rules about Rust: finished, explained, short, and with tests that run and do not wait by the clock.

use regex::Regex;

use super::{
    finding::Finding,
    tree::{File, Tree},
};

const LINES_MAX: usize = 500;

/// No mark of work that was left for later, in any language.
pub(super) fn unfinished_work(tree: &Tree) -> Vec<Finding> {
    // In two halves, so that this file keeps its own rules.
    let marks = ["TO|DO", "FIX|ME", "HA|CK"].map(|mark| mark.replace('|', ""));
    let macros = ["to|do", "unimpl|emented", "d|bg"].map(|name| name.replace('|', ""));
    let pattern = Regex::new(&format!(
        r"\b(?:{})\b|\b(?:{})!",
        marks.join("|"),
        macros.join("|")
    ));
    let pattern = pattern.expect("the pattern is constant");
    let mut findings = Vec::new();
    for file in tree.written() {
        let marked = file.lines().filter(|(_, line)| pattern.is_match(line));
        findings.extend(
            marked.map(|(number, _)| Finding::new(file, number, "unfinished work; finish it or file it")),
        );
    }
    findings
}

/// No test that is there and does not run.
pub(super) fn ignored_tests(tree: &Tree) -> Vec<Finding> {
    let pattern = Regex::new(r"#\s*\[\s*ignore\b").expect("the pattern is constant");
    let mut findings = Vec::new();
    for file in tree.rust() {
        let ignored = file.lines().filter(|(_, line)| pattern.is_match(line));
        findings.extend(
            ignored
                .map(|(number, _)| Finding::new(file, number, "a test that never runs; mend or remove it")),
        );
    }
    findings
}

/// No test that waits for a length of time: too short on a busy machine, too long on every other.
pub(super) fn sleeping_tests(tree: &Tree) -> Vec<Finding> {
    let pattern = Regex::new(r"\bsleep(?:_until)?\s*\(").expect("the pattern is constant");
    let mut findings = Vec::new();
    for file in tree.rust() {
        let tests_begin = if file.is_rust_test() {
            1
        } else {
            inline_tests(file)
        };
        let sleeping = file
            .lines()
            .filter(|(number, line)| *number >= tests_begin && pattern.is_match(line));
        findings.extend(sleeping.map(|(number, _)| {
            Finding::new(
                file,
                number,
                "a test that sleeps; wait for the event, with a deadline",
            )
        }));
    }
    findings
}

/// A page at the top of every module: what lives here, its invariant, what is deliberately absent.
pub(super) fn module_pages(tree: &Tree) -> Vec<Finding> {
    let silent = tree
        .rust()
        .filter(|file| !file.is_rust_test() && !file.text.starts_with("//!"));
    silent
        .map(|file| {
            Finding::new(
                file,
                1,
                "the module does not begin with `//!` and what lives here",
            )
        })
        .collect()
}

/// No file so long that a second job hides in it.
pub(super) fn long_files(tree: &Tree) -> Vec<Finding> {
    let sources = tree
        .written()
        .filter(|file| ["rs", "py", "sh"].iter().any(|it| file.has_extension(it)));
    let lengths = sources.map(|file| (file, file.text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > LINES_MAX);
    long.map(|(file, lines)| {
        Finding::new(
            file,
            LINES_MAX + 1,
            format!("{lines} lines; more than {LINES_MAX} hold a second job"),
        )
    })
    .collect()
}

/// The line on which the tests inside a module begin; behind the end where it has none.
fn inline_tests(file: &File) -> usize {
    let attribute = file
        .lines()
        .find(|(_, line)| line.trim_start().starts_with("#[cfg(test)]"));
    attribute.map_or(usize::MAX, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(findings: &[Finding]) -> Vec<String> {
        findings
            .iter()
            .map(|it| it.to_string().split(": ").next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn marks_of_unfinished_work_are_found_and_ordinary_words_are_not() {
        let text = ["// TO", "DO: later\nunimpl", "emented!()\n// a to", "do list\n"].concat();
        let findings = unfinished_work(&Tree::with(&[("src/lib.rs", &text)]));
        assert_eq!(found(&findings), ["src/lib.rs:1", "src/lib.rs:2"]);
    }

    #[test]
    fn an_ignored_test_is_found() {
        let text = format!("#[test]\n#[{} = \"slow\"]\nfn it() {{}}\n", "ignore");
        assert_eq!(
            found(&ignored_tests(&Tree::with(&[("src/tests.rs", &text)]))),
            ["src/tests.rs:2"]
        );
    }

    #[test]
    fn sleeping_is_found_in_tests_alone() {
        let text = format!(
            "fn wait() {{ {0}(1) }}\n#[cfg(test)]\nmod tests {{ fn it() {{ {0}(1) }} }}\n",
            "sleep"
        );
        let files = [("src/lib.rs", text.as_str()), ("tests/it/main.rs", text.as_str())];
        let places = ["src/lib.rs:3", "tests/it/main.rs:1", "tests/it/main.rs:3"];
        assert_eq!(found(&sleeping_tests(&Tree::with(&files))), places);
    }

    #[test]
    fn a_module_without_its_page_is_found() {
        let files = [
            ("src/lib.rs", "use a;\n"),
            ("src/a.rs", "//! A.\n"),
            ("src/a/tests.rs", "use b;\n"),
        ];
        assert_eq!(found(&module_pages(&Tree::with(&files))), ["src/lib.rs:1"]);
    }

    #[test]
    fn a_file_of_more_than_500_lines_is_found() {
        let (fits, long) = ("\n".repeat(500), "\n".repeat(501));
        let files = [
            ("src/fits.rs", fits.as_str()),
            ("src/long.rs", &long),
            ("src/generated/all.rs", &long),
        ];
        assert_eq!(found(&long_files(&Tree::with(&files))), ["src/long.rs:501"]);
    }
}
