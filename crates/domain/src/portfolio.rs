//! Portfolios.

use crate::{AccountId, Arn, Fault, PortfolioId, Region, Share, ShareOptions, ShareTarget, Time};

/// A portfolio: products offered together, owned by one account in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portfolio {
    /// Its id, unique everywhere.
    pub id: PortfolioId,
    /// The account that made it.
    pub owner: AccountId,
    /// The region it exists in.
    pub region: Region,
    /// What people read about it.
    pub details: PortfolioDetails,
    /// When it was made.
    pub created_at: Time,
    /// How many shares name one account, whether or not that account accepted: what the quota counts.
    pub shared_accounts: i64,
}

/// What people read about a portfolio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortfolioDetails {
    /// Its name, not unique.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who offers it.
    pub provider_name: String,
}

/// A key and a value on a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Unique on its resource.
    pub key: String,
    /// May be empty.
    pub value: String,
}

impl Portfolio {
    /// Its ARN, which carries the owner's account, whoever asks.
    pub fn arn(&self) -> Arn {
        Arn::portfolio(&self.owner, &self.region, &self.id)
    }

    /// The share that offers this portfolio to `target`.
    ///
    /// # Errors
    ///
    /// `InvalidParametersException` if the target is the owner, or an account share is to carry principals, which
    /// the model documents for organizations and units only.
    pub fn share_with(&self, target: ShareTarget, options: ShareOptions, now: Time) -> Result<Share, Fault> {
        if target.account() == Some(&self.owner) {
            // Ours: AWS is silent. Nobody can accept what they own.
            return Err(Fault::invalid_parameters(
                "A portfolio cannot be shared with the account that owns it.",
            ));
        }
        options.check_for(&target)?;
        let accepted = target.needs_no_acceptance();
        Ok(Share {
            portfolio: self.id.clone(),
            owner: self.owner.clone(),
            region: self.region.clone(),
            target,
            options,
            accepted,
            created_at: now,
        })
    }
}
