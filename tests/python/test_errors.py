"""Refusals, as botocore reports them: by code, over every protocol."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from organization import Organization

NOWHERE = "port-aaaaaaaaaaaaa"
STRANGER = "111122223333"


@contextmanager
def refused(code, status=400):
    """The block ends in a `ClientError` with this code and HTTP status, and with a message."""
    with pytest.raises(ClientError) as raised:
        yield raised
    answer = raised.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), answer
    assert answer["Error"]["Message"]


def test_a_portfolio_that_is_not_there_is_not_found(client):
    catalog = client("servicecatalog")
    with refused("ResourceNotFoundException"):
        catalog.describe_portfolio(Id=NOWHERE)
    with refused("ResourceNotFoundException"):
        catalog.create_portfolio_share(PortfolioId=NOWHERE, AccountId=STRANGER)


def test_nothing_that_was_not_offered_can_be_accepted(client):
    with refused("ResourceNotFoundException"):
        client("servicecatalog").accept_portfolio_share(PortfolioId=NOWHERE)


def test_a_value_that_breaks_its_pattern_is_a_validation_error(client):
    with refused("ValidationException") as raised:
        client("servicecatalog").describe_portfolio(Id="port/1")
    assert "at 'id' failed to satisfy constraint" in str(raised.value)


def test_a_share_names_exactly_one_recipient(organization):
    catalog, databases = organization.catalog(), organization.portfolio("Databases")
    node = {"Type": "ORGANIZATION", "Value": organization.id}
    with refused("InvalidParametersException"):
        catalog.create_portfolio_share(PortfolioId=databases)
    with refused("InvalidParametersException"):
        catalog.create_portfolio_share(PortfolioId=databases, AccountId=STRANGER, OrganizationNode=node)


def test_an_organization_is_shared_with_only_while_it_trusts_service_catalog(client):
    organization = Organization(client, {"sales": []})
    databases = organization.portfolio("Databases")
    node = {"Type": "ORGANIZATION", "Value": organization.id}
    with refused("InvalidStateException"):
        organization.catalog().create_portfolio_share(PortfolioId=databases, OrganizationNode=node)


def test_a_member_cannot_turn_access_to_the_organization_on(organization):
    with refused("AccessDeniedException"):
        organization.catalog("alice").enable_aws_organizations_access()


def test_another_accounts_portfolio_is_not_found(organization):
    databases = organization.portfolio("Databases")
    with refused("ResourceNotFoundException"):
        organization.catalog("alice").delete_portfolio(Id=databases)


def test_a_shared_portfolio_is_in_use(organization):
    databases = organization.portfolio("Databases")
    catalog = organization.catalog()
    catalog.create_portfolio_share(PortfolioId=databases, AccountId=organization.accounts["alice"])
    with refused("ResourceInUseException"):
        catalog.delete_portfolio(Id=databases)


def test_a_wrong_secret_is_an_invalid_signature(client, server):
    forged = replace(server.management, secret_access_key="x" * 40)
    with refused("InvalidSignatureException"):
        client("servicecatalog", forged).list_portfolios()


def test_an_unknown_key_is_refused_like_a_wrong_secret(client, server):
    unknown = replace(server.management, access_key_id="AKIAIOSFODNN7EXAMPLE")
    with refused("InvalidSignatureException"):
        client("servicecatalog", unknown).list_portfolios()


def test_an_operation_that_is_not_built_says_so_by_name(client):
    with refused("NotImplemented", status=501) as raised:
        client("iam").get_user()
    assert "GetUser" in str(raised.value)


def test_a_service_that_chandlery_does_not_have_says_so(client):
    with refused("NotImplemented", status=501):
        client("ec2").describe_instances()
