//! Answers with lists of any length, which leave as they are encoded.
//!
//! An output is encoded whole, but for its long lists: a marker stands for each. The body is what lies between the
//! markers, and in their place the items, encoded a piece at a time when the client takes the next one. Invariant: the
//! bytes are those that the whole would have, and their number is known before the first leaves. Deliberately absent:
//! items of different lengths and items that need escaping; ids have neither.

use std::any::Any;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http_body::{Body, Frame, SizeHint};
use serde::Serialize;

use crate::{Protocol, Route};

/// Lists of up to so many items are encoded with the rest.
const SHORT_MAX: usize = 1_000;

/// How many items leave together.
const PIECE_ITEMS: usize = 2_000;

/// The lists of one answer that are too long to be encoded with it.
pub struct LongLists {
    marker: String,
    lists: Vec<LongList>,
}

/// A list of texts, one after the other without separators.
struct LongList {
    text: Bytes,
    item_bytes: usize,
}

impl LongLists {
    /// No lists yet, of the answer to the request `request_id`, an id that no client can know before: what contains it
    /// is a marker.
    pub fn of(request_id: &str) -> Self {
        Self {
            marker: request_id.to_owned(),
            lists: Vec::new(),
        }
    }

    /// What stands in the output for a list: the `text`'s items of `item_bytes` ASCII letters and digits each, if they
    /// are few, else a marker.
    pub fn stand_in(&mut self, text: String, item_bytes: usize) -> Vec<String> {
        let list = LongList {
            text: Bytes::from(text),
            item_bytes,
        };
        if list.len() <= SHORT_MAX {
            return list.items(0, list.len()).map(str::to_owned).collect();
        }
        self.lists.push(list);
        vec![self.marker_of(self.lists.len() - 1)]
    }

    /// How much memory the lists take until they have left.
    pub fn bytes(&self) -> usize {
        self.lists.iter().map(|it| it.text.len()).sum()
    }

    fn marker_of(&self, at: usize) -> String {
        format!("{}-{at}", self.marker)
    }
}

impl LongList {
    fn len(&self) -> usize {
        self.text.len() / self.item_bytes
    }

    fn items(&self, from: usize, to: usize) -> impl Iterator<Item = &str> {
        let items = &self.text[from * self.item_bytes..to * self.item_bytes];
        items
            .chunks_exact(self.item_bytes)
            .map(|item| str::from_utf8(item).unwrap_or_default())
    }
}

/// The body of an answer. It ends by itself and never fails.
pub struct AnswerBody {
    parts: VecDeque<Part>,
    /// What is let go of when the body has left, or its client.
    _hold: Option<Box<dyn Any + Send>>,
}

impl AnswerBody {
    /// The same, which keeps `hold` as long as it is there.
    #[must_use]
    pub fn holding(self, hold: impl Any + Send) -> Self {
        Self {
            _hold: Some(Box::new(hold)),
            ..self
        }
    }
}

enum Part {
    Bytes(Bytes),
    List {
        list: LongList,
        /// The next item to leave.
        next: usize,
        protocol: Protocol,
    },
}

impl From<Vec<u8>> for AnswerBody {
    fn from(whole: Vec<u8>) -> Self {
        Self {
            parts: VecDeque::from([Part::Bytes(whole.into())]),
            _hold: None,
        }
    }
}

impl Route {
    /// The answer to a request that succeeded, with `lists` in the place of what stands in `output` for them.
    ///
    /// # Panics
    ///
    /// As [`Route::answer`]; and for long lists in AWS Query, where no operation has one.
    pub fn answer_with_lists<T: Serialize + ?Sized>(
        &self,
        output: &T,
        lists: LongLists,
        request_id: &str,
    ) -> Response<AnswerBody> {
        let encoded = self.answer(output, request_id);
        if lists.lists.is_empty() {
            return encoded.map(AnswerBody::from);
        }
        encoded.map(|bytes| AnswerBody {
            parts: parts(self.protocol, bytes.into(), lists),
            _hold: None,
        })
    }
}

