//! `ListAccountsForParent`.

use domain::Fault;
use shapes::organizations::{
    ListAccountsForParentRequest, ListAccountsForParentResponse, operations::ListAccountsForParent,
};
use store::ReadTx;

use super::super::{answer, lookup, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListAccountsForParent {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &ListAccountsForParentRequest) -> Result<Resource, Fault> {
        resource::parent(cx, tx, &input.parent_id)
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListAccountsForParentRequest,
    ) -> Result<ListAccountsForParentResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let parent = lookup::parent(tx, &organization, &input.parent_id)?;
        let query = ["ListAccountsForParent", parent.as_str()];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let rows = tx.list_accounts_of(&parent, &page.after, page.rows())?;
        let listed = page.cut(cx, rows, |it| it.id.as_str());

        let mut accounts = Vec::with_capacity(listed.items.len());
        for account in listed.items {
            accounts.push(answer::account(cx, tx, &organization, account)?);
        }
        Ok(ListAccountsForParentResponse {
            accounts,
            next_token: listed.next,
        })
    }
}
