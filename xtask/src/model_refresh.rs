//! `cargo xtask model-refresh`: takes the API contracts from botocore into `model/`.
//!
//! Only facts are kept (see [`Contract`]); `model/SOURCE.json` says where they came from. pip checks the package against
//! its index. Deliberately absent: any change to the contracts themselves; where Chandlery differs, its code says so.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail, ensure};
use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use crate::{
    codegen::{
        contract::{Contract, Pagination},
        services::{PinnedService, SERVICES},
    },
    workspace,
};

/// What the command line says.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The version of botocore; the newest if not given.
    #[arg(long)]
    version: Option<String>,
}

/// Where the contracts came from: `model/SOURCE.json`.
#[derive(Serialize)]
struct Source {
    package: &'static str,
    version: String,
    wheel: Checked,
    files: Vec<Checked>,
}

#[derive(Serialize)]
struct Checked {
    file: String,
    sha256: String,
}

#[derive(Deserialize)]
struct Paginators {
    pagination: BTreeMap<String, Pagination>,
}

#[derive(Deserialize)]
struct PaginatorExtras {
    merge: Paginators,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let package = Package::download(options.version.as_deref(), folder.path())?;
    let model = workspace().join("model");
    let mut files = Vec::new();
    for service in &SERVICES {
        let contract = package.contract(service, &mut files)?;
        write_json(&model.join(service.file()), &contract)?;
        println!(
            "{}: {} operations, {} shapes",
            service.title,
            contract.operations.len(),
            contract.shapes.len()
        );
    }
    let source = Source {
        package: "botocore",
        version: package.version.clone(),
        wheel: package.checked_wheel()?,
        files,
    };
    write_json(&model.join("SOURCE.json"), &source)?;
    println!("from botocore {}; now run `cargo xtask codegen`", package.version);
    Ok(())
}

/// The botocore package, unpacked in a folder.
struct Package {
    wheel: PathBuf,
    version: String,
    contents: PathBuf,
}

impl Package {
    fn download(version: Option<&str>, folder: &Path) -> Result<Self> {
        let requirement = version.map_or("botocore".to_owned(), |it| format!("botocore=={it}"));
        python(
            ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", "."],
            &requirement,
            folder,
        )?;
        let wheel = only_file(folder)?;
        let name = file_name(&wheel)?;
        let version = name
            .strip_prefix("botocore-")
            .and_then(|it| it.strip_suffix("-py3-none-any.whl"));
        let version = version
            .with_context(|| format!("{name} is not a wheel of botocore"))?
            .to_owned();
        let contents = folder.join("contents");
        python(["-m", "zipfile", "-e", name], "contents", folder)?;
        Ok(Self {
            wheel,
            version,
            contents,
        })
    }

    fn checked_wheel(&self) -> Result<Checked> {
        Ok(Checked {
            file: file_name(&self.wheel)?.to_owned(),
            sha256: sha256(&fs::read(&self.wheel)?),
        })
    }

    fn contract(&self, service: &PinnedService, files: &mut Vec<Checked>) -> Result<Contract> {
        let mut read = |name: &str| self.read(&format!("botocore/data/{}/{name}", service.botocore), files);
        let mut contract: Contract = parse(&read("service-2.json.gz")?.context("no contract")?)?;
        let mut paginators: Paginators = parse(&read("paginators-1.json")?.context("no paginators")?)?;
        if let Some(extras) = read("paginators-1.sdk-extras.json")? {
            let extras: PaginatorExtras = parse(&extras)?;
            for (operation, facts) in extras.merge.pagination {
                paginators.pagination.entry(operation).or_default().extend(facts);
            }
        }
        for (operation, facts) in paginators.pagination {
            let operation = contract.operations.get_mut(&operation);
            operation.context("a paginator without its operation")?.pagination = Some(facts);
        }
        pin(&mut contract, service)?;
        Ok(contract)
    }

    /// The text of a file of the package, noting its checksum; `None` if there is no such file.
    fn read(&self, name: &str, files: &mut Vec<Checked>) -> Result<Option<String>> {
        let path = self.contents.join(name);
        if !path.exists() {
            return Ok(None);
        }
        files.push(Checked {
            file: name.to_owned(),
            sha256: sha256(&fs::read(&path)?),
        });
        let mut text = String::new();
        if path.extension().is_some_and(|it| it == "gz") {
            GzDecoder::new(File::open(&path)?).read_to_string(&mut text)?;
        } else {
            File::open(&path)?.read_to_string(&mut text)?;
        }
        Ok(Some(text))
    }
}

/// Leaves the operations that Chandlery pins, and the shapes these use.
fn pin(contract: &mut Contract, service: &PinnedService) -> Result<()> {
    if let Some(pinned) = service.pinned {
        for name in pinned {
            ensure!(
                contract.operations.contains_key(*name),
                "{} has no operation {name}",
                service.title
            );
        }
        let unpinned = contract
            .operations
            .extract_if(.., |name, _| !pinned.contains(&name.as_str()));
        contract.unpinned_operations = unpinned.map(|(name, _)| name).collect();
    }
    let used = contract.used_shapes()?;
    contract.shapes.retain(|name, _| used.contains(name));
    Ok(())
}

fn python<const N: usize>(arguments: [&str; N], last: &str, folder: &Path) -> Result<()> {
    let mut command = Command::new("python3");
    command.args(arguments).arg(last).current_dir(folder);
    let status = command
        .status()
        .context("python3 is needed to refresh the model")?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)?;
    let (Some(file), None) = (files.next(), files.next()) else {
        bail!("pip left more or less than one file");
    };
    Ok(file?.path())
}

fn file_name(path: &Path) -> Result<&str> {
    path.file_name()
        .and_then(|it| it.to_str())
        .context("a file without a name")
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text)?)
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