/// Cuts `encoded` at the markers and puts the lists there.
fn parts(protocol: Protocol, encoded: Bytes, lists: LongLists) -> VecDeque<Part> {
    let markers: Vec<Vec<u8>> = (0..lists.lists.len())
        .map(|at| encoded_marker(protocol, &lists.marker_of(at)))
        .collect();
    let mut placed: Vec<(usize, usize, LongList)> = Vec::new();
    for (marker, list) in markers.iter().zip(lists.lists) {
        let at = find(&encoded, marker).expect("a marker is encoded as it stands in the output");
        placed.push((at, at + marker.len(), list));
    }
    placed.sort_by_key(|it| it.0);
    let mut parts = VecDeque::new();
    let mut from = 0;
    for (at, end, list) in placed {
        let mut before = encoded[from..at].to_vec();
        before.extend(head(protocol, list.len()));
        parts.push_back(Part::Bytes(before.into()));
        parts.push_back(Part::List {
            list,
            next: 0,
            protocol,
        });
        from = end;
    }
    parts.push_back(Part::Bytes(encoded.slice(from..)));
    parts
}

fn find(encoded: &[u8], marker: &[u8]) -> Option<usize> {
    encoded.windows(marker.len()).position(|it| it == marker)
}

/// How a list of one item, which is `marker`, is encoded, up to where a list of others would end.
fn encoded_marker(protocol: Protocol, marker: &str) -> Vec<u8> {
    let (before, after) = around(protocol, marker.len());
    [
        &head(protocol, 1),
        without_comma(&before),
        marker.as_bytes(),
        after,
    ]
    .concat()
}

/// How a list of `length` items begins.
fn head(protocol: Protocol, length: usize) -> Vec<u8> {
    match protocol {
        Protocol::Json => b"[".to_vec(),
        Protocol::Cbor => cbor_head(0x80, length),
        Protocol::Query => panic!("no operation of AWS Query has long lists"),
    }
}

/// What stands before and after an item of `item_bytes`. In JSON, a comma comes before all but the first.
fn around(protocol: Protocol, item_bytes: usize) -> (Vec<u8>, &'static [u8]) {
    match protocol {
        Protocol::Json => (b",\"".to_vec(), b"\""),
        Protocol::Cbor => (cbor_head(0x60, item_bytes), b""),
        Protocol::Query => panic!("no operation of AWS Query has long lists"),
    }
}

/// What stands before the first item.
fn without_comma(before: &[u8]) -> &[u8] {
    before.strip_prefix(b",").unwrap_or(before)
}

/// The head of an array (`0x80`) or a text (`0x60`), in the shortest form.
fn cbor_head(major: u8, length: usize) -> Vec<u8> {
    let length = length as u64;
    let bytes = length.to_be_bytes();
    match length {
        0..24 => vec![major | bytes[7]],
        24..0x100 => vec![major | 0x18, bytes[7]],
        0x100..0x1_0000 => [&[major | 0x19], &bytes[6..]].concat(),
        0x1_0000..0x1_0000_0000 => [&[major | 0x1a], &bytes[4..]].concat(),
        _ => [&[major | 0x1b], &bytes[..]].concat(),
    }
}

impl Part {
    /// How many bytes are left.
    fn bytes_left(&self) -> u64 {
        let left = match self {
            Part::Bytes(bytes) => bytes.len(),
            Part::List { list, next, protocol } => {
                let (before, after) = around(*protocol, list.item_bytes);
                let all = (list.len() - next) * (before.len() + list.item_bytes + after.len());
                let comma = before.len() - without_comma(&before).len();
                all - if *next == 0 { comma } else { 0 }
            }
        };
        left as u64
    }

    /// The next piece; `None` at the end.
    fn next_piece(&mut self) -> Option<Bytes> {
        match self {
            Part::Bytes(bytes) if bytes.is_empty() => None,
            Part::Bytes(bytes) => Some(std::mem::take(bytes)),
            Part::List { list, next, protocol } => {
                let to = list.len().min(*next + PIECE_ITEMS);
                if *next == to {
                    return None;
                }
                let (before, after) = around(*protocol, list.item_bytes);
                let item_bytes = before.len() + list.item_bytes + after.len();
                let mut piece = Vec::with_capacity((to - *next) * item_bytes);
                for (at, text) in (*next..).zip(list.items(*next, to)) {
                    piece.extend_from_slice(if at == 0 { without_comma(&before) } else { &before });
                    piece.extend_from_slice(text.as_bytes());
                    piece.extend_from_slice(after);
                }
                *next = to;
                Some(piece.into())
            }
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        while let Some(part) = self.parts.front_mut() {
            if let Some(piece) = part.next_piece() {
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            self.parts.pop_front();
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.parts.iter().all(|it| it.bytes_left() == 0)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.parts.iter().map(Part::bytes_left).sum())
    }
}

#[cfg(test)]
mod tests;
