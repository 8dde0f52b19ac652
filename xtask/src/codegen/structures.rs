//! Writes a structure: the type, how it is read from a request, and how it is printed where it holds secrets.

use anyhow::{Result, ensure};

use super::{
    fields::{Field, Form, fields, reader},
    names,
    plan::Plan,
    source::Source,
};

/// Adds the structure called `name`, documented by `doc`.
pub(super) fn write(plan: &Plan<'_>, name: &str, doc: &str, source: &mut Source) -> Result<()> {
    let shape = plan.contract.shape(name)?;
    let fields = fields(plan, name, shape, source)?;
    write_type(plan, name, doc, &fields, source);
    if plan.is_read(name) {
        write_reading(plan, name, &fields, source)?;
    }
    if fields.iter().any(|it| it.sensitive) {
        write_printing(name, &fields, source);
    }
    Ok(())
}

fn write_type(plan: &Plan<'_>, name: &str, doc: &str, fields: &[Field<'_>], source: &mut Source) {
    let written = plan.is_written(name);
    let mut derives = vec!["Clone", "PartialEq"];
    if fields.iter().all(|it| !it.sensitive) {
        derives.push("Debug");
    }
    if fields.iter().all(|it| it.form != Form::Plain) {
        derives.push("Default");
    }
    if written {
        source.import("serde", "Serialize");
        derives.push("Serialize");
    }
    derives.sort_unstable();
    source.define(&names::type_name(name));
    source.gap();
    source.line(format_args!("/// {doc}"));
    source.line(format_args!("#[derive({})]", derives.join(", ")));
    source.line(format_args!("pub struct {} {{", names::type_name(name)));
    for field in fields {
        if written {
            source.line(format_args!("{}", serde_attribute(field)));
        }
        source.line(format_args!("pub {}: {},", field.name, field.rust_type()));
    }
    source.line(format_args!("}}"));
}

fn serde_attribute(field: &Field<'_>) -> String {
    let rename = format!("rename = \"{}\"", field.wire_name);
    let skip = match field.form {
        Form::Optional => "Option::is_none",
        Form::SkippedCollection if field.value_type.starts_with("Vec") => "Vec::is_empty",
        Form::SkippedCollection => "BTreeMap::is_empty",
        Form::Plain | Form::Flag | Form::Number | Form::Collection => {
            return format!("#[serde({rename})]");
        }
    };
    format!("#[serde({rename}, skip_serializing_if = \"{skip}\")]")
}

/// Every member is read before any is used, so that one request's violations are all found.
fn write_reading(plan: &Plan<'_>, name: &str, fields: &[Field<'_>], source: &mut Source) -> Result<()> {
    source.import("crate::read", "Members");
    source.import("crate::read", "Structure");
    let members = if fields.is_empty() { "_" } else { "members" };
    source.gap();
    source.line(format_args!("impl Structure for {} {{", names::type_name(name)));
    source.line(format_args!(
        "fn read({members}: &mut Members<'_, '_>) -> Option<Self> {{"
    ));
    for field in fields {
        ensure!(field.name != "members", "a member would hide the others");
        let reader = reader(plan, field, source)?;
        source.line(format_args!("let {} = {reader};", field.name));
    }
    source.line(format_args!("Some(Self {{"));
    for field in fields {
        let name = &field.name;
        let rest = match field.form {
            Form::Collection | Form::SkippedCollection => "?.unwrap_or_default()",
            Form::Plain | Form::Optional | Form::Flag | Form::Number => "?",
        };
        source.line(format_args!("{name}: {name}{rest},"));
    }
    source.line(format_args!("}})\n}}\n}}"));
    Ok(())
}

fn write_printing(name: &str, fields: &[Field<'_>], source: &mut Source) {
    let name = names::type_name(name);
    source.import("std", "fmt");
    source.import("crate::hidden", "Hidden");
    source.gap();
    source.line(format_args!("impl fmt::Debug for {name} {{"));
    source.line(format_args!(
        "fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{"
    ));
    source.line(format_args!("f.debug_struct(\"{name}\")"));
    for field in fields {
        let (label, name) = (field.name.trim_start_matches("r#"), &field.name);
        let value = match (field.sensitive, field.form) {
            (false, _) => format!("self.{name}"),
            (true, Form::Optional) => format!("self.{name}.as_ref().map(|_| Hidden)"),
            (true, _) => "Hidden".to_owned(),
        };
        source.line(format_args!(".field(\"{label}\", &{value})"));
    }
    source.line(format_args!(".finish()\n}}\n}}"));
}
