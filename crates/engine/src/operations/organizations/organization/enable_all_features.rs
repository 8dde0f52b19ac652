//! `EnableAllFeatures`.

use domain::{Fault, Organization};
use shapes::{
    organizations::{
        EnableAllFeaturesRequest, EnableAllFeaturesResponse, OrganizationFeatureSet,
        operations::EnableAllFeatures,
    },
    read::Enumeration as _,
};
use store::{ReadTx, WriteTx};

use super::super::resource;
use crate::{Command, Cx, Resource, organization_handshake, organization_role::managed_organization};

/// Source: ConstraintViolationException, `ALL_FEATURES_MIGRATION_ORGANIZATION_SIZE_LIMIT_EXCEEDED`.
const ACCOUNTS_MAX: i64 = 5_000;

impl Command for EnableAllFeatures {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &EnableAllFeaturesRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    /// Source: EnableAllFeatures: every invited member is asked. Nothing changes before all have approved, and the
    /// management account has accepted the handshake returned here.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        _: &EnableAllFeaturesRequest,
    ) -> Result<EnableAllFeaturesResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        check_may_begin(cx, tx, &organization)?;
        let sender = organization_handshake::sender(tx, &organization)?;
        let pending = organization_handshake::send_all_features(cx, tx, sender)?;
        for member in tx.list_invited_accounts(&organization.id, &organization.management)? {
            organization_handshake::ask_for_approval(cx, tx, &pending, member)?;
        }
        Ok(EnableAllFeaturesResponse {
            handshake: Some(organization_handshake::answer(cx, &pending)),
        })
    }
}

fn check_may_begin(cx: &Cx, tx: &ReadTx<'_>, organization: &Organization) -> Result<(), Fault> {
    if organization.feature_set == OrganizationFeatureSet::All.name() {
        return Err(organization_handshake::constraint(
            "The organization has already enabled all features.",
            "ORGANIZATION_ALREADY_HAS_ALL_FEATURES",
        ));
    }
    if tx
        .find_all_features_handshake(&organization.id, cx.now())?
        .is_some()
    {
        return Err(organization_handshake::constraint(
            "The organization has already started the process to enable all features.",
            "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION",
        ));
    }
    if tx.count_accounts(&organization.id)? > ACCOUNTS_MAX {
        return Err(Fault::new(
            "ConstraintViolationException",
            "Your organization has more than 5000 accounts.",
        )
        .because("ALL_FEATURES_MIGRATION_ORGANIZATION_SIZE_LIMIT_EXCEEDED"));
    }
    Ok(())
}
