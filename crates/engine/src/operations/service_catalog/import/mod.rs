//! The recipient's side: portfolios that others share with the caller.

mod accept_portfolio_share;
mod list_accepted_portfolio_shares;
mod reject_portfolio_share;

use super::portfolio::{not_found, portfolio_id};
