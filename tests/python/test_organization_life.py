"""The life of an organization, told with boto3: who comes in, who goes, and what ends.

Organizations speaks one protocol, so that nothing here runs twice.
"""

import subprocess

import pytest
from botocore.exceptions import ClientError

import server as servers
from clients import boto3_client
from organization import ROLE, until
from test_sharing import shared_with_us

CATALOG = "servicecatalog.amazonaws.com"


@pytest.fixture
def client(server):
    """Makes a boto3 client of a service, as the management account unless told otherwise."""

    def connect(service, credentials=None):
        return boto3_client(server, service, credentials or server.management, "json")

    return connect


@pytest.fixture
def outsider(server, client):
    """An account outside any organization."""
    create = [servers.binary(), "account", "create", "--id", Outsider.id, "--data-dir", server.data]
    subprocess.run(create, check=True, capture_output=True, timeout=servers.STARTED_WITHIN_SECONDS)
    return Outsider(client, server.credentials(Outsider.id))


class Outsider:
    """An account outside any organization, and clients signed in to it."""

    id = "202030304040"

    def __init__(self, connect, credentials):
        self._connect, self._credentials = connect, credentials

    def client(self, service):
        """A client of this account."""
        return self._connect(service, self._credentials)


def failure(client, call, **arguments):
    """The error that `call` fails with: its code and its reason, if it has one."""
    with pytest.raises(ClientError) as raised:
        getattr(client, call)(**arguments)
    answer = raised.value.response
    return answer["Error"]["Code"], answer.get("Reason")


def invite(organizations, account, **more):
    """The handshake by which `organizations` invites the account."""
    target = {"Type": "ACCOUNT", "Id": account}
    return organizations.invite_account_to_organization(Target=target, **more)["Handshake"]


def test_an_account_is_invited_by_one_side_and_accepts_on_the_other(organization, outsider):
    databases = organization.portfolio("Databases")
    everybody = {"Type": "ORGANIZATION", "Value": organization.id}
    shared = organization.catalog().create_portfolio_share(PortfolioId=databases, OrganizationNode=everybody)
    organization.follow(shared["PortfolioShareToken"])
    management, invited = organization.client("organizations"), outsider.client("organizations")

    sent = invite(management, outsider.id, Notes="Join us", Tags=[{"Key": "team", "Value": "blue"}])
    assert (sent["Action"], sent["State"]) == ("INVITE", "OPEN")
    assert sent["Parties"] == [
        {"Id": organization.id, "Type": "ORGANIZATION"},
        {"Id": outsider.id, "Type": "ACCOUNT"},
    ]
    [inviting, account, notes] = sent["Resources"]
    assert (inviting["Type"], inviting["Value"]) == ("ORGANIZATION", organization.id)
    about = [resource["Type"] for resource in inviting["Resources"]]
    assert about == ["MASTER_EMAIL", "MASTER_NAME", "ORGANIZATION_FEATURE_SET"]
    assert account == {"Type": "ACCOUNT", "Value": outsider.id}
    assert notes == {"Type": "NOTES", "Value": "Join us"}
    assert (sent["ExpirationTimestamp"] - sent["RequestedTimestamp"]).days == 15

    [received] = invited.list_handshakes_for_account()["Handshakes"]
    assert received["Id"] == sent["Id"]
    assert invited.describe_handshake(HandshakeId=sent["Id"])["Handshake"] == received
    accepted = invited.accept_handshake(HandshakeId=sent["Id"])["Handshake"]

    assert accepted["State"] == "ACCEPTED"
    member = management.describe_account(AccountId=outsider.id)["Account"]
    assert (member["JoinedMethod"], member["Status"], member["State"]) == ("INVITED", "ACTIVE", "ACTIVE")
    tags = management.list_tags_for_resource(ResourceId=outsider.id)["Tags"]
    assert tags == [{"Key": "team", "Value": "blue"}]
    assert shared_with_us(outsider.client("servicecatalog"), "AWS_ORGANIZATIONS") == [databases]


