//! What somebody sees of a portfolio: the questions of both sides, asked in every case.
//!
//! Invariant: an answer that nobody expects is shown, never hidden. Deliberately absent: how it is laid out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use aws_sdk_servicecatalog::types::{
    DescribePortfolioShareType as Kind, PortfolioShareDetail, PortfolioShareType,
};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use testkit::{Actor, refused};

/// An answer, or the code of the refusal.
type Answer<T> = Result<T, String>;

fn answer<T, E: ProvideErrorMetadata + Debug, R: Debug>(sent: Result<T, SdkError<E, R>>) -> Answer<T> {
    sent.map_err(|refusal| refused(Err::<(), _>(refusal)).code)
}

/// What an owner asks about a portfolio. Each is a text of names, or the code of the refusal.
pub(super) struct Owned {
    /// DescribePortfolioShares, of all types.
    pub(super) shares: Answer<String>,
    /// ListPortfolioAccess.
    pub(super) access: Answer<String>,
    /// ListPortfolioAccess under the organization, and under the unit.
    pub(super) below: [Answer<String>; 2],
}

impl Owned {
    /// What `actor` is told about `portfolio`, with names for ids.
    pub(super) async fn seen_by(
        actor: &Actor,
        portfolio: &str,
        parents: [&str; 2],
        names: &BTreeMap<String, &'static str>,
    ) -> Self {
        let [organization, unit] = parents;
        Self {
            shares: shares(actor, portfolio, names).await,
            access: access(actor, portfolio, None, names).await,
            below: [
                access(actor, portfolio, Some(organization), names).await,
                access(actor, portfolio, Some(unit), names).await,
            ],
        }
    }
}

/// DescribePortfolioShares of all types, such as `account alice accepted, unit`.
async fn shares(actor: &Actor, portfolio: &str, names: &BTreeMap<String, &'static str>) -> Answer<String> {
    let mut found = Vec::new();
    for kind in [
        Kind::Account,
        Kind::OrganizationMemberAccount,
        Kind::OrganizationalUnit,
        Kind::Organization,
    ] {
        let describing = actor.describe_portfolio_shares();
        let asked = describing.portfolio_id(portfolio).r#type(kind);
        let details = answer(asked.send().await)?.portfolio_share_details;
        found.extend(details.unwrap_or_default().iter().map(|it| share(it, names)));
    }
    Ok(found.join(", "))
}

fn share(detail: &PortfolioShareDetail, names: &BTreeMap<String, &'static str>) -> String {
    let name = names[detail.principal_id().unwrap()];
    let accepted = detail.accepted();
    match detail.r#type().unwrap() {
        Kind::Account if accepted => format!("account {name} accepted"),
        Kind::Account => format!("account {name} offered"),
        Kind::OrganizationMemberAccount => format!("member {name}"),
        _ => name.to_owned(),
    }
}

async fn access(
    actor: &Actor,
    portfolio: &str,
    parent: Option<&str>,
    names: &BTreeMap<String, &'static str>,
) -> Answer<String> {
    let listing = actor.list_portfolio_access().portfolio_id(portfolio);
    let listed = listing.set_organization_parent_id(parent.map(str::to_owned));
    let accounts = answer(listed.send().await)?.account_ids.unwrap_or_default();
    let mut found: Vec<_> = accounts.iter().map(|it| names[it]).collect();
    found.sort_unstable();
    Ok(found.join(" "))
}

/// What `actor` is answered when it asks like an owner, though it is none: codes, and `Ok` for any answer.
pub(super) async fn refusals(actor: &Actor, portfolio: &str, parent: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    let describing = actor.describe_portfolio_shares().portfolio_id(portfolio);
    let described = answer(describing.r#type(Kind::OrganizationalUnit).send().await);
    codes.insert(described.map_or_else(|code| code, |_| "Ok".to_owned()));
    for parent in [None, Some(parent.to_owned())] {
        let listing = actor.list_portfolio_access().portfolio_id(portfolio);
        let listed = answer(listing.set_organization_parent_id(parent).send().await);
        codes.insert(listed.map_or_else(|code| code, |_| "Ok".to_owned()));
    }
    codes
}

/// The two lists of portfolios that others share with somebody, by id.
pub(super) struct Lists {
    imported: Answer<Vec<String>>,
    organization: Answer<Vec<String>>,
}

impl Lists {
    pub(super) async fn of(actor: &Actor) -> Self {
        Self {
            imported: accepted(actor, PortfolioShareType::Imported).await,
            organization: accepted(actor, PortfolioShareType::AwsOrganizations).await,
        }
    }
}

async fn accepted(actor: &Actor, kind: PortfolioShareType) -> Answer<Vec<String>> {
    let listing = actor.list_accepted_portfolio_shares();
    let listed = answer(listing.portfolio_share_type(kind).send().await)?;
    let ids = listed.portfolio_details().iter();
    Ok(ids.map(|it| it.id().unwrap().to_owned()).collect())
}

/// What `actor` sees of `portfolio` as somebody who may have it: three letters, or what it is told instead.
pub(super) async fn sight(actor: &Actor, lists: &Lists, portfolio: &str) -> String {
    let described = match answer(actor.describe_portfolio().id(portfolio).send().await) {
        Err(code) if code == "ResourceNotFoundException" => Ok(false),
        other => other.map(|_| true),
    };
    let listed = |list: &Answer<Vec<String>>| list.clone().map(|ids| ids.iter().any(|it| it == portfolio));
    let (imported, organization) = (listed(&lists.imported), listed(&lists.organization));

    let (mut letters, mut codes) = (String::new(), BTreeSet::new());
    for (letter, seen) in [('I', imported), ('O', organization), ('P', described)] {
        match seen {
            Ok(seen) => letters.push(if seen { letter } else { '.' }),
            Err(code) => {
                codes.insert(code);
            }
        }
    }
    letters.extend(codes);
    letters
}
