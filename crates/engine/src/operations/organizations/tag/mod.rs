//! Tags on an organization's root, units, accounts, policies and resource policy.
//!
//! What creates one of these takes tags too: it checks them with [`check_new`] and writes them with [`put`]. A request
//! that creates something later keeps them under its own id until they can be moved.

mod list_tags_for_resource;
mod tag_resource;
mod untag_resource;

use std::collections::HashSet;

use domain::{Fault, Organization, OrganizationId};
use shapes::organizations::Tag;
use store::{ReadTx, WriteTx};

use super::{policy::find_policy, policy_attachment::find_target};
use crate::Cx;

/// Checks the tags that something new is to have.
///
/// # Errors
///
/// `InvalidInputException` for a key that is given twice or is AWS's, `ConstraintViolationException` for too many.
pub(super) fn check_new(cx: &Cx, tags: &[Tag]) -> Result<Vec<domain::Tag>, Fault> {
    let mut keys = HashSet::new();
    for tag in tags {
        check_key(&tag.key)?;
        if !keys.insert(tag.key.as_str()) {
            return Err(invalid(
                "You specified a tag key more than once. Tag keys must be unique.",
                "DUPLICATE_TAG_KEY",
            ));
        }
    }
    check_number(cx, keys.len())?;
    let tags = tags.iter().map(|it| domain::Tag {
        key: it.key.clone(),
        value: it.value.clone(),
    });
    Ok(tags.collect())
}

/// Writes tags that were checked. `resource` is the id of what has them, a part of `organization`.
pub(super) fn put(
    tx: &WriteTx<'_>,
    organization: &OrganizationId,
    resource: &str,
    tags: &[domain::Tag],
) -> Result<(), Fault> {
    for tag in tags {
        tx.put_organization_tag(organization, resource, tag)?;
    }
    Ok(())
}

/// Checks that something may have this many tags. Source: Organizations quotas.
fn check_number(cx: &Cx, tags: usize) -> Result<(), Fault> {
    if tags <= cx.limits().organization_tags_max {
        return Ok(());
    }
    Err(Fault::new(
        "ConstraintViolationException",
        "You have exceeded the number of tags allowed on this resource.",
    )
    .because("MAX_TAG_LIMIT_EXCEEDED"))
}

/// Source: Organizations model, the reason's description: keys that begin with `aws:` are AWS's, in any case.
fn check_key(key: &str) -> Result<(), Fault> {
    let is_of_aws = key
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    if is_of_aws {
        return Err(invalid(
            "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys.",
            "INVALID_SYSTEM_TAGS_PARAMETER",
        ));
    }
    Ok(())
}

/// Checks that `id` names something in `organization` that can have tags.
///
/// Ours: AWS's own policies, which all organizations share, have none.
fn check_resource(tx: &ReadTx<'_>, organization: &Organization, id: &str) -> Result<(), Fault> {
    let is_there = if id.starts_with("rp-") {
        let policy = tx.find_resource_policy(&organization.id)?;
        policy.is_some_and(|it| it.id.as_str() == id)
    } else if id.starts_with("p-") {
        let policy = find_policy(tx, organization, id)?;
        policy.is_some_and(|it| it.summary.owner != domain::PolicyOwner::Aws)
    } else {
        find_target(tx, organization, id)?.is_some()
    };
    if is_there {
        return Ok(());
    }
    Err(Fault::new(
        "TargetNotFoundException",
        "We can't find a root, OU, account, or policy with the TargetId that you specified.",
    ))
}

fn invalid(message: &str, reason: &'static str) -> Fault {
    Fault::new("InvalidInputException", message).because(reason)
}
