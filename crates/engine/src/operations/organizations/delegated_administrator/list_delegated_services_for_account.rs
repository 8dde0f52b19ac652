//! `ListDelegatedServicesForAccount`.

use domain::{Fault, ServiceAccess};
use shapes::organizations::{
    DelegatedService, ListDelegatedServicesForAccountRequest, ListDelegatedServicesForAccountResponse,
    operations::ListDelegatedServicesForAccount,
};
use store::ReadTx;

use super::{
    super::{lookup, resource},
    not_registered,
};
use crate::{
    Cx, Query, Resource, convert::timestamp, organization_role::administered_organization,
    page::organizations_page,
};

impl Query for ListDelegatedServicesForAccount {
    fn resource(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListDelegatedServicesForAccountRequest,
    ) -> Result<Resource, Fault> {
        resource::account(cx, tx, &input.account_id)
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListDelegatedServicesForAccountRequest,
    ) -> Result<ListDelegatedServicesForAccountResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let account = lookup::account(tx, &organization, &input.account_id)?;
        if !tx.administers_a_service(&organization.id, &account.id)? {
            return Err(not_registered());
        }
        let query = ["ListDelegatedServicesForAccount", account.id.as_str()];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let rows = tx.list_administered_services(&organization.id, &account.id, &page.after, page.rows())?;
        let services = page.cut(cx, rows, |it| it.service_principal.as_str());
        Ok(ListDelegatedServicesForAccountResponse {
            delegated_services: services.items.into_iter().map(answer).collect(),
            next_token: services.next,
        })
    }
}

fn answer(service: ServiceAccess) -> DelegatedService {
    DelegatedService {
        service_principal: Some(service.service_principal),
        delegation_enabled_date: Some(timestamp(service.enabled_at)),
    }
}
