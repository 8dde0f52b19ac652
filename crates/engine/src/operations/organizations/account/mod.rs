//! Accounts, and the requests to create them.

mod close_account;
mod create_account;
mod describe_account;
mod describe_create_account_status;
mod leave_organization;
mod list_accounts;
mod list_accounts_for_parent;
mod list_create_account_status;
mod move_account;
mod remove_account_from_organization;
