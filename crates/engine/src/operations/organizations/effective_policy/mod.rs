//! What the policies at and above an account come to.

mod describe_effective_policy;
