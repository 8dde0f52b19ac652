//! `ListHandshakesForOrganization`.

use domain::Fault;
use shapes::organizations::{
    ListHandshakesForOrganizationRequest, ListHandshakesForOrganizationResponse,
    operations::ListHandshakesForOrganization,
};
use store::ReadTx;

use super::super::resource;
use crate::{
    Cx, Query, Resource,
    organization_handshake::{answer, as_it_stands, filter_of, words},
    organization_role::administered_organization,
    page::organizations_page,
};

impl Query for ListHandshakesForOrganization {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &ListHandshakesForOrganizationRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListHandshakesForOrganizationRequest,
    ) -> Result<ListHandshakesForOrganizationResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let Some(filter) = filter_of(input.filter.as_ref())? else {
            return Ok(ListHandshakesForOrganizationResponse::default());
        };
        let [action, parent] = words(&filter);
        let query = ["ListHandshakesForOrganization", action, parent];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let ended_after = cx.now().before(cx.limits().handshake_retention);
        let rows =
            tx.list_sent_handshakes(&organization.id, &filter, ended_after, &page.after, page.rows())?;
        let listed = page.cut(cx, rows, |it| it.id.as_str());

        let mut handshakes = Vec::with_capacity(listed.items.len());
        for handshake in listed.items {
            handshakes.push(answer(cx, &as_it_stands(cx, tx, handshake)?));
        }
        Ok(ListHandshakesForOrganizationResponse {
            handshakes,
            next_token: listed.next,
        })
    }
}
