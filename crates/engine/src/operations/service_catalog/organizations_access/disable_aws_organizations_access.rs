//! DisableAWSOrganizationsAccess.

use domain::{Arn, Fault, SERVICE_CATALOG_PRINCIPAL};
use shapes::service_catalog::{
    DisableAWSOrganizationsAccessInput, DisableAWSOrganizationsAccessOutput,
    operations::DisableAWSOrganizationsAccess,
};
use store::{ReadTx, WriteTx};

use super::managed;
use crate::{Command, Cx, Resource, organization_access};

impl Command for DisableAWSOrganizationsAccess {
    fn resource(cx: &Cx, _: &ReadTx<'_>, _: &DisableAWSOrganizationsAccessInput) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    /// Source: shares stay; refused while there are delegated administrators. Ours: InvalidStateException for that.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        _: &DisableAWSOrganizationsAccessInput,
    ) -> Result<DisableAWSOrganizationsAccessOutput, Fault> {
        let organization = managed(cx, tx)?;
        if organization_access::has_delegated_administrators(tx, &organization, SERVICE_CATALOG_PRINCIPAL)? {
            return Err(Fault::invalid_state(
                "Organizations access cannot be disabled while there are delegated administrators.",
            ));
        }
        organization_access::disable(tx, &organization, SERVICE_CATALOG_PRINCIPAL)?;
        Ok(DisableAWSOrganizationsAccessOutput {})
    }
}
