//! From the XML of a Query answer to the value its shape describes, so that STS is checked like the others.
//!
//! Invariant: whatever is not read is an error that names its place. Deliberately absent: what the server never writes
//! (comments, CDATA, attributes below the root), and which codes STS declares for its errors.

use serde_json::{Map, Value, json};

use crate::contract::{Contract, Reference};

/// An element: either text or elements.
#[derive(Debug)]
struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

/// The output of `operation` in `<…Response><…Result>`.
pub(crate) fn read_output(contract: &Contract, operation: &str, body: &str) -> Result<Value, String> {
    let root = parse(body).ok_or_else(|| format!("{operation}: the answer is no XML: {body}"))?;
    let wrapper = format!("{operation}Result");
    let result = root.children.iter().find(|it| it.name == wrapper);
    if root.name != format!("{operation}Response") {
        return Err(format!("{operation}: the answer is a {}", root.name));
    }
    match (contract.operation(operation).and_then(|it| it.output()), result) {
        (Some(output), Some(found)) => value_of(contract, output, found, operation),
        (Some(_), None) => Err(format!("{operation}: {wrapper} is missing")),
        (None, _) => Ok(json!({})),
    }
}

/// What is wrong with an `<ErrorResponse>`.
pub(crate) fn check_error(operation: &str, body: &str) -> Vec<String> {
    let Some(root) = parse(body).filter(|it| it.name == "ErrorResponse") else {
        return vec![format!("{operation}: the error is no ErrorResponse: {body}")];
    };
    let error = root.children.iter().find(|it| it.name == "Error");
    let says = |name: &str| {
        error.is_some_and(|it| {
            it.children
                .iter()
                .any(|it| it.name == name && !it.text.is_empty())
        })
    };
    let parts = ["Code", "Message"].into_iter().filter(|name| !says(name));
    parts
        .map(|name| format!("{operation}: an error without {name}: {body}"))
        .collect()
}

fn value_of(
    contract: &Contract,
    reference: &Reference,
    element: &Element,
    path: &str,
) -> Result<Value, String> {
    let shape = contract.shape(reference);
    let wrong = || format!("{path} is not a {}: {:?}", shape.kind, element.text);
    match shape.kind.as_str() {
        "structure" => {
            let mut members = Map::new();
            for child in &element.children {
                let place = format!("{path}.{}", child.name);
                let Some(member) = shape.members.get(&child.name) else {
                    return Err(format!("{place} is not in the contract"));
                };
                let value = value_of(contract, member, child, &place)?;
                if members.insert(child.name.clone(), value).is_some() {
                    return Err(format!("{place} is there twice"));
                }
            }
            Ok(Value::Object(members))
        }
        "list" => {
            let member = shape.member.as_ref().expect("a list has a member");
            let items = element.children.iter();
            items
                .map(|it| value_of(contract, member, it, &format!("{path}[]")))
                .collect()
        }
        "integer" | "long" => element.text.parse::<i64>().map(Value::from).map_err(|_| wrong()),
        "boolean" => element.text.parse::<bool>().map(Value::from).map_err(|_| wrong()),
        "timestamp" => {
            let time: jiff::Timestamp = element.text.parse().map_err(|_| wrong())?;
            Ok(Value::from(time.as_second()))
        }
        "string" if element.children.is_empty() => Ok(Value::from(element.text.as_str())),
        _ => Err(wrong()),
    }
}

/// The root of `xml`; `None` if its tags do not match or something stands beside it.
fn parse(xml: &str) -> Option<Element> {
    let mut rest = xml.trim();
    if let Some(declared) = rest.strip_prefix("<?xml") {
        rest = declared.split_once("?>")?.1.trim_start();
    }
    let (root, rest) = element(rest)?;
    rest.is_empty().then_some(root)
}

fn element(xml: &str) -> Option<(Element, &str)> {
    let (tag, mut rest) = xml.strip_prefix('<')?.split_once('>')?;
    let name = tag.trim_end_matches('/').split(' ').next()?.to_owned();
    let mut children = Vec::new();
    if tag.ends_with('/') {
        return Some((
            Element {
                name,
                text: String::new(),
                children,
            },
            rest,
        ));
    }
    let end = rest.find('<')?;
    let text = unescaped(&rest[..end]);
    rest = &rest[end..];
    while !rest.starts_with("</") {
        let (child, after) = element(rest)?;
        children.push(child);
        rest = after.trim_start();
    }
    let rest = rest
        .strip_prefix("</")?
        .strip_prefix(name.as_str())?
        .strip_prefix('>')?;
    Some((Element { name, text, children }, rest))
}

fn unescaped(text: &str) -> String {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{check_answer, contract};

    fn caller(result: &str) -> Result<Value, String> {
        let body = format!("<GetCallerIdentityResponse xmlns=\"x\">{result}</GetCallerIdentityResponse>");
        read_output(contract("sts").unwrap(), "GetCallerIdentity", &body)
    }

    #[test]
    fn an_output_is_read_as_its_shape_says() {
        let read = caller("<GetCallerIdentityResult><Arn>a&amp;lt;b</Arn></GetCallerIdentityResult>");
        assert_eq!(read, Ok(json!({ "Arn": "a&lt;b" })));
        let times = "<AssumeRoleResponse><AssumeRoleResult><Credentials><Expiration>1970-01-01T00:00:09Z</Expiration>\
                     </Credentials></AssumeRoleResult></AssumeRoleResponse>";
        let read = read_output(contract("sts").unwrap(), "AssumeRole", times).unwrap();
        assert_eq!(read, json!({ "Credentials": { "Expiration": 9 } }));
        let found = check_answer("sts", "AssumeRole", http::StatusCode::OK, &read);
        assert!(
            found.contains(&"AssumeRole.Credentials.SecretAccessKey is missing".to_owned()),
            "{found:?}"
        );
    }

    #[test]
    fn what_is_not_in_the_contract_is_found() {
        let colour = caller("<GetCallerIdentityResult><Colour>red</Colour></GetCallerIdentityResult>");
        assert_eq!(
            colour,
            Err("GetCallerIdentity.Colour is not in the contract".to_owned())
        );
        assert!(caller("<Arn>a</Arn>").is_err());
        assert!(caller("<GetCallerIdentityResult><Arn>a</GetCallerIdentityResult>").is_err());
    }

    #[test]
    fn an_error_has_a_code_and_a_message() {
        let error = |inside: &str| format!("<ErrorResponse><Error>{inside}</Error></ErrorResponse>");
        let good = error("<Code>AccessDenied</Code><Message>No.</Message>");
        assert_eq!(check_error("AssumeRole", &good), [""; 0]);
        assert_eq!(
            check_error("AssumeRole", &error("<Code>AccessDenied</Code><Message/>")).len(),
            1
        );
        assert_eq!(check_error("AssumeRole", "{}").len(), 1);
    }
}
