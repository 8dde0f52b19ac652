//! AWS's published vectors, as two crates ship them: read where Cargo has put those crates, not copied.
//!
//! Each test says how many vectors ended how, so that it cannot pass by finding none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chandlery_identity::Refusal;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::request::Request;

/// How vectors ended.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    accepted: usize,
    /// Signed for a path as it is, which is S3's rule.
    refused_unnormalized: usize,
    /// The session token was added after signing, which no service here allows.
    refused_token_not_signed: usize,
    /// Signed with a form's body moved into the query, as one crate's option has it and no AWS SDK does.
    refused_form_as_query: usize,
    /// Their request line has a space in its path, which is not HTTP.
    not_http: usize,
}

impl Tally {
    fn count(&mut self, name: &str, text: &[u8], folding: Folding) {
        let Some(request) = read(text, folding) else {
            assert!(name.starts_with("get-space"), "{name} is not HTTP");
            self.not_http += 1;
            return;
        };
        match (name, request.verify()) {
            ("post-sts-header-after", Err(Refusal::HeaderNotSigned(_) | Refusal::SignatureDoesNotMatch)) => {
                self.refused_token_not_signed += 1;
            }
            (_, Err(Refusal::SignatureDoesNotMatch)) if name.ends_with("-unnormalized") => {
                self.refused_unnormalized += 1;
            }
            (
                "post-x-www-form-urlencoded" | "post-x-www-form-urlencoded-parameters",
                Err(Refusal::SignatureDoesNotMatch),
            ) => {
                self.refused_form_as_query += 1;
            }
            (_, Ok(())) => self.accepted += 1,
            (_, Err(refusal)) => panic!("{name}: {refusal:?}"),
        }
    }
}

#[test]
fn the_vectors_of_aws_sigv4_are_verified_in_both_forms() {
    let mut header = Tally::default();
    let mut presigned = Tally::default();
    for folder in folders(&package("aws-sigv4").join("aws-signing-test-suite/v4")) {
        if !folder.join("context.json").exists() {
            continue; // Two vectors for canonical paths alone, with made-up signatures.
        }
        let name = folder.file_name().unwrap().to_str().unwrap();
        header.count(
            name,
            &fs::read(folder.join("header-signed-request.txt")).unwrap(),
            Folding::Space,
        );
        presigned.count(
            name,
            &fs::read(folder.join("query-signed-request.txt")).unwrap(),
            Folding::Space,
        );
    }
    let expected = Tally {
        accepted: 29,
        refused_unnormalized: 6,
        refused_token_not_signed: 1,
        refused_form_as_query: 0,
        not_http: 2,
    };
    assert_eq!(header, expected);
    assert_eq!(presigned, expected);
}

#[test]
fn the_vectors_of_scratchstack_are_verified() {
    let mut tally = Tally::default();
    let suite = package("scratchstack-aws-signature").join("src/aws-sig-v4-test-suite");
    let nested = ["normalize-path", "post-sts-token"].map(|group| folders(&suite.join(group)));
    for folder in folders(&suite).into_iter().chain(nested.into_iter().flatten()) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        if let Ok(text) = fs::read(folder.join(format!("{name}.sreq"))) {
            tally.count(name, &text, Folding::Comma);
        }
    }
    let expected = Tally {
        accepted: 27,
        refused_unnormalized: 0,
        refused_token_not_signed: 1,
        refused_form_as_query: 2,
        not_http: 1,
    };
    assert_eq!(tally, expected);
}

/// What the lines of a folded header value become. HTTP has given folding up, and the two suites differ.
#[derive(Clone, Copy)]
enum Folding {
    Space,
    Comma,
}

/// Reads a request as the suites write it: `None` if its target cannot be a URI.
fn read(text: &[u8], folding: Folding) -> Option<Request> {
    let text = str::from_utf8(text).unwrap();
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let uri: Uri = target.strip_suffix(" HTTP/1.1").unwrap().parse().ok()?;

    let mut headers = HeaderMap::new();
    let mut last: Option<HeaderName> = None;
    for line in lines {
        if let Some(more) = line.strip_prefix(' ') {
            let name = last.clone().unwrap();
            match folding {
                Folding::Comma => {
                    headers.append(name, HeaderValue::from_str(more.trim()).unwrap());
                }
                Folding::Space => {
                    let folded = format!("{} {}", headers[&name].to_str().unwrap(), more.trim());
                    headers.insert(name, HeaderValue::from_str(&folded).unwrap());
                }
            }
        } else {
            let (name, value) = line.split_once(':').unwrap();
            let name: HeaderName = name.parse().unwrap();
            headers.append(name.clone(), HeaderValue::from_str(value.trim()).unwrap());
            last = Some(name);
        }
    }
    Some(Request {
        method: method.parse().unwrap(),
        uri,
        headers,
        body: body.as_bytes().to_vec(),
    })
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

/// The folder into which Cargo has unpacked the package `name`.
fn package(name: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--filter-platform",
            "host-tuple",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let found = packages.iter().find(|package| package["name"] == name).unwrap();
    Path::new(found["manifest_path"].as_str().unwrap())
        .parent()
        .unwrap()
        .to_path_buf()
}
