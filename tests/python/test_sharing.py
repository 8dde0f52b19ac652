"""Sharing a portfolio, told from both sides with boto3, over every protocol."""


def shared_with_us(catalog, kind):
    """The ids of the portfolios that reached this account as `kind` of share."""
    pages = catalog.get_paginator("list_accepted_portfolio_shares").paginate(PortfolioShareType=kind)
    return [portfolio["Id"] for page in pages for portfolio in page["PortfolioDetails"]]


def offered(catalog, portfolio, kind):
    """The shares of this kind that the owner sees."""
    return catalog.describe_portfolio_shares(PortfolioId=portfolio, Type=kind)["PortfolioShareDetails"]


def test_a_portfolio_shared_with_a_unit_reaches_its_accounts_only(organization):
    databases = organization.portfolio("Databases")
    node = {"Type": "ORGANIZATIONAL_UNIT", "Value": organization.units["engineering"]}

    started = organization.catalog().create_portfolio_share(PortfolioId=databases, OrganizationNode=node)
    ended = organization.follow(started["PortfolioShareToken"])

    assert ended["Status"] == "COMPLETED"
    assert ended["PortfolioId"] == databases
    reached = [organization.accounts["alice"], organization.accounts["bob"]]
    assert sorted(ended["ShareDetails"]["SuccessfulShares"]) == sorted(reached)
    assert ended["ShareDetails"]["ShareErrors"] == []
    assert shared_with_us(organization.catalog("alice"), "AWS_ORGANIZATIONS") == [databases]
    assert shared_with_us(organization.catalog("bob"), "AWS_ORGANIZATIONS") == [databases]
    assert shared_with_us(organization.catalog("carol"), "AWS_ORGANIZATIONS") == []


def test_a_portfolio_shared_with_the_organization_reaches_every_member(organization):
    databases = organization.portfolio("Databases")
    node = {"Type": "ORGANIZATION", "Value": organization.id}

    started = organization.catalog().create_portfolio_share(PortfolioId=databases, OrganizationNode=node)

    assert organization.follow(started["PortfolioShareToken"])["Status"] == "COMPLETED"
    for account in organization.accounts:
        assert shared_with_us(organization.catalog(account), "AWS_ORGANIZATIONS") == [databases]
    [share] = offered(organization.catalog(), databases, "ORGANIZATION")
    assert (share["PrincipalId"], share["Accepted"]) == (organization.id, True)


def test_a_portfolio_shared_with_a_member_as_a_node_needs_no_acceptance(organization):
    databases = organization.portfolio("Databases")
    node = {"Type": "ACCOUNT", "Value": organization.accounts["carol"]}

    started = organization.catalog().create_portfolio_share(PortfolioId=databases, OrganizationNode=node)

    assert organization.follow(started["PortfolioShareToken"])["Status"] == "COMPLETED"
    assert shared_with_us(organization.catalog("carol"), "AWS_ORGANIZATIONS") == [databases]
    [share] = offered(organization.catalog(), databases, "ORGANIZATION_MEMBER_ACCOUNT")
    assert (share["PrincipalId"], share["Accepted"]) == (organization.accounts["carol"], True)


def test_a_portfolio_shared_with_an_account_is_there_once_accepted(organization):
    databases = organization.portfolio("Databases")
    owner, recipient = organization.catalog(), organization.catalog("carol")

    answer = owner.create_portfolio_share(PortfolioId=databases, AccountId=organization.accounts["carol"])
    assert "PortfolioShareToken" not in answer
    assert shared_with_us(recipient, "IMPORTED") == []
    assert [share["Accepted"] for share in offered(owner, databases, "ACCOUNT")] == [False]

    recipient.accept_portfolio_share(PortfolioId=databases)
    assert shared_with_us(recipient, "IMPORTED") == [databases]
    assert [share["Accepted"] for share in offered(owner, databases, "ACCOUNT")] == [True]

    recipient.reject_portfolio_share(PortfolioId=databases)
    assert shared_with_us(recipient, "IMPORTED") == []
    assert [share["Accepted"] for share in offered(owner, databases, "ACCOUNT")] == [False]


