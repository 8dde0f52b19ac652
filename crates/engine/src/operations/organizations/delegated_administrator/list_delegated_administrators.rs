//! `ListDelegatedAdministrators`.

use domain::{Fault, Organization};
use shapes::organizations::{
    Account, DelegatedAdministrator, ListDelegatedAdministratorsRequest, ListDelegatedAdministratorsResponse,
    operations::ListDelegatedAdministrators,
};
use store::ReadTx;

use super::super::{answer, lookup, resource, service_access::check_principal};
use crate::{
    Cx, Query, Resource, convert::timestamp, organization_role::administered_organization,
    page::organizations_page,
};

impl Query for ListDelegatedAdministrators {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &ListDelegatedAdministratorsRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListDelegatedAdministratorsRequest,
    ) -> Result<ListDelegatedAdministratorsResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let service = input.service_principal.as_deref();
        service.map_or(Ok(()), check_principal)?;
        let query = ["ListDelegatedAdministrators", service.unwrap_or_default()];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let rows = tx.list_delegated_administrators(&organization.id, service, &page.after, page.rows())?;
        let listed = page.cut(cx, rows, |it| it.account.as_str());

        let mut delegated_administrators = Vec::with_capacity(listed.items.len());
        for it in &listed.items {
            delegated_administrators.push(administrator(cx, tx, &organization, it)?);
        }
        Ok(ListDelegatedAdministratorsResponse {
            delegated_administrators,
            next_token: listed.next,
        })
    }
}

fn administrator(
    cx: &Cx,
    tx: &ReadTx<'_>,
    organization: &Organization,
    administrator: &domain::DelegatedAdministrator,
) -> Result<DelegatedAdministrator, Fault> {
    let account = lookup::account(tx, organization, administrator.account.as_str())?;
    let Account {
        id,
        arn,
        email,
        name,
        status,
        state,
        paths: _,
        joined_method,
        joined_timestamp,
    } = answer::account(cx, tx, organization, account)?;
    Ok(DelegatedAdministrator {
        id,
        arn,
        email,
        name,
        status,
        state,
        joined_method,
        joined_timestamp,
        delegation_enabled_date: Some(timestamp(administrator.enabled_at)),
    })
}
