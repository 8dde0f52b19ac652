//! The steps, in the order they run: cheap before dear, builds before tests.

use anyhow::Result;

use super::shop::Shop;
use crate::{
    codegen, crash, process,
    test::{Cell, Protocol, Scope, Store},
    tidy,
};

/// One thing a change must pass.
pub(super) struct Step {
    /// What it is called on the command line.
    pub(super) name: &'static str,
    /// What it does, in a few words.
    pub(super) about: &'static str,
    /// Does it.
    pub(super) run: fn(&mut Shop) -> Result<Outcome>,
}

/// How a step ended that did not fail.
pub(super) enum Outcome {
    /// It did what it is there for.
    Passed,
    /// It could not, for this reason, and the run is good without it.
    Skipped(String),
}

/// All of them.
pub(super) const STEPS: [Step; 20] = [
    Step {
        name: "fmt",
        about: "the code is formatted",
        run: fmt,
    },
    Step {
        name: "tidy",
        about: "the structural rules hold",
        run: tidy_check,
    },
    Step {
        name: "codegen",
        about: "the generated code is what the contracts give",
        run: codegen_check,
    },
    Step {
        name: "clippy",
        about: "no lint warns",
        run: clippy,
    },
    Step {
        name: "rustdoc",
        about: "the documentation builds",
        run: rustdoc,
    },
    Step {
        name: "deny",
        about: "licences, banned crates and sources",
        run: deny,
    },
    Step {
        name: "server",
        about: "the release build of the server",
        run: server,
    },
    Step {
        name: "python-setup",
        about: "the Python clients, in target/",
        run: python_setup,
    },
    Step {
        name: "javascript-setup",
        about: "the JavaScript client, in target/",
        run: javascript_setup,
    },
    Step {
        name: "postgres",
        about: "a PostgreSQL of our own",
        run: postgres,
    },
    Step {
        name: "tests-build",
        about: "the Rust tests, README's Rust example and the crash test, built",
        run: tests_build,
    },
    Step {
        name: "tests",
        about: "all packages but the scenarios",
        run: tests,
    },
    Step {
        name: "doc-tests",
        about: "the examples in the documentation",
        run: doc_tests,
    },
    Step {
        name: "embedded-json",
        about: "scenarios on the embedded store, JSON",
        run: |shop| scenarios(shop, Store::Embedded, Protocol::Json),
    },
    Step {
        name: "embedded-cbor",
        about: "scenarios on the embedded store, CBOR",
        run: |shop| scenarios(shop, Store::Embedded, Protocol::Cbor),
    },
    Step {
        name: "postgres-json",
        about: "scenarios on PostgreSQL, JSON",
        run: |shop| scenarios(shop, Store::Postgres, Protocol::Json),
    },
    Step {
        name: "postgres-cbor",
        about: "scenarios on PostgreSQL, CBOR",
        run: |shop| scenarios(shop, Store::Postgres, Protocol::Cbor),
    },
    Step {
        name: "crash-embedded",
        about: "what is left of a server that is killed, on the embedded store",
        run: |shop| crash(shop, Store::Embedded),
    },
    Step {
        name: "crash-postgres",
        about: "what is left of servers that are killed, on PostgreSQL",
        run: |shop| crash(shop, Store::Postgres),
    },
    Step {
        name: "python",
        about: "boto3, JavaScript, two releases of the AWS CLI, README's examples",
        run: python,
    },
];

fn fmt(shop: &mut Shop) -> Result<Outcome> {
    passed(process::run(
        process::cargo(shop.root()).args(["fmt", "--all", "--", "--check"]),
    ))
}

fn tidy_check(shop: &mut Shop) -> Result<Outcome> {
    passed(tidy::check(shop.root()))
}

fn codegen_check(_shop: &mut Shop) -> Result<Outcome> {
    passed(codegen::run(&codegen::Options { check: true }))
}

fn clippy(shop: &mut Shop) -> Result<Outcome> {
    let mut clippy = process::cargo(shop.root());
    passed(process::run(clippy.args([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])))
}

fn rustdoc(shop: &mut Shop) -> Result<Outcome> {
    let mut doc = process::cargo(shop.root());
    doc.args([
        "doc",
        "--locked",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    passed(process::run(doc.env("RUSTDOCFLAGS", "-D warnings")))
}

fn deny(shop: &mut Shop) -> Result<Outcome> {
    if !process::succeeds(process::cargo(shop.root()).args(["deny", "--version"])) {
        return Ok(Outcome::Skipped(
            "cargo-deny is not installed, and a run never compiles it".to_owned(),
        ));
    }
    println!("    advisories are not checked: their database is out of a closed network's reach");
    passed(process::run(
        process::cargo(shop.root()).args(["deny", "check", "licenses", "bans", "sources"]),
    ))
}

fn server(shop: &mut Shop) -> Result<Outcome> {
    passed(shop.binary().map(drop))
}

fn python_setup(shop: &mut Shop) -> Result<Outcome> {
    passed(shop.python().map(drop))
}

fn javascript_setup(shop: &mut Shop) -> Result<Outcome> {
    passed(shop.javascript().map(drop))
}

fn postgres(shop: &mut Shop) -> Result<Outcome> {
    passed(shop.postgres().map(drop))
}

fn tests_build(shop: &mut Shop) -> Result<Outcome> {
    shop.tests()?;
    passed(shop.build_programs())
}

fn tests(shop: &mut Shop) -> Result<Outcome> {
    passed(shop.run_tests(Scope::Units))
}

fn doc_tests(shop: &mut Shop) -> Result<Outcome> {
    passed(process::run(process::cargo(shop.root()).args([
        "test",
        "--locked",
        "--workspace",
        "--doc",
        "--quiet",
    ])))
}

fn scenarios(shop: &mut Shop, store: Store, protocol: Protocol) -> Result<Outcome> {
    passed(shop.run_tests(Scope::Scenarios(Cell { store, protocol })))
}

/// Few kills, of the same seed each time: more, and of other seeds, are a command away.
fn crash(shop: &mut Shop, store: Store) -> Result<Outcome> {
    passed(shop.run_crash_test(store, crash::KILLS))
}

fn python(shop: &mut Shop) -> Result<Outcome> {
    passed(shop.run_python_tests(&["--quiet"]))
}

fn passed(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Passed)
}
