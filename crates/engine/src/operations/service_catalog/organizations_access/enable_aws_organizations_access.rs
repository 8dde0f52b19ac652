//! EnableAWSOrganizationsAccess.

use domain::{Arn, Fault, SERVICE_CATALOG_PRINCIPAL};
use shapes::{
    organizations::OrganizationFeatureSet,
    read::Enumeration as _,
    service_catalog::{
        EnableAWSOrganizationsAccessInput, EnableAWSOrganizationsAccessOutput,
        operations::EnableAWSOrganizationsAccess,
    },
};
use store::{ReadTx, WriteTx};

use super::managed;
use crate::{Command, Cx, Resource, organization_access};

impl Command for EnableAWSOrganizationsAccess {
    fn resource(cx: &Cx, _: &ReadTx<'_>, _: &EnableAWSOrganizationsAccessInput) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    /// Source: for the management account only, and it calls EnableAWSServiceAccess of Organizations, which needs all
    /// features. Ours: the error, of those that are listed. Enabling twice changes nothing.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        _: &EnableAWSOrganizationsAccessInput,
    ) -> Result<EnableAWSOrganizationsAccessOutput, Fault> {
        let organization = managed(cx, tx)?;
        if organization.feature_set != OrganizationFeatureSet::All.name() {
            return Err(Fault::operation_not_supported(
                "Your organization must have all features enabled to perform this operation.",
            ));
        }
        organization_access::enable(cx, tx, &organization, SERVICE_CATALOG_PRINCIPAL)?;
        Ok(EnableAWSOrganizationsAccessOutput {})
    }
}
