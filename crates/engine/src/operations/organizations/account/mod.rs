//! Accounts, and the requests to create them.

mod create_account;
mod describe_account;
mod describe_create_account_status;
mod list_accounts;
mod list_accounts_for_parent;
mod list_create_account_status;
mod move_account;
