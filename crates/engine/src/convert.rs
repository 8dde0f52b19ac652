//! Between the domain's types and the contract's.

use domain::{Portfolio, Tag, Time};
use shapes::service_catalog as sc;

/// A point in time as answers carry it.
pub(crate) fn timestamp(time: Time) -> shapes::Timestamp {
    shapes::Timestamp::from_microseconds(time.microseconds())
}

/// A portfolio as answers describe it.
pub(crate) fn portfolio_detail(portfolio: Portfolio) -> sc::PortfolioDetail {
    sc::PortfolioDetail {
        arn: Some(portfolio.arn().into()),
        id: Some(portfolio.id.into()),
        display_name: Some(portfolio.details.display_name),
        description: portfolio.details.description,
        created_time: Some(timestamp(portfolio.created_at)),
        provider_name: Some(portfolio.details.provider_name),
    }
}

/// Tags as answers carry them.
pub(crate) fn tags(tags: Vec<Tag>) -> Vec<sc::Tag> {
    tags.into_iter()
        .map(|it| sc::Tag {
            key: it.key,
            value: it.value,
        })
        .collect()
}
