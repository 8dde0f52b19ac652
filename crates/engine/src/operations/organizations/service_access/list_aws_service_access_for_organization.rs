//! `ListAWSServiceAccessForOrganization`.

use domain::{Fault, ServiceAccess};
use shapes::organizations::{
    EnabledServicePrincipal, ListAWSServiceAccessForOrganizationRequest,
    ListAWSServiceAccessForOrganizationResponse, operations::ListAWSServiceAccessForOrganization,
};
use store::ReadTx;

use super::super::resource;
use crate::{
    Cx, Query, Resource, convert::timestamp, organization_role::administered_organization,
    page::organizations_page,
};

impl Query for ListAWSServiceAccessForOrganization {
    fn resource(
        _: &Cx,
        _: &ReadTx<'_>,
        _: &ListAWSServiceAccessForOrganizationRequest,
    ) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListAWSServiceAccessForOrganizationRequest,
    ) -> Result<ListAWSServiceAccessForOrganizationResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let query = ["ListAWSServiceAccessForOrganization"];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let rows = tx.list_service_access(&organization.id, &page.after, page.rows())?;
        let services = page.cut(cx, rows, |it| it.service_principal.as_str());
        Ok(ListAWSServiceAccessForOrganizationResponse {
            enabled_service_principals: services.items.into_iter().map(answer).collect(),
            next_token: services.next,
        })
    }
}

fn answer(access: ServiceAccess) -> EnabledServicePrincipal {
    EnabledServicePrincipal {
        service_principal: Some(access.service_principal),
        date_enabled: Some(timestamp(access.enabled_at)),
    }
}
