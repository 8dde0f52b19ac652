//! Writes the constraints and the enumerations of a service.

use anyhow::Result;

use super::{
    contract::{Kind, Shape},
    names, pattern,
    plan::Plan,
    source::{Source, literal},
};

/// `constraints.rs`: one static per constrained shape that requests carry.
pub(super) fn constraints(plan: &Plan<'_>) -> Result<String> {
    let mut source = Source::new(
        plan.service,
        "What texts, numbers and collections of requests must satisfy.",
    );
    let mut texts = Vec::new();
    for (name, shape) in plan.read_shapes() {
        if !shape.is_constrained() || shape.is_enumeration() {
            continue;
        }
        let constant = names::constant(name);
        match shape.kind {
            Kind::String => {
                write_text(&constant, shape, &mut source)?;
                texts.push(constant);
            }
            Kind::Integer => write_bounds(&constant, shape, "Range", &mut source),
            _ => write_bounds(&constant, shape, "Size", &mut source),
        }
    }
    source.gap();
    source.line(format_args!("/// For the test that compiles every pattern."));
    source.line(format_args!("#[cfg(test)]"));
    source.line(format_args!("pub(crate) static TEXTS: &[(&str, &Text)] = &["));
    source.import("crate::read", "Text");
    for text in texts {
        source.line(format_args!("(\"{text}\", &{text}),"));
    }
    source.line(format_args!("];"));
    Ok(source.finish())
}

fn write_text(constant: &str, shape: &Shape, source: &mut Source) -> Result<()> {
    source.import("crate::read", "Text");
    source.gap();
    source.line(format_args!("pub(crate) static {constant}: Text = Text {{"));
    source.line(format_args!("chars_min: {:?},", shape.min));
    source.line(format_args!("chars_max: {:?},", shape.max));
    match &shape.pattern {
        None => source.line(format_args!("pattern: None,")),
        Some(written) => {
            source.import("crate::read", "Pattern");
            let translated = literal(&pattern::translated(written)?);
            let written = literal(written);
            source.line(format_args!(
                "pattern: Some(Pattern::new({written}, {translated})),"
            ));
        }
    }
    source.line(format_args!("}};"));
    Ok(())
}

fn write_bounds(constant: &str, shape: &Shape, kind: &str, source: &mut Source) {
    source.import("crate::read", kind);
    source.gap();
    source.line(format_args!("pub(crate) static {constant}: {kind} = {kind} {{"));
    source.line(format_args!("min: {:?},", shape.min));
    source.line(format_args!("max: {:?},", shape.max));
    source.line(format_args!("}};"));
}

/// `enumerations.rs`; `None` if the service has none.
pub(super) fn enumerations(plan: &Plan<'_>) -> Option<String> {
    let mut source = Source::new(plan.service, "The sets of names.");
    source.import("crate::enumeration", "enumeration");
    let mut any = false;
    for (name, shape) in plan.enumerations() {
        any = true;
        source.gap();
        source.line(format_args!("enumeration! {{"));
        source.line(format_args!("    /// The contract's `{name}`."));
        source.line(format_args!("    pub enum {} {{", names::type_name(name)));
        for name in &shape.names {
            source.line(format_args!("        {} = \"{name}\",", names::variant(name)));
        }
        source.line(format_args!("    }}\n}}"));
    }
    any.then(|| source.finish())
}
