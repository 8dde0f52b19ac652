//! Scenarios told with the real AWS SDK: an organization on a server of its own, and the actors in it.
//!
//! [`TestOrg`] owns a server on a free port and a fresh store; an [`Actor`] is somebody signed in there. Invariant:
//! every answer a test receives was checked against the contract, whatever the test asserts. What varies between runs
//! is outside the tests: `STORE=embedded|postgres` and `PROTOCOL=json|cbor`. Deliberately absent: any way around the
//! public API for setting a scene up, but for what has none there (an account outside any organization, the clock).

mod actor;
mod ask;
mod breaking;
mod check;
mod clock;
mod contract;
mod environment;
mod house;
mod listener;
mod org;
mod place;
mod raw;
mod translation;
mod transport;
mod xml;

pub use actor::Actor;
pub use breaking::Failure;
pub use check::{Refused, refused};
pub use clock::TestClock;
pub use org::TestOrg;
pub use raw::{Answer, Raw};
