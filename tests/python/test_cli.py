"""The AWS CLI, the current release and one two years old: what people type, and what it prints."""

import json

import pytest

from clients import CliError
from organization import until
from server import Credentials


def test_the_management_account_knows_who_it_is(cli):
    identity = cli("sts", "get-caller-identity")
    assert identity["Arn"] == f"arn:aws:iam::{identity['Account']}:user/admin"


def test_a_portfolio_is_made_listed_and_deleted(cli):
    made = cli(
        "servicecatalog", "create-portfolio", "--display-name", "Databases", "--provider-name", "Platform"
    )["PortfolioDetail"]

    listed = cli("servicecatalog", "list-portfolios")["PortfolioDetails"]
    assert [portfolio["Id"] for portfolio in listed] == [made["Id"]]
    assert listed[0]["CreatedTime"] == made["CreatedTime"]

    assert cli("servicecatalog", "delete-portfolio", "--id", made["Id"]) in (None, {})
    assert cli("servicecatalog", "list-portfolios")["PortfolioDetails"] == []


def test_a_portfolio_reaches_a_new_account_through_its_organization(cli):
    organization = cli("organizations", "create-organization")["Organization"]["Id"]
    asked = cli("organizations", "create-account", "--email", "a@example.com", "--account-name", "alice")
    account = until(
        lambda: cli(
            "organizations",
            "describe-create-account-status",
            "--create-account-request-id",
            asked["CreateAccountStatus"]["Id"],
        )["CreateAccountStatus"],
        lambda status: status["State"] == "SUCCEEDED",
    )["AccountId"]
    cli("servicecatalog", "enable-aws-organizations-access")
    portfolio = cli(
        "servicecatalog", "create-portfolio", "--display-name", "Databases", "--provider-name", "Platform"
    )["PortfolioDetail"]["Id"]

    node = json.dumps({"Type": "ORGANIZATION", "Value": organization})
    token = cli(
        "servicecatalog", "create-portfolio-share", "--portfolio-id", portfolio, "--organization-node", node
    )["PortfolioShareToken"]
    until(
        lambda: cli("servicecatalog", "describe-portfolio-share-status", "--portfolio-share-token", token),
        lambda status: status["Status"] == "COMPLETED",
    )

    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    assumed = cli("sts", "assume-role", "--role-arn", role, "--role-session-name", "test")["Credentials"]
    alice = cli.signed_in(
        Credentials(assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])
    )
    reached = alice(
        "servicecatalog", "list-accepted-portfolio-shares", "--portfolio-share-type", "AWS_ORGANIZATIONS"
    )["PortfolioDetails"]
    assert [it["Id"] for it in reached] == [portfolio]


def test_a_refusal_is_printed_with_its_code(cli):
    with pytest.raises(CliError, match=r"\(ResourceNotFoundException\) when calling the DescribePortfolio"):
        cli("servicecatalog", "describe-portfolio", "--id", "port-aaaaaaaaaaaaa")
