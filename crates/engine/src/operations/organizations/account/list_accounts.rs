//! `ListAccounts`.

use domain::Fault;
use shapes::organizations::{ListAccountsRequest, ListAccountsResponse, operations::ListAccounts};
use store::ReadTx;

use super::super::{answer, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListAccounts {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &ListAccountsRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &ReadTx<'_>, input: &ListAccountsRequest) -> Result<ListAccountsResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let page = organizations_page(
            cx,
            &["ListAccounts"],
            input.max_results,
            input.next_token.as_deref(),
        )?;
        let rows = tx.list_accounts(&organization.id, &page.after, page.rows())?;
        let listed = page.cut(cx, rows, |it| it.id.as_str());

        let mut accounts = Vec::with_capacity(listed.items.len());
        for account in listed.items {
            accounts.push(answer::account(cx, tx, &organization, account)?);
        }
        Ok(ListAccountsResponse {
            accounts,
            next_token: listed.next,
        })
    }
}
