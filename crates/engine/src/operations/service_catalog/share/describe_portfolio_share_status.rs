//! DescribePortfolioShareStatus.

use domain::{AccountIds, Arn, Fault, ShareOperation, ShareToken};
use shapes::{
    read::Enumeration as _,
    service_catalog::{
        DescribePortfolioShareStatusInput, DescribePortfolioShareStatusOutput, ShareDetails, ShareError,
        ShareStatus, operations::DescribePortfolioShareStatus,
    },
};
use store::{FailedAccounts, ReadTx};
use wire::LongLists;

use super::administered;
use crate::{Cx, LongQuery, Resource};

impl LongQuery for DescribePortfolioShareStatus {
    fn resource(cx: &Cx, _: &ReadTx<'_>, _: &DescribePortfolioShareStatusInput) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    /// Source: for the management account and delegated administrators. Ours: each sees the tokens of its own shares,
    /// also when it is neither any more, because whoever started an operation waits for its end.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribePortfolioShareStatusInput,
        lists: &mut LongLists,
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
                successful_shares: stand_in(lists, outcome.successes),
                share_errors: outcome
                    .failures
                    .into_iter()
                    .map(|it| share_error(lists, it))
                    .collect(),
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

fn share_error(lists: &mut LongLists, failed: FailedAccounts) -> ShareError {
    ShareError {
        accounts: stand_in(lists, failed.accounts),
        message: Some(failed.error.message),
        error: Some(failed.error.error),
    }
}

fn stand_in(lists: &mut LongLists, accounts: AccountIds) -> Vec<String> {
    lists.stand_in(accounts.into(), AccountIds::ID_BYTES)
}
