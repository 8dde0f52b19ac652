//! DescribePortfolioShareStatus.

use domain::{Arn, Fault, ShareOperation, ShareToken};
use shapes::{
    read::Enumeration as _,
    service_catalog::{
        DescribePortfolioShareStatusInput, DescribePortfolioShareStatusOutput, ShareDetails, ShareError,
        ShareStatus, operations::DescribePortfolioShareStatus,
    },
};
use store::{FailedAccounts, ReadTx};

use super::administered;
use crate::{Cx, Query, Resource};

impl Query for DescribePortfolioShareStatus {
    fn resource(cx: &Cx, _: &ReadTx<'_>, _: &DescribePortfolioShareStatusInput) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    /// Source: for the management account and delegated administrators. Ours: each sees the tokens of its own shares,
    /// also when it is neither any more, because whoever started an operation waits for its end.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribePortfolioShareStatusInput,
    ) -> Result<DescribePortfolioShareStatusOutput, Fault> {
        let token = &input.portfolio_share_token;
        let Some(operation) = find_own_operation(cx, tx, token)? else {
            administered(cx, tx)?;
            return Err(Fault::resource_not_found(format!(
                "Portfolio share token not found: {token}"
            )));
        };
        let outcome = tx.share_outcome(&operation.token)?;
        Ok(DescribePortfolioShareStatusOutput {
            portfolio_share_token: Some(operation.token.into()),
            portfolio_id: Some(operation.portfolio.into()),
            organization_node_value: Some(operation.target.principal_id().to_owned()),
            status: ShareStatus::from_name(operation.status.name()),
            share_details: Some(ShareDetails {
                successful_shares: outcome.successes.iter().map(str::to_owned).collect(),
                share_errors: outcome.failures.into_iter().map(share_error).collect(),
            }),
        })
    }
}

fn find_own_operation(cx: &Cx, tx: &ReadTx<'_>, token: &str) -> Result<Option<ShareOperation>, Fault> {
    let found = match ShareToken::parse(token) {
        Ok(token) => tx.find_share_operation(&token)?,
        Err(_) => None,
    };
    Ok(found.filter(|it| it.owner == *cx.account() && it.region == *cx.region()))
}

fn share_error(failed: FailedAccounts) -> ShareError {
    ShareError {
        accounts: failed.accounts.iter().map(str::to_owned).collect(),
        message: Some(failed.error.message),
        error: Some(failed.error.error),
    }
}
