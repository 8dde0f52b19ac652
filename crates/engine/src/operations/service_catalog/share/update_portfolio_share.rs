//! UpdatePortfolioShare.

use domain::{Fault, ShareAction, ShareOptions, ShareTarget};
use shapes::service_catalog::{
    ShareStatus, UpdatePortfolioShareInput, UpdatePortfolioShareOutput, operations::UpdatePortfolioShare,
};
use store::{ReadTx, WriteTx};

use super::{
    administered, check_arn, owned_portfolio, portfolio_resource, record_finished_operation,
    start_share_operation, target_of,
};
use crate::{Command, Cx, Resource};

impl Command for UpdatePortfolioShare {
    fn resource(cx: &Cx, _: &ReadTx<'_>, input: &UpdatePortfolioShareInput) -> Result<Resource, Fault> {
        portfolio_resource(cx, &input.portfolio_id)
    }

    /// Source: an absent flag is left as it is. Observed: the new flags can be read at once. Source: unlike the other
    /// two, an update of an account share has a token as well. Ours: it is completed at once.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &UpdatePortfolioShareInput,
    ) -> Result<UpdatePortfolioShareOutput, Fault> {
        let target = target_of(input.account_id.as_deref(), input.organization_node.as_ref())?;
        let portfolio = owned_portfolio(cx, tx, &input.portfolio_id)?;
        if matches!(target, ShareTarget::Node(_)) {
            check_arn(&administered(cx, tx)?, input.organization_node.as_ref())?;
        }
        let Some(share) = tx.find_share(&portfolio, &target)? else {
            let principal = target.principal_id();
            return Err(Fault::resource_not_found(format!(
                "Portfolio {} is not shared with {principal}",
                portfolio.id
            )));
        };
        let options = ShareOptions {
            tag_options: input.share_tag_options.unwrap_or(share.options.tag_options),
            principals: input.share_principals.unwrap_or(share.options.principals),
        };
        options.check_for(&target)?;
        tx.put_share_options(&share, options)?;
        let (token, status) = match target {
            ShareTarget::Account(_) => {
                let token = record_finished_operation(cx, tx, &portfolio, &target, ShareAction::Update)?;
                (token, ShareStatus::Completed)
            }
            ShareTarget::Node(_) => {
                let token = start_share_operation(cx, tx, &portfolio, &target, ShareAction::Update)?;
                (token, ShareStatus::NotStarted)
            }
        };
        Ok(UpdatePortfolioShareOutput {
            portfolio_share_token: Some(token.into()),
            status: Some(status),
        })
    }
}
