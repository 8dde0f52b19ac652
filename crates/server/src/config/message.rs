//! What is wrong with a configuration, in the words of the person who wrote it.
//!
//! Invariant: a message names the file, the key as it is written there, and what is wrong with it; no type of Rust and no
//! layer of ours is in it. Deliberately absent: flags and the environment, which clap has checked by then.

use std::io;
use std::path::Path;

use figment::error::{Actual, Error, Kind};

/// What is wrong with settings to which `file` was given.
pub(super) fn of(error: &Error, file: Option<&Path>) -> String {
    let what = sentence(error);
    match file {
        Some(file) => format!("{}: {what}", file.display()),
        None => what,
    }
}

/// Why `file` cannot be read.
pub(super) fn unreadable(file: &Path, error: &io::Error) -> String {
    let what = match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::InvalidData => "it is not text in UTF-8".to_owned(),
        _ => error.to_string(),
    };
    format!("{}: {what}", file.display())
}

fn sentence(error: &Error) -> String {
    let key = error.path.join(".");
    match &error.kind {
        Kind::UnknownField(name, _) => format!("there is no setting `{}`", below(&error.path, name)),
        Kind::Message(text) if key.is_empty() => syntax(text),
        Kind::Message(text) => format!("`{key}` cannot be used: {text}"),
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("`{key}` is {}, and must be {}", actual(found), kind(expected))
        }
        Kind::UnknownVariant(found, known) => {
            let known: Vec<String> = known.iter().map(|it| format!("`{it}`")).collect();
            format!("`{key}` is `{found}`, and must be {}", known.join(" or "))
        }
        other => format!("`{key}`: {other}"),
    }
}

/// The key of a name that was found in a table.
fn below(path: &[String], name: &str) -> String {
    match path.last() {
        // The path ends with the name, or with the table that it is in.
        Some(last) if last == name => path.join("."),
        Some(_) => format!("{}.{name}", path.join(".")),
        None => name.to_owned(),
    }
}

/// What was found, as it is written in the file as far as that is known.
fn actual(found: &Actual) -> String {
    match found {
        Actual::Bool(it) => it.to_string(),
        Actual::Unsigned(it) => it.to_string(),
        Actual::Signed(it) => it.to_string(),
        Actual::Float(it) => it.to_string(),
        Actual::Str(it) => format!("{it:?}"),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}

/// What a value must be, for whom `usize` is not a word.
fn kind(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "path string" | "a string" | "socket address" => "text in quotes",
        "struct LimitsTable" => "a table",
        other => other,
    }
}

/// The parser's message without the drawing of the line, which makes no sense in one line of text.
fn syntax(text: &str) -> String {
    let is_drawing = |line: &&str| {
        line.trim_start_matches([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            .starts_with('|')
    };
    let lines: Vec<&str> = text.lines().filter(|line| !is_drawing(line)).collect();
    let whole = lines.join(": ");
    let whole = whole.strip_prefix("TOML parse error at ").unwrap_or(&whole);
    whole.trim_end_matches([' ', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crate::Failure;
    use crate::config::{PlaceFlags, Settings, layered};

    fn loaded(file: PathBuf) -> Result<Settings, Failure> {
        layered(Some(&file), &PlaceFlags::default())
    }

    /// What is said about a file `bad.toml` that holds `toml`, without the folder it is in.
    fn refusal(toml: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bad.toml");
        std::fs::write(&file, toml).unwrap();
        let message = loaded(file).unwrap_err().to_string();
        let folder = format!("{}/", folder.path().display());
        message.strip_prefix(&folder).unwrap().to_owned()
    }

    #[test]
    fn a_setting_that_there_is_not_is_named_as_it_was_written() {
        assert_eq!(refusal("listn = 1\n"), "bad.toml: there is no setting `listn`");
        assert_eq!(
            refusal("[limits]\nportfolio-max = 1\n"),
            "bad.toml: there is no setting `limits.portfolio-max`"
        );
    }

    #[test]
    fn a_value_that_makes_no_sense_is_named_with_its_key() {
        for (toml, what) in [
            ("listen = 1", "`listen` is 1, and must be text in quotes"),
            (
                "listen = 'x'",
                "`listen` cannot be used: invalid socket address syntax",
            ),
            ("auth = 'x'", "`auth` is `x`, and must be `enforced` or `open`"),
            ("limits = 1", "`limits` is 1, and must be a table"),
            (
                "allow-remote-plain-http = 'yes'",
                "`allow-remote-plain-http` is \"yes\", and must be true or false",
            ),
            (
                "[limits]\nportfolios-max = -1",
                "`limits.portfolios-max` cannot be used: -1 is less than 0",
            ),
            (
                "[limits]\nportfolios-max = 'x'",
                "`limits.portfolios-max` is \"x\", and must be a whole number",
            ),
            (
                "[limits]\nportfolio-tags-max = -1",
                "`limits.portfolio-tags-max` is -1, and must be a whole number, 0 or more",
            ),
            (
                "[limits]\norganization-accounts-max = -1",
                "`limits.organization-accounts-max` cannot be used: -1 is less than 0",
            ),
            (
                "[limits]\nstep-accounts-max = 0",
                "`limits.step-accounts-max` cannot be used: 0 is less than 1",
            ),
            (
                "[limits]\njob-lease-seconds = 0",
                "`limits.job-lease-seconds` cannot be used: 0 is less than 1",
            ),
            (
                "[limits]\nclock-skew-max-seconds = -1",
                "`limits.clock-skew-max-seconds` cannot be used: -1 is not a length of time in seconds",
            ),
        ] {
            assert_eq!(refusal(toml), format!("bad.toml: {what}"), "{toml}");
        }
    }

    #[test]
    fn what_is_no_toml_is_shown_by_line_and_column() {
        let refused = refusal("listen = 'a'\nauth open\n");
        assert!(refused.starts_with("bad.toml: line 2, column 6: "), "{refused}");
        assert!(!refused.contains('|') && !refused.contains('\n'), "{refused}");
    }

    #[test]
    fn a_file_that_is_not_there_is_said_to_be_missing() {
        let refused = loaded("none.toml".into()).unwrap_err().to_string();
        assert_eq!(refused, "none.toml: no such file");
    }
}