def test_an_invitation_is_declined_or_taken_back(organization, outsider):
    management, invited = organization.client("organizations"), outsider.client("organizations")

    declined = invite(management, outsider.id)["Id"]
    assert failure(management, "decline_handshake", HandshakeId=declined)[0] == "AccessDeniedException"
    assert invited.decline_handshake(HandshakeId=declined)["Handshake"]["State"] == "DECLINED"
    canceled = invite(management, outsider.id)["Id"]
    again = {"Target": {"Type": "ACCOUNT", "Id": outsider.id}}
    assert failure(management, "invite_account_to_organization", **again)[0] == "DuplicateHandshakeException"
    assert management.cancel_handshake(HandshakeId=canceled)["Handshake"]["State"] == "CANCELED"

    assert failure(invited, "accept_handshake", HandshakeId=canceled)[0] == "InvalidHandshakeTransitionException"
    assert failure(invited, "decline_handshake", HandshakeId=declined)[0] == "HandshakeAlreadyInStateException"
    unknown = "h-" + "0" * 32
    assert failure(invited, "describe_handshake", HandshakeId=unknown)[0] == "HandshakeNotFoundException"
    pages = management.get_paginator("list_handshakes_for_organization").paginate(
        Filter={"ActionType": "INVITE"}, PaginationConfig={"PageSize": 1}
    )
    listed = {handshake["Id"]: handshake["State"] for page in pages for handshake in page["Handshakes"]}
    assert listed == {declined: "DECLINED", canceled: "CANCELED"}


def test_an_address_is_invited_whether_anybody_has_it_or_not(organization):
    management = organization.client("organizations")
    target = {"Type": "EMAIL", "Id": "nobody@example.com"}
    sent = management.invite_account_to_organization(Target=target)["Handshake"]
    assert sent["Parties"][1] == {"Id": "nobody@example.com", "Type": "EMAIL"}
    member = {"Target": {"Type": "EMAIL", "Id": "alice@example.com"}}
    assert failure(management, "invite_account_to_organization", **member) == (
        "HandshakeConstraintViolationException",
        "ALREADY_IN_AN_ORGANIZATION",
    )


def test_all_features_come_when_every_invited_member_approved(client, outsider):
    management, invited = client("organizations"), outsider.client("organizations")
    management.create_organization(FeatureSet="CONSOLIDATED_BILLING")
    invited.accept_handshake(HandshakeId=invite(management, outsider.id)["Id"])

    pending = management.enable_all_features()["Handshake"]
    assert (pending["Action"], pending["State"]) == ("ENABLE_ALL_FEATURES", "REQUESTED")
    [asked] = invited.list_handshakes_for_account(Filter={"ActionType": "APPROVE_ALL_FEATURES"})["Handshakes"]
    assert {"Type": "PARENT_HANDSHAKE", "Value": pending["Id"]} in asked["Resources"]
    early = failure(management, "accept_handshake", HandshakeId=pending["Id"])
    assert early[0] == "InvalidHandshakeTransitionException"
    invited.accept_handshake(HandshakeId=asked["Id"])
    assert management.describe_handshake(HandshakeId=pending["Id"])["Handshake"]["State"] == "OPEN"
    management.accept_handshake(HandshakeId=pending["Id"])

    assert invited.describe_organization()["Organization"]["FeatureSet"] == "ALL"
    assert failure(management, "enable_all_features") == (
        "HandshakeConstraintViolationException",
        "ORGANIZATION_ALREADY_HAS_ALL_FEATURES",
    )


def test_an_account_is_removed_or_leaves_and_the_organization_ends(organization):
    management = organization.client("organizations")
    alice, carol = organization.accounts["alice"], organization.accounts["carol"]
    databases = organization.portfolio("Databases")
    everybody = {"Type": "ORGANIZATION", "Value": organization.id}
    shared = organization.catalog().create_portfolio_share(PortfolioId=databases, OrganizationNode=everybody)
    organization.follow(shared["PortfolioShareToken"])
    recipient = organization.catalog("alice")
    assert shared_with_us(recipient, "AWS_ORGANIZATIONS") == [databases]

    management.register_delegated_administrator(AccountId=carol, ServicePrincipal=CATALOG)
    assert failure(management, "remove_account_from_organization", AccountId=carol) == (
        "ConstraintViolationException",
        "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
    )
    management.deregister_delegated_administrator(AccountId=carol, ServicePrincipal=CATALOG)
    assert failure(management, "leave_organization")[0] == "MasterCannotLeaveOrganizationException"
    assert failure(management, "delete_organization")[0] == "OrganizationNotEmptyException"
    management.remove_account_from_organization(AccountId=alice)
    for account in ("bob", "carol"):
        organization.client("organizations", account).leave_organization()

    assert shared_with_us(recipient, "AWS_ORGANIZATIONS") == []
    assert failure(management, "describe_account", AccountId=alice)[0] == "AccountNotFoundException"
    management.delete_organization()
    assert failure(management, "describe_organization")[0] == "AWSOrganizationsNotInUseException"


