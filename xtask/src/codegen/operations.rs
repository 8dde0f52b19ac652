//! Writes the operations of a service: one file each, and the one that gathers them.

use anyhow::{Context as _, Result};

use super::{
    contract::{Operation, Reference},
    names,
    plan::Plan,
    source::Source,
    structures,
};

/// The file of the operation called `name`: its facts, what it takes and what it answers.
pub(super) fn operation(plan: &Plan<'_>, name: &str) -> Result<String> {
    let operation = plan.contract.operations.get(name).context("no such operation")?;
    let index = plan.contract.operations.keys().position(|it| it == name);
    let index = index.context("no such operation")?;
    let title = plan.service.title;
    let mut source = Source::new(
        plan.service,
        &format!("{title}'s `{name}`: its facts, what it takes and what it answers."),
    );
    for import in ["Operation", "OperationDescription", "Service"] {
        source.import("crate", import);
    }
    source.line(format_args!("/// {title}'s operation `{name}` as a type."));
    source.line(format_args!("#[derive(Debug)]\npub struct {name};"));
    write_description(plan, name, index, operation, &mut source);
    let input = type_of(operation.input.as_ref(), plan, &mut source);
    let output = type_of(operation.output.as_ref(), plan, &mut source);
    source.gap();
    source.line(format_args!("impl Operation for {name} {{"));
    source.line(format_args!(
        "const DESCRIPTION: &'static OperationDescription = &super::OPERATIONS[{index}];"
    ));
    source.line(format_args!("type Input = {input};"));
    source.line(format_args!("type Output = {output};\n}}"));
    for (shape, doc) in own_structures(plan, operation) {
        structures::write(plan, shape, &format!("What `{name}` {doc}."), &mut source)?;
    }
    Ok(source.finish())
}

fn write_description(plan: &Plan<'_>, name: &str, index: usize, operation: &Operation, source: &mut Source) {
    let errors: Vec<_> = operation.errors.iter().map(|it| it.shape.as_str()).collect();
    let wrapper = operation
        .output
        .as_ref()
        .and_then(|it| it.result_wrapper.as_ref());
    source.gap();
    source.line(format_args!(
        "pub(super) const DESCRIPTION: OperationDescription = OperationDescription {{"
    ));
    source.line(format_args!("service: Service::{},", plan.service.variant));
    source.line(format_args!("index: {index},"));
    source.line(format_args!("name: \"{name}\","));
    source.line(format_args!("errors: &{errors:?},"));
    source.line(format_args!("result_wrapper: {wrapper:?},"));
    source.line(format_args!("}};"));
}

fn type_of(reference: Option<&Reference>, plan: &Plan<'_>, source: &mut Source) -> String {
    let Some(reference) = reference else {
        source.import("crate", "Unit");
        return "Unit".to_owned();
    };
    let name = names::type_name(&reference.shape);
    if !plan.has_one_user(&reference.shape) {
        source.import_own(&name);
    }
    name
}

/// The structures that stand in the file of `operation`, and what it does with them.
fn own_structures<'o>(
    plan: &'o Plan<'_>,
    operation: &'o Operation,
) -> impl Iterator<Item = (&'o str, &'static str)> {
    let input = operation.input.iter().map(|it| (it.shape.as_str(), "takes"));
    let output = operation.output.iter().map(|it| (it.shape.as_str(), "answers"));
    input.chain(output).filter(|(shape, _)| plan.has_one_user(shape))
}

/// `operations.rs`: the operation's types, their descriptions in order, and the macro that names them all.
pub(super) fn operations(plan: &Plan<'_>) -> String {
    let service = plan.service;
    let title = service.title;
    let names: Vec<_> = plan.contract.operations.keys().collect();
    let mut source = Source::new(service, &format!("The operations of {title}, one type each."));
    for name in &names {
        source.line(format_args!("pub(crate) mod {};", names::snake(name)));
    }
    source.gap();
    for name in &names {
        source.line(format_args!("pub use {}::{name};", names::snake(name)));
    }
    source.import("crate", "OperationDescription");
    source.gap();
    source.line(format_args!(
        "pub(super) static OPERATIONS: [OperationDescription; {}] = [",
        names.len()
    ));
    for name in &names {
        source.line(format_args!("{}::DESCRIPTION,", names::snake(name)));
    }
    source.line(format_args!("];"));
    source.gap();
    source.line(format_args!(
        "/// Hands the names of all operations of {title}, in the order of their indices, to the macro `$then`."
    ));
    source.line(format_args!("#[macro_export]"));
    source.line(format_args!(
        "macro_rules! for_each_{}_operation {{",
        service.module
    ));
    // Tokens, not a path: only so can the macro be called where an expression stands.
    source.line(format_args!("    ($($then:tt)+) => {{\n        $($then)+! {{"));
    for name in &names {
        source.line(format_args!("            {name},"));
    }
    source.line(format_args!("        }}\n    }};\n}}"));
    source.finish()
}

/// `pub use` lines for the structures that stand in the operations' files.
pub(super) fn write_exports(plan: &Plan<'_>, source: &mut Source) {
    for (name, operation) in &plan.contract.operations {
        let module = names::snake(name);
        let structures: Vec<_> = own_structures(plan, operation)
            .map(|(shape, _)| names::type_name(shape))
            .collect();
        if !structures.is_empty() {
            source.line(format_args!(
                "pub use operations::{module}::{{{}}};",
                structures.join(", ")
            ));
        }
    }
}
