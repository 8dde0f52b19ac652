//! Reading a request's body, with a limit on its size and on our patience.
//!
//! Invariant: memory is bounded by [`BODY_BYTES_MAX`], whatever a client sends.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

/// The largest body that is read. Ours: AWS does not say; no request of these services comes near it.
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;

/// How much of a body that is too large is read and dropped. Ours: a client that is still sending when the connection
/// closes sees a broken pipe, not the answer.
const DROPPED_BYTES_MAX: usize = 16 * BODY_BYTES_MAX;

/// How long a whole body may take. Ours.
const BODY_LIMIT: Duration = Duration::from_secs(30);

/// What came of a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// All of it.
    Whole(Bytes),
    /// More than [`BODY_BYTES_MAX`].
    TooLarge,
    /// The client went away or took too long.
    Broken,
}

/// Reads a body.
pub(crate) async fn receive(body: Body) -> Received {
    timeout(BODY_LIMIT, read(body)).await.unwrap_or(Received::Broken)
}

async fn read(mut body: Body) -> Received {
    let mut whole = BytesMut::new();
    let mut read_bytes = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Received::Broken;
        };
        // Trailers mean nothing to these services.
        let Ok(part) = frame.into_data() else {
            continue;
        };
        read_bytes += part.len();
        if read_bytes > DROPPED_BYTES_MAX {
            return Received::TooLarge;
        }
        if read_bytes > BODY_BYTES_MAX {
            whole = BytesMut::new();
            continue;
        }
        whole.extend_from_slice(&part);
    }
    if read_bytes > BODY_BYTES_MAX {
        Received::TooLarge
    } else {
        Received::Whole(whole.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_of_the_largest_size_is_read() {
        let largest = vec![b'x'; BODY_BYTES_MAX];
        assert_eq!(
            receive(Body::from(largest.clone())).await,
            Received::Whole(largest.into())
        );
    }

    #[tokio::test]
    async fn a_body_of_one_more_byte_is_too_large() {
        assert_eq!(
            receive(Body::from(vec![b'x'; BODY_BYTES_MAX + 1])).await,
            Received::TooLarge
        );
    }
}
