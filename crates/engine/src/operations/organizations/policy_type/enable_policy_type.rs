//! `EnablePolicyType`.

use domain::Fault;
use shapes::organizations::{
    EnablePolicyTypeRequest, EnablePolicyTypeResponse, operations::EnablePolicyType,
};
use store::{ReadTx, WriteTx};

use super::{
    super::{answer, policy::type_of, resource},
    check_available, check_root,
};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for EnablePolicyType {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &EnablePolicyTypeRequest) -> Result<Resource, Fault> {
        resource::parent(cx, tx, &input.root_id)
    }

    /// AWS's own policy of the type is attached to everything by this: see the store's `default_policy_detachment`.
    ///
    /// Ours: the type is enabled when this answers; on AWS it is pending for a moment.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &EnablePolicyTypeRequest,
    ) -> Result<EnablePolicyTypeResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        check_root(&organization, &input.root_id)?;
        check_available(&organization)?;
        if !tx.enable_policy_type(&organization.id, type_of(input.policy_type))? {
            return Err(Fault::new(
                "PolicyTypeAlreadyEnabledException",
                "The specified policy type is already enabled in the specified root.",
            ));
        }
        Ok(EnablePolicyTypeResponse {
            root: Some(answer::root(cx, tx, &organization)?),
        })
    }
}
