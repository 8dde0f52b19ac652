//! RejectPortfolioShare.

use domain::{Arn, Fault};
use shapes::service_catalog::{
    PortfolioShareType, RejectPortfolioShareInput, RejectPortfolioShareOutput,
    operations::RejectPortfolioShare,
};
use store::{ReadTx, WriteTx};

use super::{not_found, portfolio_id};
use crate::{Command, Cx, Resource};

impl Command for RejectPortfolioShare {
    fn resource(cx: &Cx, _: &ReadTx<'_>, _: &RejectPortfolioShareInput) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    /// Declines an offer, or drops an import. The offer stays, and may be accepted again until its owner deletes it.
    ///
    /// Ours: rejecting what an organization shares leaves a mark that hides it from this account until it accepts.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &RejectPortfolioShareInput,
    ) -> Result<RejectPortfolioShareOutput, Fault> {
        let portfolio = portfolio_id(&input.portfolio_id)?;
        let offered = match input.portfolio_share_type.unwrap_or(PortfolioShareType::Imported) {
            PortfolioShareType::Imported => {
                tx.put_share_accepted(cx.account(), cx.region(), &portfolio, false)?
            }
            PortfolioShareType::AwsOrganizations => {
                let reaching = tx
                    .find_reaching_portfolio(cx.account(), cx.region(), &portfolio)?
                    .is_some();
                if reaching {
                    tx.put_share_rejection(cx.account(), &portfolio, cx.now())?;
                }
                reaching
            }
            // Source: the model says that this type always ends so.
            PortfolioShareType::AwsServicecatalog => false,
        };
        if offered {
            Ok(RejectPortfolioShareOutput {})
        } else {
            Err(not_found(&input.portfolio_id))
        }
    }
}
