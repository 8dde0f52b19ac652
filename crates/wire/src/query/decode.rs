//! From a form to a [`Value`]: `Tags.member.1.Key=a` becomes a list of structures.
//!
//! Invariant: work and memory grow with the parameters that are there, never with the numbers in their names.
//! Deliberately absent: types; every scalar is [`Value::Untyped`].

use std::borrow::Cow;

use percent_encoding::percent_decode;
use shapes::Value;

use crate::{
    Malformed,
    entries::{self, DEPTH_MAX},
};

/// Ours: an AssumeRole with all the tags and policies allowed has some 180. Names are looked up by walking, so the
/// limit also bounds the work.
const PARAMETERS_MAX: usize = 1_024;

/// A decoded form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form<'a> {
    /// The `Action`.
    pub action: Option<Cow<'a, str>>,
    /// The `Version`.
    pub version: Option<Cow<'a, str>>,
    /// The other parameters, but for the `X-Amz-…` ones of a presigned request: a [`Value::Map`].
    pub input: Value<'a>,
}

/// Reads a form.
///
/// # Errors
///
/// If a name stands twice, means two things, is empty or nests too deep, if there are too many, or if the form is not
/// UTF-8.
pub fn decode(form: &[u8]) -> Result<Form<'_>, Malformed> {
    decode_parts([form, &[]])
}

/// Reads the parameters of a path and of a body as one form.
pub(super) fn decode_parts(parts: [&[u8]; 2]) -> Result<Form<'_>, Malformed> {
    let mut root = Vec::new();
    let mut count = 0;
    let pairs = parts
        .into_iter()
        .flat_map(|part| part.split(|byte| *byte == b'&'))
        .filter(|pair| !pair.is_empty());
    for pair in pairs {
        count += 1;
        if count > PARAMETERS_MAX {
            return Err(Malformed::new(format!(
                "There are more than {PARAMETERS_MAX} parameters."
            )));
        }
        add(&mut root, pair)?;
    }
    let action = remove(&mut root, "Action")?;
    let version = remove(&mut root, "Version")?;
    match resolve(root)? {
        input @ Value::Map(_) => Ok(Form {
            action,
            version,
            input,
        }),
        _ => Err(Malformed::new("Top level element may not be treated as a list")),
    }
}

/// What the names form before it is known which are lists.
enum Node<'a> {
    Scalar(Cow<'a, str>),
    Branch(Branch<'a>),
}

type Branch<'a> = Vec<(Cow<'a, str>, Node<'a>)>;

fn add<'a>(root: &mut Branch<'a>, pair: &'a [u8]) -> Result<(), Malformed> {
    let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
        Some(at) => (&pair[..at], &pair[at + 1..]),
        None => (pair, &[][..]),
    };
    let name = unescape(name)?;
    if name.get(..6).is_some_and(|it| it.eq_ignore_ascii_case("X-Amz-")) {
        return Ok(());
    }
    let value = unescape(value)?;
    match name {
        Cow::Borrowed(name) => insert(root, name, value, Cow::Borrowed),
        Cow::Owned(name) => insert(root, &name, value, |it| Cow::Owned(it.to_owned())),
    }
}

/// Puts `value` where the segments of `name` lead.
fn insert<'a, 'n>(
    mut branch: &mut Branch<'a>,
    name: &'n str,
    value: Cow<'a, str>,
    keep: impl Fn(&'n str) -> Cow<'a, str>,
) -> Result<(), Malformed> {
    let conflict = || Malformed::new(format!("Duplicate or conflicting parameter '{name}'."));
    let mut segments = name.split('.').peekable();
    let mut depth = 0;
    while let Some(segment) = segments.next() {
        depth += 1;
        if depth > DEPTH_MAX {
            return Err(entries::too_deep());
        }
        if segment.is_empty() {
            return Err(Malformed::new(format!("Unexpected parameter name '{name}'.")));
        }
        let at = branch.iter().position(|(other, _)| other == segment);
        let is_last = segments.peek().is_none();
        let at = match at {
            Some(_) if is_last => return Err(conflict()),
            Some(at) => at,
            None if is_last => {
                branch.push((keep(segment), Node::Scalar(value)));
                return Ok(());
            }
            None => {
                branch.push((keep(segment), Node::Branch(Vec::new())));
                branch.len() - 1
            }
        };
        match &mut branch[at].1 {
            Node::Branch(next) => branch = next,
            Node::Scalar(_) => return Err(conflict()),
        }
    }
    Ok(())
}

fn remove<'a>(root: &mut Branch<'a>, name: &str) -> Result<Option<Cow<'a, str>>, Malformed> {
    let Some(at) = root.iter().position(|(other, _)| other == name) else {
        return Ok(None);
    };
    match root.remove(at) {
        (_, Node::Scalar(text)) => Ok(Some(text)),
        (_, Node::Branch(_)) => Err(Malformed::new(format!("{name} must be text."))),
    }
}

