//! The owner's side of sharing: shares made, changed and deleted, and the operations that carry them out.

mod create_portfolio_share;
mod delete_portfolio_share;
mod describe_portfolio_share_status;
mod describe_portfolio_shares;
mod list_organization_portfolio_access;
mod list_portfolio_access;
mod update_portfolio_share;

use super::{
    organizations_access::{access_status, administered},
    portfolio::{owned_portfolio, portfolio_resource},
    share_operation::{record_finished_operation, start_share_operation},
    share_target::{check_arn, target_of},
};
