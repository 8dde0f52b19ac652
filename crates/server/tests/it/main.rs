//! The real binary, as a process: what it prints, what it leaves behind, how it ends.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod account;
mod backup;
#[cfg(target_os = "linux")]
mod broken;
mod crashes;
mod dashboard;
mod database;
mod demo;
#[cfg(target_os = "linux")]
mod denied;
mod http;
mod logs;
mod metrics;
mod organization;
mod owner;
mod process;
mod replicas;
mod serve;
mod slow;
mod state;
mod status;
mod tls;
