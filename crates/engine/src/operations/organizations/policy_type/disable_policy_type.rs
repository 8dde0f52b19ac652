//! `DisablePolicyType`.

use domain::Fault;
use shapes::organizations::{
    DisablePolicyTypeRequest, DisablePolicyTypeResponse, operations::DisablePolicyType,
};
use store::{ReadTx, WriteTx};

use super::{
    super::{answer, policy::type_of, resource},
    check_root, not_enabled,
};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for DisablePolicyType {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &DisablePolicyTypeRequest) -> Result<Resource, Fault> {
        resource::parent(cx, tx, &input.root_id)
    }

    /// Source: DisablePolicyType: every policy of the type is detached from everything and stays available.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &DisablePolicyTypeRequest,
    ) -> Result<DisablePolicyTypeResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        check_root(&organization, &input.root_id)?;
        let policy_type = type_of(input.policy_type);
        if !tx.disable_policy_type(&organization.id, policy_type)? {
            return Err(not_enabled());
        }
        tx.remove_policy_attachments_of_type(&organization.id, policy_type)?;
        Ok(DisablePolicyTypeResponse {
            root: Some(answer::root(cx, tx, &organization)?),
        })
    }
}
