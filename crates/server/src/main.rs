//! The binary `chandlery`.
fn main() {}
