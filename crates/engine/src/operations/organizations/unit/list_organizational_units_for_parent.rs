//! `ListOrganizationalUnitsForParent`.

use domain::Fault;
use shapes::organizations::{
    ListOrganizationalUnitsForParentRequest, ListOrganizationalUnitsForParentResponse,
    operations::ListOrganizationalUnitsForParent,
};
use store::ReadTx;

use super::super::{answer, lookup, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListOrganizationalUnitsForParent {
    fn resource(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListOrganizationalUnitsForParentRequest,
    ) -> Result<Resource, Fault> {
        resource::parent(cx, tx, &input.parent_id)
    }

    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListOrganizationalUnitsForParentRequest,
    ) -> Result<ListOrganizationalUnitsForParentResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let parent = lookup::parent(tx, &organization, &input.parent_id)?;
        let query = ["ListOrganizationalUnitsForParent", parent.as_str()];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let rows = tx.list_units_of(&parent, &page.after, page.rows())?;
        let units = page.cut(cx, rows, |it| it.id.as_str());

        let mut organizational_units = Vec::with_capacity(units.items.len());
        for unit in units.items {
            organizational_units.push(answer::unit(cx, tx, &organization, unit)?);
        }
        Ok(ListOrganizationalUnitsForParentResponse {
            organizational_units,
            next_token: units.next,
        })
    }
}
