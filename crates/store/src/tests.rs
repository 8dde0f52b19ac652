//! What every engine must do, told once and run on both. What one engine alone does is tested beside it.

mod harness;
mod migrations;
mod observer;
mod requests;
mod schema;
mod statements;
mod transactions;

pub(crate) use harness::{TestStore, add_one, count, create_counter, on_every_engine};
pub(crate) use observer::{Notes, Told};
