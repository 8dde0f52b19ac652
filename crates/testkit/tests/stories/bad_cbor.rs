//! CBOR whose values are not what the contract asks for: refused as in JSON, and nothing is kept of it.

use ciborium::Value as Cbor;
use testkit::{Raw, TestOrg};

use crate::bad_input::{is_refused_as, nothing_is_stored};

/// A CreatePortfolio whose name is `name`.
fn create(name: Cbor) -> Vec<u8> {
    let text = |it: &str| Cbor::Text(it.to_owned());
    let input = Cbor::Map(vec![
        (text("DisplayName"), name),
        (text("ProviderName"), text("p")),
        (text("IdempotencyToken"), text("t")),
    ]);
    written(&input)
}

fn written(input: &Cbor) -> Vec<u8> {
    let mut body = Vec::new();
    ciborium::into_writer(input, &mut body).unwrap();
    body
}

async fn is_unreadable(org: &TestOrg, operation: &str, body: &[u8]) {
    let request = Raw::cbor(operation, body.to_vec()).signed_by(org.management());
    let answer = org.raw(request).await;
    is_refused_as(&answer, "SerializationException", &format!("{body:x?}"));
    assert_eq!(answer.headers["smithy-protocol"], "rpc-v2-cbor");
}

#[tokio::test]
async fn cbor_values_of_another_type_are_refused() {
    let org = TestOrg::bare().await;
    let names = [
        Cbor::Integer(1.into()),
        Cbor::Float(1.5),
        Cbor::Bool(true),
        Cbor::Bytes(b"name".to_vec()),
        Cbor::Array(vec![Cbor::Text("a".to_owned())]),
        Cbor::Map(Vec::new()),
        Cbor::Tag(1, Box::new(Cbor::Integer(0.into()))),
    ];
    for name in names {
        is_unreadable(&org, "CreatePortfolio", &create(name)).await;
    }
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn cbor_numbers_that_are_no_32_bit_integers_are_refused() {
    let org = TestOrg::bare().await;
    let sizes = [
        Cbor::Float(1.5),
        Cbor::Integer(4_294_967_296_i64.into()),
        Cbor::Integer(i64::MIN.into()),
        Cbor::Integer(u64::MAX.into()),
        Cbor::Text("1".to_owned()),
    ];
    for size in sizes {
        let input = Cbor::Map(vec![(Cbor::Text("PageSize".to_owned()), size)]);
        is_unreadable(&org, "ListPortfolios", &written(&input)).await;
    }
}

#[tokio::test]
async fn cbor_text_that_is_not_utf_8_is_refused() {
    let org = TestOrg::bare().await;
    // A text of one byte stands where each of these goes; the rest of the request is as it should be.
    let good = create(Cbor::Text("n".to_owned()));
    let name = b"\x6bDisplayName\x61n";
    let at = good.windows(name.len()).position(|it| it == name).unwrap();
    let names: [&[u8]; 5] = [
        b"\x6bDisplayName\x61\xff",
        // A character cut off, one longer than it need be, and half of a surrogate pair.
        b"\x6bDisplayName\x61\xc3",
        b"\x6bDisplayName\x62\xc0\x80",
        b"\x6bDisplayName\x63\xed\xa0\x80",
        // Source: RFC 8949, 3.2.3: every chunk is UTF-8 by itself.
        b"\x6bDisplayName\x7f\x61\xc3\x61\xa9\xff",
    ];
    for bad in names {
        let body = [&good[..at], bad, &good[at + name.len()..]].concat();
        is_unreadable(&org, "CreatePortfolio", &body).await;
    }
    let mut key = good.clone();
    key[at + 1] = 0xff;
    is_unreadable(&org, "CreatePortfolio", &key).await;
    nothing_is_stored(&org).await;

    // What was damaged is a good request.
    let answer = org
        .raw(Raw::cbor("CreatePortfolio", good).signed_by(org.management()))
        .await;
    assert!(answer.status.is_success(), "{}", answer.text());
}
