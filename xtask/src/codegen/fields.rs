//! The members of a structure as Rust fields.
//!
//! What requests carry is as strict as the contract: what is required is there, what is not is an `Option`, or an empty
//! collection. What only answers carry keeps required members too, and leaves out what is `None`.

use anyhow::{Context as _, Result, bail};

use super::{
    contract::{Kind, Reference, Shape},
    names,
    plan::Plan,
    source::Source,
};

/// How a member may be absent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// It may not.
    Plain,
    /// `None`.
    Optional,
    /// As `false` in a request; an answer always has it.
    Flag,
    /// Only answers have it, and always.
    Number,
    /// As an empty collection; an answer always has it.
    Collection,
    /// As an empty collection, in requests and answers.
    SkippedCollection,
}

/// A member of a structure.
pub(super) struct Field<'c> {
    pub(super) wire_name: &'c str,
    pub(super) name: String,
    /// Of the value when it is there.
    pub(super) value_type: String,
    pub(super) form: Form,
    pub(super) sensitive: bool,
    shape: &'c str,
}

impl Field<'_> {
    /// The type of the field.
    pub(super) fn rust_type(&self) -> String {
        match self.form {
            Form::Optional => format!("Option<{}>", self.value_type),
            _ => self.value_type.clone(),
        }
    }
}

/// The fields of `structure`, whose name is `name`.
pub(super) fn fields<'p>(
    plan: &'p Plan<'_>,
    name: &str,
    structure: &'p Shape,
    source: &mut Source,
) -> Result<Vec<Field<'p>>> {
    let mut fields = Vec::new();
    for (wire_name, reference) in &structure.members {
        let required = structure.requires(wire_name);
        let form = form(plan, name, required, reference)?;
        fields.push(Field {
            wire_name,
            name: names::field(wire_name),
            value_type: rust_type(plan, &reference.shape, source)?,
            form,
            sensitive: plan.is_sensitive(&reference.shape)?,
            shape: &reference.shape,
        });
    }
    Ok(fields)
}

fn form(plan: &Plan<'_>, structure: &str, required: bool, member: &Reference) -> Result<Form> {
    let shape = plan.contract.shape(&member.shape)?;
    let boxed = shape.boxed || member.boxed;
    let of_request = plan.is_read(structure);
    let of_service_catalog = plan.service.module == "service_catalog";
    Ok(match shape.kind {
        Kind::List | Kind::Map if required && of_request => Form::Plain,
        Kind::List | Kind::Map if required || of_service_catalog || plan.is_answer(structure) => {
            Form::Collection
        }
        Kind::List | Kind::Map => Form::SkippedCollection,
        _ if required => Form::Plain,
        Kind::Boolean if !boxed => Form::Flag,
        // Ours: elsewhere, AWS leaves out numbers it has not got, such as STS's PackedPolicySize.
        Kind::Integer if !boxed && !of_request && of_service_catalog => Form::Number,
        _ => Form::Optional,
    })
}

fn rust_type(plan: &Plan<'_>, name: &str, source: &mut Source) -> Result<String> {
    let shape = plan.contract.shape(name)?;
    Ok(match shape.kind {
        Kind::String if !shape.is_enumeration() => "String".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Integer => "i32".to_owned(),
        Kind::Timestamp => {
            source.import("crate", "Timestamp");
            "Timestamp".to_owned()
        }
        Kind::String | Kind::Structure => {
            let name = names::type_name(name);
            source.import_own(&name);
            name
        }
        Kind::List => format!("Vec<{}>", rust_type(plan, shape.item()?, source)?),
        Kind::Map => {
            let (key, value) = shape.entry()?;
            source.import("std::collections", "BTreeMap");
            let key = rust_type(plan, key, source)?;
            format!("BTreeMap<{key}, {}>", rust_type(plan, value, source)?)
        }
        Kind::Blob | Kind::Long => {
            bail!("{name} has a type that nothing pinned had before: extend the runtime")
        }
    })
}

/// The expression that reads `field` from `members`.
pub(super) fn reader(plan: &Plan<'_>, field: &Field<'_>, source: &mut Source) -> Result<String> {
    let wire_name = field.wire_name;
    if field.form == Form::Flag {
        return Ok(format!("members.flag(\"{wire_name}\")"));
    }
    let how = match field.form {
        Form::Plain => "required",
        _ => "optional",
    };
    let read =
        value_reader(plan, field.shape, source).with_context(|| format!("in the member {wire_name}"))?;
    Ok(format!("members.{how}(\"{wire_name}\", |it| {read})"))
}

/// The expression that reads a value of the shape `name` from `it`.
fn value_reader(plan: &Plan<'_>, name: &str, source: &mut Source) -> Result<String> {
    let shape = plan.contract.shape(name)?;
    Ok(match shape.kind {
        Kind::String if shape.is_enumeration() => "it.choice()".to_owned(),
        Kind::String => format!("it.text({})", constraint(name, shape, "Text", source)),
        Kind::Boolean => "it.boolean()".to_owned(),
        Kind::Integer => format!("it.integer({})", constraint(name, shape, "Range", source)),
        Kind::Timestamp => "it.timestamp()".to_owned(),
        Kind::Structure => "it.structure()".to_owned(),
        Kind::List => {
            let size = constraint(name, shape, "Size", source);
            let item_name = shape.item()?;
            let item = plan.contract.shape(item_name)?;
            if item.is_enumeration() {
                format!("it.choices({size})")
            } else if item.kind == Kind::String {
                format!(
                    "it.texts({size}, {})",
                    constraint(item_name, item, "Text", source)
                )
            } else {
                format!("it.list({size}, |it| {})", value_reader(plan, item_name, source)?)
            }
        }
        Kind::Map => {
            let size = constraint(name, shape, "Size", source);
            let (key_name, value) = shape.entry()?;
            let key = plan.contract.shape(key_name)?;
            let read = value_reader(plan, value, source)?;
            if key.is_enumeration() {
                format!("it.choice_map({size}, |it| {read})")
            } else {
                let key = constraint(key_name, key, "Text", source);
                format!("it.map({key}, {size}, |it| {read})")
            }
        }
        Kind::Blob | Kind::Long => bail!("no reader for {name}"),
    })
}

/// A reference to the constraint of the shape `name`, which is of the runtime's type `kind`.
fn constraint(name: &str, shape: &Shape, kind: &str, source: &mut Source) -> String {
    if shape.is_constrained() {
        source.import_own("constraints");
        return format!("&constraints::{}", names::constant(name));
    }
    source.import("crate::read", kind);
    format!("&{kind}::ANY")
}
