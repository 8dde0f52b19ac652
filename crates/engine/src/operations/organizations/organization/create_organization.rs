//! `CreateOrganization`.

use domain::{Account, Fault, Organization};
use shapes::organizations::{
    CreateOrganizationRequest, CreateOrganizationResponse, OrganizationFeatureSet,
    operations::CreateOrganization,
};
use store::{Inserted, ReadTx, WriteTx};

use super::super::{answer, resource};
use crate::{Command, Cx, Resource, organization_membership};

impl Command for CreateOrganization {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &CreateOrganizationRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &CreateOrganizationRequest,
    ) -> Result<CreateOrganizationResponse, Fault> {
        let account = caller_outside_organizations(cx, tx)?;
        let organization = Organization {
            id: cx.fresh().organization(),
            management: account.id,
            root: cx.fresh().root(),
            feature_set: input
                .feature_set
                .unwrap_or(OrganizationFeatureSet::All)
                .to_string(),
            created_at: cx.now(),
        };
        if organization_membership::create(tx, &organization)? == Inserted::AlreadyThere {
            return Err(already_in_organization());
        }
        Ok(CreateOrganizationResponse {
            organization: Some(answer::organization(cx, tx, &organization)?),
        })
    }
}

fn caller_outside_organizations(cx: &Cx, tx: &ReadTx<'_>) -> Result<Account, Fault> {
    // A signature was verified for the account, so that it was there a moment ago.
    let account = tx
        .find_account(cx.account())?
        .ok_or_else(|| Fault::access_denied("The account of the caller does not exist."))?;
    if account.membership.is_some() {
        return Err(already_in_organization());
    }
    Ok(account)
}

/// Observed: the message of AWS.
fn already_in_organization() -> Fault {
    Fault::new(
        "AlreadyInOrganizationException",
        "The provided account is already a member of an organization.",
    )
}
