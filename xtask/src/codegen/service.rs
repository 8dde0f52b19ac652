//! Writes what holds a service together: its module, its description, its errors and its shared structures.

use std::{collections::BTreeSet, path::PathBuf};

use anyhow::Result;

use super::{
    constraints,
    contract::Shape,
    names, operations,
    plan::Plan,
    services::SERVICES,
    source::{Source, header},
    structures,
};

/// The files of a service, by their paths in `generated/`, not yet formatted.
pub(super) fn files(plan: &Plan<'_>) -> Result<Vec<(PathBuf, String)>> {
    let folder = PathBuf::from(plan.service.module);
    let enumerations = constraints::enumerations(plan);
    let mut files = vec![
        (folder.join("mod.rs"), service(plan, enumerations.is_some())),
        (folder.join("constraints.rs"), constraints::constraints(plan)?),
        (folder.join("errors.rs"), errors(plan)?),
        (folder.join("operations.rs"), operations::operations(plan)),
        (folder.join("types.rs"), types(plan)?),
    ];
    if let Some(enumerations) = enumerations {
        files.push((folder.join("enumerations.rs"), enumerations));
    }
    for name in plan.contract.operations.keys() {
        let file = format!("operations/{}.rs", names::snake(name));
        files.push((folder.join(file), operations::operation(plan, name)?));
    }
    Ok(files)
}

/// `generated/mod.rs`.
pub(super) fn root() -> String {
    let mut root = header("model/");
    root.push_str("//! The pinned contracts as Rust, one module per service.\n\n");
    root.push_str(
        "#![allow(
            missing_docs,
            clippy::pedantic,
            clippy::enum_variant_names,
            reason = \"names and sizes are AWS's; what a member means is said in AWS's API reference\"
        )]\n\n",
    );
    for service in &SERVICES {
        root.extend(["pub mod ", service.module, ";\n"]);
    }
    root
}

fn service(plan: &Plan<'_>, has_enumerations: bool) -> String {
    let (service, metadata) = (plan.service, &plan.contract.metadata);
    let mut source = Source::new(
        service,
        &format!("{}, API version {}.", service.title, metadata.api_version),
    );
    for module in [
        "pub(crate) mod constraints;",
        "mod errors;",
        "pub mod operations;",
        "mod types;",
    ] {
        source.line(format_args!("{module}"));
    }
    source.gap();
    source.line(format_args!("pub use types::*;"));
    if has_enumerations {
        source.line(format_args!("mod enumerations;"));
        source.line(format_args!("pub use enumerations::*;"));
    }
    operations::write_exports(plan, &mut source);
    source.import("crate", "Service");
    source.import("crate", "ServiceDescription");
    source.gap();
    source.line(format_args!(
        "/// What the contract says about {}.",
        service.title
    ));
    source.line(format_args!(
        "pub static DESCRIPTION: ServiceDescription = ServiceDescription {{"
    ));
    let signing_name = metadata.signing_name.as_ref();
    source.line(format_args!("service: Service::{},", service.variant));
    source.line(format_args!(
        "signing_name: {:?},",
        signing_name.unwrap_or(&metadata.endpoint_prefix)
    ));
    source.line(format_args!("target_prefix: {:?},", metadata.target_prefix));
    source.line(format_args!("shape_namespace: {:?},", service.shape_namespace));
    source.line(format_args!("xml_namespace: {:?},", metadata.xml_namespace));
    source.line(format_args!("api_version: {:?},", metadata.api_version));
    source.line(format_args!("operations: &operations::OPERATIONS,"));
    source.line(format_args!(
        "unpinned_operations: &{:?},",
        Vec::from_iter(&plan.contract.unpinned_operations)
    ));
    source.line(format_args!("errors: &errors::ERRORS,"));
    source.line(format_args!("}};"));
    source.finish()
}

fn errors(plan: &Plan<'_>) -> Result<String> {
    let mut source = Source::new(plan.service, "The errors that the contract models.");
    let operations = plan.contract.operations.values();
    let names: BTreeSet<_> = operations
        .flat_map(|it| &it.errors)
        .map(|it| it.shape.as_str())
        .collect();
    source.import("crate", "ErrorDescription");
    source.line(format_args!(
        "pub(super) static ERRORS: [ErrorDescription; {}] = [",
        names.len()
    ));
    for name in names {
        let shape = plan.contract.shape(name)?;
        let code = shape.error.as_ref().and_then(|it| it.code.as_deref());
        source.line(format_args!("ErrorDescription {{"));
        source.line(format_args!("name: \"{name}\","));
        source.line(format_args!("code: \"{}\",", code.unwrap_or(name)));
        source.line(format_args!("status: {},", status(shape)));
        source.line(format_args!("}},"));
    }
    source.line(format_args!("];"));
    Ok(source.finish())
}

/// Source: the JSON and CBOR protocols answer 400 unless the contract says otherwise.
fn status(error: &Shape) -> u16 {
    let modelled = error.error.as_ref().and_then(|it| it.http_status_code);
    modelled.unwrap_or(if error.fault { 500 } else { 400 })
}

fn types(plan: &Plan<'_>) -> Result<String> {
    let mut source = Source::new(
        plan.service,
        "The structures that stand in others or in several operations.",
    );
    for (name, _) in plan.shared_structures() {
        structures::write(plan, name, &format!("The contract's `{name}`."), &mut source)?;
    }
    Ok(source.finish())
}
