//! UpdatePortfolio.

use domain::{Fault, PortfolioDetails, Tag};
use shapes::service_catalog::{UpdatePortfolioInput, UpdatePortfolioOutput, operations::UpdatePortfolio};
use store::{ReadTx, WriteTx};

use super::{owned_portfolio, portfolio_resource};
use crate::{Command, Cx, Resource, convert};

impl Command for UpdatePortfolio {
    fn resource(cx: &Cx, _: &ReadTx<'_>, input: &UpdatePortfolioInput) -> Result<Resource, Fault> {
        portfolio_resource(cx, &input.id)
    }

    /// Ours: tags are removed before others are added, so that a key named in both ends up with its new value.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &UpdatePortfolioInput) -> Result<UpdatePortfolioOutput, Fault> {
        let mut portfolio = owned_portfolio(cx, tx, &input.id)?;
        let old = portfolio.details;
        portfolio.details = PortfolioDetails {
            display_name: input.display_name.clone().unwrap_or(old.display_name),
            description: input.description.clone().or(old.description),
            provider_name: input.provider_name.clone().unwrap_or(old.provider_name),
        };
        tx.put_portfolio_details(&portfolio.id, &portfolio.details)?;
        for key in &input.remove_tags {
            tx.remove_portfolio_tag(&portfolio.id, key)?;
        }
        for tag in &input.add_tags {
            tx.put_portfolio_tag(
                &portfolio.id,
                &Tag {
                    key: tag.key.clone(),
                    value: tag.value.clone(),
                },
            )?;
        }
        let tags = tx.list_portfolio_tags(&portfolio.id)?;
        if tags.len() > cx.limits().portfolio_tags_max {
            return Err(Fault::limit_exceeded(
                "The limit on the number of tags of a portfolio has been reached.",
            ));
        }
        Ok(UpdatePortfolioOutput {
            portfolio_detail: Some(convert::portfolio_detail(portfolio)),
            tags: convert::tags(tags),
        })
    }
}
