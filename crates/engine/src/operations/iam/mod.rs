//! IAM: users, roles and policies.

mod unbuilt;
