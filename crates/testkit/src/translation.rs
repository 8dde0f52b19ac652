//! Between what the SDK speaks, AWS JSON 1.1, and Smithy RPC v2 CBOR, shape by shape.
//!
//! Invariant: only what the protocol allows is translated back; a timestamp without its tag or a value of another type
//! is an error that names its place. It reads and writes CBOR with another library than the server does.
//! Deliberately absent: blobs, which Service Catalog does not have.

use ciborium::Value as Cbor;
use serde_json::{Map, Value as Json};

use crate::contract::{Contract, Reference};

/// The tag of an epoch-based date. Source: RFC 8949, 3.4.2.
const EPOCH: u64 = 1;

/// `value` in CBOR, as the shape `reference` says it is written.
pub(crate) fn to_cbor(contract: &Contract, reference: Option<&Reference>, value: &Json) -> Cbor {
    let shape = reference.map(|it| contract.shape(it));
    match value {
        Json::Null => Cbor::Null,
        Json::Bool(it) => Cbor::Bool(*it),
        Json::String(it) => Cbor::Text(it.clone()),
        Json::Number(it) if shape.is_some_and(|it| it.kind == "timestamp") => {
            Cbor::Tag(EPOCH, Box::new(Cbor::Float(it.as_f64().unwrap_or_default())))
        }
        Json::Number(it) => match it.as_i64() {
            Some(integer) => Cbor::Integer(integer.into()),
            None => Cbor::Float(it.as_f64().unwrap_or_default()),
        },
        Json::Array(items) => {
            let member = shape.and_then(|it| it.member.as_ref());
            Cbor::Array(items.iter().map(|it| to_cbor(contract, member, it)).collect())
        }
        Json::Object(members) => {
            let of = |name: &str| shape.and_then(|it| it.members.get(name).or(it.value.as_ref()));
            let entries = members
                .iter()
                .map(|(name, it)| (Cbor::Text(name.clone()), to_cbor(contract, of(name), it)));
            Cbor::Map(entries.collect())
        }
    }
}

/// `value` in JSON, as the shape `reference` says it was written; errors have no shape.
pub(crate) fn to_json(
    contract: &Contract,
    reference: Option<&Reference>,
    value: &Cbor,
    path: &str,
) -> Result<Json, String> {
    let shape = reference.map(|it| contract.shape(it));
    let kind = shape.map_or("", |it| it.kind.as_str());
    match value {
        Cbor::Null => Ok(Json::Null),
        Cbor::Bool(it) => Ok(Json::Bool(*it)),
        Cbor::Text(it) => Ok(Json::String(it.clone())),
        Cbor::Integer(it) if kind != "timestamp" => i64::try_from(*it)
            .map(Json::from)
            .map_err(|_| format!("{path} is no 64-bit integer")),
        Cbor::Float(it) if kind != "timestamp" => Ok(Json::from(*it)),
        Cbor::Tag(EPOCH, seconds) if kind == "timestamp" => match &**seconds {
            Cbor::Float(it) => Ok(Json::from(*it)),
            Cbor::Integer(it) => i64::try_from(*it)
                .map(Json::from)
                .map_err(|_| format!("{path} is no time")),
            other => Err(format!("{path} is no time: {other:?}")),
        },
        Cbor::Array(items) => {
            let member = shape.and_then(|it| it.member.as_ref());
            let items = items.iter().enumerate();
            let items = items.map(|(index, it)| to_json(contract, member, it, &format!("{path}[{index}]")));
            Ok(Json::Array(items.collect::<Result<_, _>>()?))
        }
        Cbor::Map(entries) => {
            let mut members = Map::new();
            for (name, it) in entries {
                let Cbor::Text(name) = name else {
                    return Err(format!("{path} has a key that is no text: {name:?}"));
                };
                let member = shape.and_then(|it| it.members.get(name).or(it.value.as_ref()));
                let place = format!("{path}.{name}");
                if members
                    .insert(name.clone(), to_json(contract, member, it, &place)?)
                    .is_some()
                {
                    return Err(format!("{place} is there twice"));
                }
            }
            Ok(Json::Object(members))
        }
        other => Err(format!("{path} is not a {kind} of the protocol: {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::contract;

    fn output(operation: &str) -> (&'static Contract, Option<&'static Reference>) {
        let contract = contract("servicecatalog").unwrap();
        (contract, contract.operation(operation).unwrap().output())
    }

    fn portfolio(created: Cbor) -> Cbor {
        let detail = Cbor::Map(vec![(Cbor::Text("CreatedTime".into()), created)]);
        Cbor::Map(vec![(Cbor::Text("PortfolioDetail".into()), detail)])
    }

    #[test]
    fn a_time_is_tagged_in_cbor_and_seconds_in_json() {
        let (contract, shape) = output("CreatePortfolio");
        let cbor = portfolio(Cbor::Tag(EPOCH, Box::new(Cbor::Float(1.5))));
        let json = json!({ "PortfolioDetail": { "CreatedTime": 1.5 } });
        assert_eq!(to_json(contract, shape, &cbor, ""), Ok(json.clone()));
        assert_eq!(to_cbor(contract, shape, &json), cbor);
    }

    #[test]
    fn a_time_without_its_tag_is_not_taken() {
        let (contract, shape) = output("CreatePortfolio");
        assert!(to_json(contract, shape, &portfolio(Cbor::Float(1.5)), "").is_err());
        assert!(to_json(contract, shape, &portfolio(Cbor::Integer(1.into())), "").is_err());
    }

    #[test]
    fn a_tag_elsewhere_is_not_taken() {
        let (contract, shape) = output("ListPortfolioAccess");
        let token = Cbor::Tag(EPOCH, Box::new(Cbor::Integer(1.into())));
        let answer = Cbor::Map(vec![(Cbor::Text("NextPageToken".into()), token)]);
        assert!(to_json(contract, shape, &answer, "").is_err());
    }
}
