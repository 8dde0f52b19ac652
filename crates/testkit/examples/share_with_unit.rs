//! README's example of the AWS SDK for Rust, as a program: shares `$PORTFOLIO` with the unit `$UNIT`.
//!
//! Invariant: everything above `main` is the text that README shows; the test that runs this program compares the two.
//! Deliberately absent: settings of ours. Endpoint, region and key come from the environment, as README says.

use std::{env, error::Error};

use aws_config::SdkConfig;
use aws_sdk_servicecatalog::{
    Client,
    types::{OrganizationNode, OrganizationNodeType},
};

async fn share_with_unit(config: &SdkConfig) -> Result<(), Box<dyn Error>> {
    let unit = OrganizationNode::builder()
        .r#type(OrganizationNodeType::OrganizationalUnit)
        .value(env::var("UNIT")?)
        .build();
    let share = Client::new(config).create_portfolio_share();
    let started = share
        .portfolio_id(env::var("PORTFOLIO")?)
        .organization_node(unit)
        .send()
        .await?;
    println!("{}", started.portfolio_share_token().unwrap_or_default());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // `aws_config::load_defaults`, but for the default HTTP client: that one is built on aws-lc, which this workspace
    // does not take in, and the server of the test has no TLS to speak.
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .http_client(http)
        .load()
        .await;
    share_with_unit(&config).await
}
