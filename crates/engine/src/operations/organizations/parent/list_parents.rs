//! `ListParents`.

use domain::{Fault, Organization, ParentId};
use shapes::organizations::{
    ListParentsRequest, ListParentsResponse, Parent, ParentType, operations::ListParents,
};
use store::ReadTx;

use super::super::{lookup, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListParents {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &ListParentsRequest) -> Result<Resource, Fault> {
        if input.child_id.starts_with("ou-") {
            resource::unit(cx, tx, &input.child_id)
        } else {
            resource::account(cx, tx, &input.child_id)
        }
    }

    fn run(cx: &Cx, tx: &ReadTx<'_>, input: &ListParentsRequest) -> Result<ListParentsResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        // Source: ListParents: "a child can have only a single parent". So no token is ever given out.
        organizations_page(
            cx,
            &["ListParents"],
            input.max_results,
            input.next_token.as_deref(),
        )?;
        let parent = find_parent_of(tx, &organization, &input.child_id)?.ok_or_else(|| {
            Fault::new(
                "ChildNotFoundException",
                "You specified an OU or account that doesn't exist.",
            )
        })?;
        let parent_type = match parent.unit() {
            Some(_) => ParentType::OrganizationalUnit,
            None => ParentType::Root,
        };
        Ok(ListParentsResponse {
            parents: vec![Parent {
                id: Some(parent.into()),
                r#type: Some(parent_type),
            }],
            next_token: None,
        })
    }
}

fn find_parent_of(
    tx: &ReadTx<'_>,
    organization: &Organization,
    child: &str,
) -> Result<Option<ParentId>, Fault> {
    if child.starts_with("ou-") {
        return Ok(lookup::find_unit(tx, organization, child)?.map(|it| it.parent));
    }
    let account = lookup::find_account(tx, organization, child)?;
    Ok(account.and_then(|it| it.membership).map(|it| it.parent))
}
