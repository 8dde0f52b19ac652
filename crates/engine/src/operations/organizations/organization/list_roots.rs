//! `ListRoots`.

use domain::Fault;
use shapes::organizations::{ListRootsRequest, ListRootsResponse, operations::ListRoots};
use store::ReadTx;

use super::super::{answer, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListRoots {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &ListRootsRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &ReadTx<'_>, input: &ListRootsRequest) -> Result<ListRootsResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        // There is one root, so that no token is ever given out and none can be right.
        organizations_page(cx, &["ListRoots"], input.max_results, input.next_token.as_deref())?;
        Ok(ListRootsResponse {
            roots: vec![answer::root(cx, tx, &organization)?],
            next_token: None,
        })
    }
}
