//! STS: who a caller is, and becoming a role.
//!
//! Invariant: what AWS names a denial is a denial here, whether the role is unknown or belongs to somebody else, so that
//! nobody learns which roles other accounts have.

mod caller;
mod role;
mod unbuilt;
