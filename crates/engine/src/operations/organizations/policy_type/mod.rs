//! The types of policies that an organization uses.
//!
//! Invariant: only an organization with all features has any. Its root uses service control policies from the start.

mod disable_policy_type;
mod enable_policy_type;

use domain::{Fault, Organization};
use shapes::{organizations::OrganizationFeatureSet, read::Enumeration as _};

/// Checks that `organization` can have policies at all.
///
/// Source: Organizations, "Available feature sets": with consolidated billing alone there are none.
pub(super) fn check_available(organization: &Organization) -> Result<(), Fault> {
    if organization.feature_set == OrganizationFeatureSet::All.name() {
        return Ok(());
    }
    Err(Fault::new(
        "PolicyTypeNotAvailableForOrganizationException",
        "You can't use the specified policy type with the feature set currently enabled for this organization.",
    ))
}

/// Checks that `root` is the root of `organization`.
fn check_root(organization: &Organization, root: &str) -> Result<(), Fault> {
    if organization.root.as_str() == root {
        return Ok(());
    }
    Err(Fault::new(
        "RootNotFoundException",
        "We can't find a root with the RootId that you specified.",
    ))
}

/// The type is not in use. Source: Organizations model, the error's description.
pub(super) fn not_enabled() -> Fault {
    Fault::new(
        "PolicyTypeNotEnabledException",
        "The specified policy type isn't currently enabled in this root.",
    )
}
