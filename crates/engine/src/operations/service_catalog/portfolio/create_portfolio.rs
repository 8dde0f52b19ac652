//! CreatePortfolio.

use std::collections::HashSet;

use domain::{Arn, Fault, Portfolio, PortfolioDetails, Tag};
use shapes::service_catalog::{CreatePortfolioInput, CreatePortfolioOutput, operations::CreatePortfolio};
use store::{ReadTx, WriteTx};

use crate::{Command, Cx, Resource, convert};

impl Command for CreatePortfolio {
    fn resource(cx: &Cx, _: &ReadTx<'_>, _: &CreatePortfolioInput) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    fn idempotency_token(input: &CreatePortfolioInput) -> Option<&str> {
        Some(&input.idempotency_token)
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &CreatePortfolioInput) -> Result<CreatePortfolioOutput, Fault> {
        let tags: Vec<Tag> = input
            .tags
            .iter()
            .map(|it| Tag {
                key: it.key.clone(),
                value: it.value.clone(),
            })
            .collect();
        let keys: HashSet<&str> = tags.iter().map(|it| it.key.as_str()).collect();
        if keys.len() < tags.len() {
            return Err(Fault::invalid_parameters("A tag key occurs more than once."));
        }
        if !tx.count_portfolio(cx.account(), cx.region(), cx.limits().portfolios_max)? {
            return Err(Fault::limit_exceeded(
                "The limit on the number of portfolios has been reached.",
            ));
        }
        let portfolio = Portfolio {
            id: cx.fresh().portfolio(),
            owner: cx.account().clone(),
            region: cx.region().clone(),
            details: PortfolioDetails {
                display_name: input.display_name.clone(),
                description: input.description.clone(),
                provider_name: input.provider_name.clone(),
            },
            created_at: cx.now(),
            shared_accounts: 0,
        };
        tx.insert_portfolio(&portfolio)?;
        for tag in &tags {
            tx.put_portfolio_tag(&portfolio.id, tag)?;
        }
        Ok(CreatePortfolioOutput {
            portfolio_detail: Some(convert::portfolio_detail(portfolio)),
            tags: convert::tags(tags),
        })
    }
}