def test_an_account_that_moves_sees_what_its_new_unit_is_shared(organization):
    databases = organization.portfolio("Databases")
    node = {"Type": "ORGANIZATIONAL_UNIT", "Value": organization.units["engineering"]}
    started = organization.catalog().create_portfolio_share(PortfolioId=databases, OrganizationNode=node)
    organization.follow(started["PortfolioShareToken"])

    organization.client("organizations").move_account(
        AccountId=organization.accounts["carol"],
        SourceParentId=organization.units["sales"],
        DestinationParentId=organization.units["engineering"],
    )

    assert shared_with_us(organization.catalog("carol"), "AWS_ORGANIZATIONS") == [databases]


def test_a_deleted_share_is_gone_on_both_sides(organization):
    databases = organization.portfolio("Databases")
    node = {"Type": "ORGANIZATIONAL_UNIT", "Value": organization.units["sales"]}
    started = organization.catalog().create_portfolio_share(PortfolioId=databases, OrganizationNode=node)
    organization.follow(started["PortfolioShareToken"])

    ended = organization.catalog().delete_portfolio_share(PortfolioId=databases, OrganizationNode=node)

    assert organization.follow(ended["PortfolioShareToken"])["Status"] == "COMPLETED"
    assert offered(organization.catalog(), databases, "ORGANIZATIONAL_UNIT") == []
    for account in organization.accounts:
        assert shared_with_us(organization.catalog(account), "AWS_ORGANIZATIONS") == []


def test_a_share_is_updated_and_everybody_it_reaches_is_listed(organization):
    databases = organization.portfolio("Databases")
    catalog, accounts = organization.catalog(), organization.accounts
    unit = {"Type": "ORGANIZATIONAL_UNIT", "Value": organization.units["engineering"]}
    started = catalog.create_portfolio_share(PortfolioId=databases, OrganizationNode=unit)
    organization.follow(started["PortfolioShareToken"])
    catalog.create_portfolio_share(PortfolioId=databases, AccountId=accounts["carol"])

    updated = catalog.update_portfolio_share(PortfolioId=databases, OrganizationNode=unit, ShareTagOptions=True)

    assert organization.follow(updated["PortfolioShareToken"])["Status"] == "COMPLETED"
    [share] = offered(catalog, databases, "ORGANIZATIONAL_UNIT")
    assert (share["ShareTagOptions"], share["SharePrincipals"]) == (True, False)
    [node] = catalog.list_organization_portfolio_access(
        PortfolioId=databases, OrganizationNodeType="ORGANIZATIONAL_UNIT"
    )["OrganizationNodes"]
    assert node == unit
    assert catalog.list_portfolio_access(PortfolioId=databases)["AccountIds"] == [accounts["carol"]]
    inherited = catalog.list_portfolio_access(PortfolioId=databases, OrganizationParentId=organization.id)
    assert sorted(inherited["AccountIds"]) == sorted([accounts["alice"], accounts["bob"]])


def test_shares_stay_when_access_is_disabled(organization):
    databases = organization.portfolio("Databases")
    everybody = {"Type": "ORGANIZATION", "Value": organization.id}
    catalog = organization.catalog()
    started = catalog.create_portfolio_share(PortfolioId=databases, OrganizationNode=everybody)
    organization.follow(started["PortfolioShareToken"])

    catalog.disable_aws_organizations_access()

    assert catalog.get_aws_organizations_access_status()["AccessStatus"] == "DISABLED"
    assert shared_with_us(organization.catalog("alice"), "AWS_ORGANIZATIONS") == [databases]


def test_a_portfolio_is_updated(organization):
    databases = organization.portfolio("Databases")
    catalog = organization.catalog()
    tag = {"Key": "team", "Value": "data"}

    updated = catalog.update_portfolio(Id=databases, Description="Of all kinds", AddTags=[tag])

    assert updated["PortfolioDetail"]["Description"] == "Of all kinds"
    assert catalog.describe_portfolio(Id=databases)["Tags"] == [tag]
