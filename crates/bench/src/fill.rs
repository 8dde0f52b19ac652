//! Many shares at once, through the API: what prepares a reading and is not measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use tokio::task::JoinSet;

use crate::actor::{Actor, share};

/// How many write at once: enough for the group commit to be at its best.
const WRITERS: usize = 128;

/// Shares `portfolio` with `shares` accounts, one by one.
pub(crate) async fn share_with_each(actor: &Actor, portfolio: &str, shares: u64) -> Result<()> {
    let next = Arc::new(AtomicU64::new(0));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (actor, portfolio, next) = (actor.clone(), portfolio.to_owned(), Arc::clone(&next));
        writers.spawn(async move {
            loop {
                let account = next.fetch_add(1, Ordering::Relaxed);
                if account >= shares {
                    return Ok::<_, anyhow::Error>(());
                }
                let input = share(&portfolio, account);
                actor.catalog("CreatePortfolioShare", &input).await?;
            }
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended??;
    }
    Ok(())
}
