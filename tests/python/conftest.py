"""What every test gets: a fresh server, clients signed in to it, and an organization to share in."""

import os

import pytest

import operations
import server as servers
from clients import PROTOCOLS, Cli, boto3_client
from organization import Organization

# boto3 reads the environment of this process.
_clean = servers.clean_environment()
os.environ.clear()
os.environ.update(_clean)

CLIS = {"current": "CHANDLERY_AWS_CLI", "2024": "CHANDLERY_AWS_CLI_2024"}


@pytest.fixture
def server(tmp_path, request):
    """A server that no other test has touched."""
    running = servers.Server(servers.binary(), tmp_path)
    request.node.stash[SERVER] = running
    yield running
    assert running.stop(), f"the server did not end in order:\n{running.log()}"


@pytest.fixture(params=PROTOCOLS)
def protocol(request):
    """Every protocol of Service Catalog, one after the other."""
    return request.param


@pytest.fixture
def client(server, protocol):
    """Makes a boto3 client of a service, as the management account unless told otherwise."""

    def connect(service, credentials=None):
        return boto3_client(server, service, credentials or server.management, protocol)

    return connect


@pytest.fixture
def organization(client):
    """Two units, three accounts, and Service Catalog trusted by the organization."""
    made = Organization(client, {"engineering": ["alice", "bob"], "sales": ["carol"]})
    made.enable_sharing()
    return made


@pytest.fixture(params=CLIS)
def cli(server, request):
    """Each release of the AWS CLI, as the management account; `cli.signed_in(credentials)` is somebody else."""
    program = servers.variable(CLIS[request.param])

    def signed_in(credentials):
        return Cli(program, server, credentials)

    management = signed_in(server.management)
    management.signed_in = signed_in
    return management


SERVER = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Shows what the server said beside the failure of a test."""
    report = yield
    if report.failed and SERVER in item.stash:
        report.sections.append(("server", item.stash[SERVER].log()))
    return report


def pytest_sessionfinish(session, exitstatus):
    """Fails a run of all tests in which some operation was never called."""
    options = session.config.option
    picked = session.config.args_source == pytest.Config.ArgsSource.ARGS or options.keyword or options.markexpr
    if picked or exitstatus != pytest.ExitCode.OK:
        return
    if uncalled := operations.uncalled():
        print("\nno test calls these operations with boto3:", *uncalled, sep="\n    ")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