fn resolve(mut branch: Branch<'_>) -> Result<Value<'_>, Malformed> {
    if let [(name, _)] = branch.as_slice() {
        if name == "member" {
            let (_, members) = branch.remove(0);
            return list(members);
        }
        if name == "entry" {
            let (_, pairs) = branch.remove(0);
            return map(pairs);
        }
    }
    let mut members = Vec::with_capacity(branch.len());
    for (name, node) in branch {
        members.push((name, value(node)?));
    }
    Ok(Value::Map(members))
}

fn value(node: Node<'_>) -> Result<Value<'_>, Malformed> {
    match node {
        Node::Scalar(text) => Ok(Value::Untyped(text)),
        Node::Branch(branch) => resolve(branch),
    }
}

fn list(members: Node<'_>) -> Result<Value<'_>, Malformed> {
    let mut items = Vec::new();
    for node in numbered(members)? {
        items.push(value(node)?);
    }
    Ok(Value::List(items))
}

fn map(pairs: Node<'_>) -> Result<Value<'_>, Malformed> {
    let mut all = Vec::new();
    for node in numbered(pairs)? {
        all.push(pair(node)?);
    }
    entries::map(all)
}

/// One `key` and one `value`, in either order.
fn pair(node: Node<'_>) -> Result<(Cow<'_, str>, Value<'_>), Malformed> {
    let malformed = || Malformed::new("An entry of a map must have a key and a value.");
    let Node::Branch(branch) = node else {
        return Err(malformed());
    };
    let (mut key, mut kept) = (None, None);
    for (name, node) in branch {
        match (name.as_ref(), node) {
            ("key", Node::Scalar(text)) => key = Some(text),
            ("value", node) => kept = Some(value(node)?),
            _ => return Err(malformed()),
        }
    }
    key.zip(kept).ok_or_else(malformed)
}

/// The children in the order of their numbers. Ours: gaps are closed, as AWS SDKs never leave one.
fn numbered(node: Node<'_>) -> Result<Vec<Node<'_>>, Malformed> {
    // Observed: what AWS says of a list that is not one.
    let malformed = || Malformed::new("Unexpected list element termination");
    let Node::Branch(branch) = node else {
        return Err(malformed());
    };
    let mut all = Vec::with_capacity(branch.len());
    for (name, node) in branch {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_digit());
        let number: u64 = name.parse().ok().filter(|_| is_plain).ok_or_else(malformed)?;
        all.push((number, node));
    }
    all.sort_by_key(|(number, _)| *number);
    // `01` and `1` are two names but one number.
    if all.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(malformed());
    }
    Ok(all.into_iter().map(|(_, node)| node).collect())
}

/// Undoes form encoding. Ours: a `%` that begins no escape stands for itself.
fn unescape(encoded: &[u8]) -> Result<Cow<'_, str>, Malformed> {
    let malformed = || Malformed::new("The form is not UTF-8.");
    if !encoded.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        let text = std::str::from_utf8(encoded).map_err(|_| malformed())?;
        return Ok(Cow::Borrowed(text));
    }
    let mut spaced = encoded.to_vec();
    for byte in &mut spaced {
        if *byte == b'+' {
            *byte = b' ';
        }
    }
    let text = String::from_utf8(percent_decode(&spaced).collect()).map_err(|_| malformed())?;
    Ok(Cow::Owned(text))
}
