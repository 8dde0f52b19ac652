//! `ListRoots`.

use domain::{Arn, Fault};
use shapes::organizations::{ListRootsRequest, ListRootsResponse, Root, operations::ListRoots};
use store::ReadTx;

use super::super::resource;
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListRoots {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &ListRootsRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &ReadTx<'_>, input: &ListRootsRequest) -> Result<ListRootsResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        // There is one root, so that no token is ever given out and none can be right.
        organizations_page(cx, &["ListRoots"], input.max_results, input.next_token.as_deref())?;
        let arn = Arn::root(
            cx.partition(),
            &organization.management,
            &organization.id,
            &organization.root,
        );
        let root = Root {
            id: Some(organization.root.into()),
            arn: Some(arn.into()),
            // Observed: every root is called this, and uses no policy type before one is enabled.
            name: Some("Root".to_owned()),
            policy_types: Vec::new(),
        };
        Ok(ListRootsResponse {
            roots: vec![root],
            next_token: None,
        })
    }
}
