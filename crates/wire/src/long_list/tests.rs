//! An answer in pieces is the answer it would be in one.

use std::pin::pin;

use http_body::Body as _;
use serde::Serialize;
use shapes::{Operation as _, service_catalog::operations::DescribePortfolioShareStatus};

use super::{AnswerBody, LongLists};
use crate::{Protocol, Route};

const REQUEST: &str = "0a1b2c3d-0000-4000-8000-0123456789ab";

/// An output with lists at several depths, as answers have them.
#[derive(Serialize)]
struct Output {
    before: String,
    one: Vec<String>,
    nested: Vec<Nested>,
}

#[derive(Serialize)]
struct Nested {
    other: Vec<String>,
    name: &'static str,
}

fn route(protocol: Protocol) -> Route {
    Route {
        protocol,
        service: &shapes::service_catalog::DESCRIPTION,
        operation: DescribePortfolioShareStatus::DESCRIPTION,
    }
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|it| format!("{it:012}")).collect()
}

fn output(one: Vec<String>, other: Vec<String>) -> Output {
    let before = "\"1010101010\" \u{1f600}".to_owned();
    let nested = vec![Nested { other, name: "last" }];
    Output { before, one, nested }
}

/// All bytes of `body`, and how many pieces they came in.
fn pieces(body: AnswerBody) -> (Vec<u8>, usize) {
    let (mut all, mut count) = (Vec::new(), 0);
    let mut body = pin!(body);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    while let std::task::Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut context) {
        let left = body.size_hint().exact().unwrap();
        all.extend_from_slice(&frame.unwrap().into_data().unwrap());
        assert_eq!(body.is_end_stream(), left == 0);
        count += 1;
    }
    (all, count)
}

#[test]
fn the_pieces_are_the_bytes_of_the_whole() {
    for protocol in [Protocol::Json, Protocol::Cbor] {
        for (one, other) in [(0, 0), (1, 1_000), (1_001, 3), (5_000, 70_000), (2_000, 4_001)] {
            let whole = route(protocol).answer(&output(ids(one), ids(other)), REQUEST);
            let mut lists = LongLists::of(REQUEST);
            let shortened = output(
                lists.stand_in(ids(one).concat(), 12),
                lists.stand_in(ids(other).concat(), 12),
            );
            let answer = route(protocol).answer_with_lists(&shortened, lists, REQUEST);
            assert_eq!(answer.headers(), whole.headers());
            let length = answer.body().size_hint().exact();
            let (bytes, _) = pieces(answer.into_body());
            assert_eq!(length, Some(bytes.len() as u64), "{protocol:?} {one} {other}");
            assert!(bytes == *whole.body(), "{protocol:?} {one} {other}");
        }
    }
}

#[test]
fn a_short_answer_leaves_at_once_and_a_long_one_in_pieces() {
    let answered = |count: usize| {
        let mut lists = LongLists::of(REQUEST);
        let shortened = output(lists.stand_in(ids(count).concat(), 12), ids(1));
        let answer = route(Protocol::Json).answer_with_lists(&shortened, lists, REQUEST);
        pieces(answer.into_body()).1
    };
    assert_eq!(answered(1_000), 1);
    assert_eq!(answered(100_000), 52);
}

#[test]
fn a_body_lets_go_of_what_it_holds_when_it_goes() {
    let held = std::sync::Arc::new(());
    let body = AnswerBody::from(b"{}".to_vec()).holding(std::sync::Arc::clone(&held));
    assert_eq!(std::sync::Arc::strong_count(&held), 2);
    drop(body);
    assert_eq!(std::sync::Arc::strong_count(&held), 1);
}
