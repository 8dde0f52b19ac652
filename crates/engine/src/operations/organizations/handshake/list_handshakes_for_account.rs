//! `ListHandshakesForAccount`.

use domain::Fault;
use shapes::organizations::{
    ListHandshakesForAccountRequest, ListHandshakesForAccountResponse, operations::ListHandshakesForAccount,
};
use store::ReadTx;

use super::super::resource;
use crate::{
    Cx, Query, Resource,
    organization_handshake::{answer, caller, filter_of, words},
    page::organizations_page,
};

impl Query for ListHandshakesForAccount {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &ListHandshakesForAccountRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    /// Source: ListHandshakesForAccount: what the caller received, in an organization or not.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListHandshakesForAccountRequest,
    ) -> Result<ListHandshakesForAccountResponse, Fault> {
        let caller = caller(cx, tx)?;
        let Some(filter) = filter_of(input.filter.as_ref())? else {
            return Ok(ListHandshakesForAccountResponse::default());
        };
        let [action, parent] = words(&filter);
        let query = ["ListHandshakesForAccount", action, parent];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let ended_after = cx.now().before(cx.limits().handshake_retention);
        let rows = tx.list_received_handshakes(
            (&caller.id, &caller.email),
            &filter,
            ended_after,
            &page.after,
            page.rows(),
        )?;
        let listed = page.cut(cx, rows, |it| it.id.as_str());
        Ok(ListHandshakesForAccountResponse {
            handshakes: listed.items.iter().map(|it| answer(cx, it)).collect(),
            next_token: listed.next,
        })
    }
}
