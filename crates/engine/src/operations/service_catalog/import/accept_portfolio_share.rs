//! AcceptPortfolioShare.

use domain::{Arn, Fault};
use shapes::service_catalog::{
    AcceptPortfolioShareInput, AcceptPortfolioShareOutput, PortfolioShareType,
    operations::AcceptPortfolioShare,
};
use store::{ReadTx, WriteTx};

use super::{not_found, portfolio_id};
use crate::{Command, Cx, Resource};

impl Command for AcceptPortfolioShare {
    fn resource(cx: &Cx, _: &ReadTx<'_>, _: &AcceptPortfolioShareInput) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    /// Observed: the default type does not cover what an organization shares. Accepting twice is no error.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &AcceptPortfolioShareInput,
    ) -> Result<AcceptPortfolioShareOutput, Fault> {
        let portfolio = portfolio_id(&input.portfolio_id)?;
        let offered = match input.portfolio_share_type.unwrap_or(PortfolioShareType::Imported) {
            PortfolioShareType::Imported => {
                tx.put_share_accepted(cx.account(), cx.region(), &portfolio, true)?
            }
            PortfolioShareType::AwsOrganizations => {
                tx.remove_share_rejection(cx.account(), &portfolio)?;
                tx.find_reaching_portfolio(cx.account(), cx.region(), &portfolio)?
                    .is_some()
            }
            // Source: the model says that this type always ends so.
            PortfolioShareType::AwsServicecatalog => false,
        };
        if offered {
            Ok(AcceptPortfolioShareOutput {})
        } else {
            Err(not_found(&input.portfolio_id))
        }
    }
}
