//! `ListChildren`.

use domain::{Fault, ParentId};
use shapes::organizations::{
    Child, ChildType, ListChildrenRequest, ListChildrenResponse, operations::ListChildren,
};
use shapes::read::Enumeration as _;
use store::ReadTx;

use super::super::{lookup, resource};
use crate::{
    Cx, Query, Resource,
    organization_role::administered_organization,
    page::{Page, organizations_page},
};

impl Query for ListChildren {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &ListChildrenRequest) -> Result<Resource, Fault> {
        resource::parent(cx, tx, &input.parent_id)
    }

    fn run(cx: &Cx, tx: &ReadTx<'_>, input: &ListChildrenRequest) -> Result<ListChildrenResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let parent = lookup::parent(tx, &organization, &input.parent_id)?;
        let query = ["ListChildren", parent.as_str(), input.child_type.name()];
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let ids = page.cut(
            cx,
            children(tx, &parent, input.child_type, &page)?,
            String::as_str,
        );

        let child = |id| Child {
            id: Some(id),
            r#type: Some(input.child_type),
        };
        Ok(ListChildrenResponse {
            children: ids.items.into_iter().map(child).collect(),
            next_token: ids.next,
        })
    }
}

fn children(
    tx: &ReadTx<'_>,
    parent: &ParentId,
    child_type: ChildType,
    page: &Page,
) -> Result<Vec<String>, Fault> {
    Ok(match child_type {
        ChildType::Account => {
            let accounts = tx.list_accounts_of(parent, &page.after, page.rows())?;
            accounts.into_iter().map(|it| it.id.into()).collect()
        }
        ChildType::OrganizationalUnit => {
            let units = tx.list_units_of(parent, &page.after, page.rows())?;
            units.into_iter().map(|it| it.id.into()).collect()
        }
    })
}
