//! `TagResource`.

use std::collections::HashSet;

use domain::Fault;
use shapes::{
    Unit,
    organizations::{TagResourceRequest, operations::TagResource},
};
use store::{ReadTx, WriteTx};

use super::{super::resource, check_new, check_number, check_resource, put};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for TagResource {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &TagResourceRequest) -> Result<Resource, Fault> {
        resource::taggable(cx, tx, &input.resource_id)
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &TagResourceRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let tags = check_new(cx, &input.tags)?;
        check_resource(tx, &organization, &input.resource_id)?;
        let there = tx.list_organization_tags(&input.resource_id)?;
        let keys: HashSet<&str> = there.iter().chain(&tags).map(|it| it.key.as_str()).collect();
        check_number(cx, keys.len())?;
        put(tx, &organization.id, &input.resource_id, &tags)?;
        Ok(Unit)
    }
}
