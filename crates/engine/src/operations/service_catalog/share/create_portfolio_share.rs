//! CreatePortfolioShare.

use domain::{Fault, Organization, OrganizationNode, Portfolio, ShareAction, ShareOptions, ShareTarget};
use shapes::service_catalog::{
    AccessStatus, CreatePortfolioShareInput, CreatePortfolioShareOutput, operations::CreatePortfolioShare,
};
use store::{ReadTx, WriteTx};

use super::{
    access_status, administered, check_arn, owned_portfolio, portfolio_resource, record_finished_operation,
    start_share_operation, target_of,
};
use crate::{Command, Cx, Resource};

impl Command for CreatePortfolioShare {
    fn resource(cx: &Cx, _: &ReadTx<'_>, input: &CreatePortfolioShareInput) -> Result<Resource, Fault> {
        portfolio_resource(cx, &input.portfolio_id)
    }

    /// Source: repeating an existing share has no effect and is no error; a token is for organization nodes only.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &CreatePortfolioShareInput,
    ) -> Result<CreatePortfolioShareOutput, Fault> {
        let target = target_of(input.account_id.as_deref(), input.organization_node.as_ref())?;
        let options = ShareOptions {
            tag_options: input.share_tag_options,
            principals: input.share_principals,
        };
        options.check_for(&target)?;
        let portfolio = owned_portfolio(cx, tx, &input.portfolio_id)?;
        let portfolio_share_token = match &target {
            ShareTarget::Account(_) => {
                share(cx, tx, &portfolio, &target, options, None)?;
                None
            }
            ShareTarget::Node(node) => {
                let organization = administered(cx, tx)?;
                check_arn(&organization, input.organization_node.as_ref())?;
                check_node(tx, &organization, node)?;
                let is_new = share(cx, tx, &portfolio, &target, options, Some(&organization))?;
                // Ours: a share that is there stays as it is, but is tried again with accounts that it failed for.
                let token = if is_new || tx.lift_share_exclusions(&portfolio.id, &target)? {
                    start_share_operation(cx, tx, &portfolio, &target, ShareAction::Create)?
                } else {
                    record_finished_operation(cx, tx, &portfolio, &target, ShareAction::Create)?
                };
                Some(token.into())
            }
        };
        Ok(CreatePortfolioShareOutput {
            portfolio_share_token,
        })
    }
}

/// Records the share. Says whether it is new.
fn share(
    cx: &Cx,
    tx: &WriteTx<'_>,
    portfolio: &Portfolio,
    target: &ShareTarget,
    options: ShareOptions,
    organization: Option<&Organization>,
) -> Result<bool, Fault> {
    let share = portfolio.share_with(target.clone(), options, cx.now())?;
    if tx.find_share(portfolio, target)?.is_some() {
        return Ok(false);
    }
    let counts = target.account().is_some();
    if counts && !tx.count_shared_account(&portfolio.id, cx.limits().shared_accounts_max)? {
        return Err(Fault::limit_exceeded(
            "The limit on the number of accounts a portfolio is shared with has been reached.",
        ));
    }
    tx.insert_share(&share, organization.map(|it| &it.id))?;
    Ok(true)
}

/// Ours: a node outside the caller's organization is not found; without access there is nothing to share with.
fn check_node(tx: &ReadTx<'_>, organization: &Organization, node: &OrganizationNode) -> Result<(), Fault> {
    let found = match node {
        OrganizationNode::Organization(id) => *id == organization.id,
        OrganizationNode::Unit(id) => tx.find_unit(&organization.id, id)?.is_some(),
        OrganizationNode::Account(id) => {
            let membership = tx.find_account(id)?.and_then(|it| it.membership);
            membership.is_some_and(|it| it.organization == organization.id)
        }
    };
    if !found {
        return Err(Fault::resource_not_found(format!(
            "Organization node not found: {}",
            node.id()
        )));
    }
    if access_status(tx, organization)? == AccessStatus::Disabled {
        return Err(Fault::invalid_state(
            "AWS Organizations access is not enabled for Service Catalog.",
        ));
    }
    Ok(())
}