def test_a_unit_is_renamed_and_deleted_once_it_is_empty(organization):
    management = organization.client("organizations")
    unit, sales = organization.units["engineering"], organization.units["sales"]
    renamed = management.update_organizational_unit(OrganizationalUnitId=unit, Name="platform")
    assert renamed["OrganizationalUnit"]["Name"] == "platform"
    taken = failure(management, "update_organizational_unit", OrganizationalUnitId=unit, Name="sales")
    assert taken[0] == "DuplicateOrganizationalUnitException"
    full = failure(management, "delete_organizational_unit", OrganizationalUnitId=sales)
    assert full[0] == "OrganizationalUnitNotEmptyException"
    management.move_account(
        AccountId=organization.accounts["carol"], SourceParentId=sales, DestinationParentId=unit
    )
    management.delete_organizational_unit(OrganizationalUnitId=sales)
    gone = failure(management, "describe_organizational_unit", OrganizationalUnitId=sales)
    assert gone[0] == "OrganizationalUnitNotFoundException"


def test_a_closed_account_can_do_nothing_any_more(organization):
    management, bob = organization.client("organizations"), organization.accounts["bob"]
    signed_in = organization.catalog("bob")
    management.close_account(AccountId=bob)

    closed = until(
        lambda: management.describe_account(AccountId=bob)["Account"],
        lambda account: account["State"] != "PENDING_CLOSURE",
    )
    assert (closed["Status"], closed["State"]) == ("SUSPENDED", "CLOSED")
    assert failure(management, "close_account", AccountId=bob)[0] == "AccountAlreadyClosedException"
    assert failure(signed_in, "list_portfolios")[0] == "UnrecognizedClientException"
    sts = organization.client("sts")
    role = f"arn:aws:iam::{bob}:role/{ROLE}"
    assert failure(sts, "assume_role", RoleArn=role, RoleSessionName="test")[0] == "AccessDenied"


def test_everybody_knows_who_they_are(organization, outsider):
    for account, client in [
        (organization.accounts["alice"], organization.client("sts", "alice")),
        (outsider.id, outsider.client("sts")),
    ]:
        assert client.get_caller_identity()["Account"] == account


def test_an_organization_is_listed_from_its_root_down(organization):
    organizations, accounts, units = organization.client("organizations"), organization.accounts, organization.units
    [root] = organizations.list_roots()["Roots"]

    def listed(operation, items, **arguments):
        pages = organizations.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": 1})
        return {item["Id"] for page in pages for item in page[items]}

    management = organizations.describe_organization()["Organization"]["MasterAccountId"]
    assert listed("list_accounts", "Accounts") == {management, *accounts.values()}
    assert listed("list_organizational_units_for_parent", "OrganizationalUnits", ParentId=root["Id"]) == set(
        units.values()
    )
    sales = units["sales"]
    assert listed("list_accounts_for_parent", "Accounts", ParentId=sales) == {accounts["carol"]}
    assert listed("list_children", "Children", ParentId=sales, ChildType="ACCOUNT") == {accounts["carol"]}
    [parent] = organizations.list_parents(ChildId=accounts["carol"])["Parents"]
    assert parent == {"Id": sales, "Type": "ORGANIZATIONAL_UNIT"}
    created = organizations.list_create_account_status(States=["SUCCEEDED"])["CreateAccountStatuses"]
    assert {status["AccountId"] for status in created} == set(accounts.values())


def test_a_service_is_trusted_and_administered(organization):
    organizations, alice = organization.client("organizations"), organization.accounts["alice"]
    organizations.disable_aws_service_access(ServicePrincipal=CATALOG)
    registering = {"AccountId": alice, "ServicePrincipal": CATALOG}
    assert failure(organizations, "register_delegated_administrator", **registering) == (
        "ConstraintViolationException",
        "SERVICE_ACCESS_NOT_ENABLED",
    )

    organizations.enable_aws_service_access(ServicePrincipal=CATALOG)
    [trusted] = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert trusted["ServicePrincipal"] == CATALOG
    organizations.register_delegated_administrator(**registering)

    [administrator] = organizations.list_delegated_administrators(ServicePrincipal=CATALOG)["DelegatedAdministrators"]
    assert administrator["Id"] == alice
    [service] = organizations.list_delegated_services_for_account(AccountId=alice)["DelegatedServices"]
    assert service["ServicePrincipal"] == CATALOG
    organizations.deregister_delegated_administrator(**registering)
    assert organizations.list_delegated_administrators()["DelegatedAdministrators"] == []
