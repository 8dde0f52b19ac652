"""An organization to share in, made through the public API, and its actors."""

import time

from server import Credentials

SETTLED_WITHIN_SECONDS = 20
ROLE = "OrganizationAccountAccessRole"


class Organization:
    """An organization with units and accounts; `client(service, account)` signs in as one of them."""

    def __init__(self, connect, units):
        self._connect = connect
        self._sessions = {}
        self.units = {}
        self.accounts = {}
        organizations = connect("organizations")
        self.id = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        root = organizations.list_roots()["Roots"][0]["Id"]
        for unit, accounts in units.items():
            made = organizations.create_organizational_unit(ParentId=root, Name=unit)
            self.units[unit] = made["OrganizationalUnit"]["Id"]
            for account in accounts:
                self.accounts[account] = self._create_account(organizations, account)
                organizations.move_account(
                    AccountId=self.accounts[account],
                    SourceParentId=root,
                    DestinationParentId=self.units[unit],
                )

    def client(self, service, account=None):
        """A client of the management account, or of the named account through the role that its creation made."""
        if account is None:
            return self._connect(service)
        if account not in self._sessions:
            role = f"arn:aws:iam::{self.accounts[account]}:role/{ROLE}"
            assumed = self._connect("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
            self._sessions[account] = Credentials(
                assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"]
            )
        return self._connect(service, self._sessions[account])

    def catalog(self, account=None):
        """Service Catalog as the management account, or as the named one."""
        return self.client("servicecatalog", account)

    def portfolio(self, name):
        """The id of a new portfolio of the management account."""
        made = self.catalog().create_portfolio(DisplayName=name, ProviderName="Platform")
        return made["PortfolioDetail"]["Id"]

    def follow(self, token):
        """The share operation behind `token`, once it has ended."""
        catalog = self.catalog()
        return until(
            lambda: catalog.describe_portfolio_share_status(PortfolioShareToken=token),
            lambda status: status["Status"] not in ("NOT_STARTED", "IN_PROGRESS"),
        )

    def enable_sharing(self):
        """Turns Service Catalog's access to the organization on, and waits until it is."""
        catalog = self.catalog()
        catalog.enable_aws_organizations_access()
        until(
            catalog.get_aws_organizations_access_status,
            lambda status: status["AccessStatus"] == "ENABLED",
        )

    def _create_account(self, organizations, name):
        asked = organizations.create_account(Email=f"{name}@example.com", AccountName=name)
        request = asked["CreateAccountStatus"]["Id"]
        ended = until(
            lambda: organizations.describe_create_account_status(CreateAccountRequestId=request),
            lambda answer: answer["CreateAccountStatus"]["State"] != "IN_PROGRESS",
        )["CreateAccountStatus"]
        assert ended["State"] == "SUCCEEDED", ended
        return ended["AccountId"]


def until(ask, good):
    """The first answer of `ask` that is `good`; fails with the last one when none comes in time."""
    deadline = time.monotonic() + SETTLED_WITHIN_SECONDS
    while not good(answer := ask()):
        assert time.monotonic() < deadline, f"still after {SETTLED_WITHIN_SECONDS} s: {answer}"
        time.sleep(0.02)
    return answer
