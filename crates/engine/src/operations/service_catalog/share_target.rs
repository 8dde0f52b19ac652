//! Whom a request shares with.

use domain::{AccountId, Fault, Organization, OrganizationId, OrganizationNode, ShareTarget, UnitId};
use shapes::service_catalog as sc;

/// The target named by `AccountId` or `OrganizationNode`: by exactly one of them.
pub(super) fn target_of(
    account_id: Option<&str>,
    organization_node: Option<&sc::OrganizationNode>,
) -> Result<ShareTarget, Fault> {
    match (account_id, organization_node) {
        (Some(account), None) => {
            let account =
                AccountId::parse(account).map_err(|_| invalid("AccountId is not an account id."))?;
            Ok(ShareTarget::Account(account))
        }
        (None, Some(node)) => node_of(node).map(ShareTarget::Node),
        (Some(_), Some(_)) => Err(invalid(
            "AccountId and OrganizationNode cannot be given together.",
        )),
        (None, None) => Err(invalid("Either AccountId or OrganizationNode must be given.")),
    }
}

/// Checks that the ARN given for a node of `organization`, if one was, is the node's own.
///
/// Ours: the ARN of somebody else's organization is a node that is not found, whatever id it ends with.
pub(super) fn check_arn(
    organization: &Organization,
    given: Option<&sc::OrganizationNode>,
) -> Result<(), Fault> {
    let Some(value) = given.and_then(|it| it.value.as_deref()) else {
        return Ok(());
    };
    // Source: the model's pattern, which knows no other partition.
    let Some(rest) = value.strip_prefix("arn:aws:organizations::") else {
        return Ok(());
    };
    let (management, id) = (organization.management.as_str(), organization.id.as_str());
    let mut parts = rest.split([':', '/']);
    if parts.next() == Some(management) && parts.nth(1) == Some(id) {
        return Ok(());
    }
    Err(Fault::resource_not_found(format!(
        "Organization node not found: {value}"
    )))
}

/// The node with its bare id, also where its ARN was given.
fn node_of(node: &sc::OrganizationNode) -> Result<OrganizationNode, Fault> {
    let (Some(kind), Some(value)) = (node.r#type, node.value.as_deref()) else {
        return Err(invalid("OrganizationNode must have a Type and a Value."));
    };
    let id = value.rsplit('/').next().unwrap_or(value);
    let node = match kind {
        sc::OrganizationNodeType::Organization => {
            OrganizationId::parse(id).ok().map(OrganizationNode::Organization)
        }
        sc::OrganizationNodeType::OrganizationalUnit => UnitId::parse(id).ok().map(OrganizationNode::Unit),
        sc::OrganizationNodeType::Account => AccountId::parse(id).ok().map(OrganizationNode::Account),
    };
    node.ok_or_else(|| invalid("The Value of OrganizationNode is not of its Type."))
}

/// Ours: AWS lists this error and does not say when it occurs.
fn invalid(message: &str) -> Fault {
    Fault::invalid_parameters(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(kind: sc::OrganizationNodeType, value: &str) -> sc::OrganizationNode {
        sc::OrganizationNode {
            r#type: Some(kind),
            value: Some(value.to_owned()),
        }
    }

    #[test]
    fn an_arn_stands_for_its_id() {
        let arn = "arn:aws:organizations::111122223333:ou/o-exampleorgid/ou-ab12-11111111";
        let target = target_of(
            None,
            Some(&node(sc::OrganizationNodeType::OrganizationalUnit, arn)),
        )
        .unwrap();
        assert_eq!(target.principal_id(), "ou-ab12-11111111");
    }

    #[test]
    fn exactly_one_target_of_the_right_type_is_given() {
        let unit = node(sc::OrganizationNodeType::Organization, "ou-ab12-11111111");
        for refused in [
            target_of(None, None),
            target_of(Some("111122223333"), Some(&unit)),
            target_of(None, Some(&unit)),
            target_of(
                None,
                Some(&sc::OrganizationNode {
                    r#type: None,
                    value: None,
                }),
            ),
        ] {
            assert_eq!(refused.unwrap_err().code(), "InvalidParametersException");
        }
    }
}
