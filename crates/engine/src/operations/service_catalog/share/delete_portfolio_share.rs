//! DeletePortfolioShare.

use domain::{Fault, ShareAction, ShareTarget};
use shapes::service_catalog::{
    DeletePortfolioShareInput, DeletePortfolioShareOutput, operations::DeletePortfolioShare,
};
use store::{ReadTx, WriteTx};

use super::{administered, check_arn, owned_portfolio, portfolio_resource, start_share_operation, target_of};
use crate::{Command, Cx, Resource};

impl Command for DeletePortfolioShare {
    fn resource(cx: &Cx, _: &ReadTx<'_>, input: &DeletePortfolioShareInput) -> Result<Resource, Fault> {
        portfolio_resource(cx, &input.portfolio_id)
    }

    /// Observed: deleting an account share that is not there does nothing. Ours: for an organization node it is an
    /// error, because there is no operation whose token could be returned. Ours: the share is gone, and so is what
    /// accounts saw through it, as soon as the operation is accepted.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &DeletePortfolioShareInput,
    ) -> Result<DeletePortfolioShareOutput, Fault> {
        let target = target_of(input.account_id.as_deref(), input.organization_node.as_ref())?;
        let portfolio = owned_portfolio(cx, tx, &input.portfolio_id)?;
        if matches!(target, ShareTarget::Node(_)) {
            check_arn(&administered(cx, tx)?, input.organization_node.as_ref())?;
        }
        let removed = tx.remove_share(&portfolio, &target)?;
        if removed && target.account().is_some() {
            tx.uncount_shared_account(&portfolio.id)?;
        }
        let portfolio_share_token = match &target {
            ShareTarget::Account(_) => None,
            ShareTarget::Node(node) if !removed => {
                let (portfolio, node) = (&portfolio.id, node.id());
                return Err(Fault::resource_not_found(format!(
                    "Portfolio {portfolio} is not shared with {node}"
                )));
            }
            ShareTarget::Node(_) => {
                tx.remove_share_rejections(&portfolio)?;
                Some(start_share_operation(cx, tx, &portfolio, &target, ShareAction::Delete)?.into())
            }
        };
        Ok(DeletePortfolioShareOutput {
            portfolio_share_token,
        })
    }
}
