"""Faults on purpose, as a team that tests its automation meets them: with boto3, over HTTP, and from the shell."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import botocore.exceptions
import pytest

import server as servers
from clients import unchecked_client
from organization import Organization, until

PAGE = Path(__file__).parents[2] / "docs/faults.md"


@pytest.fixture
def server(tmp_path):
    """A server that lets faults be provoked."""
    running = servers.Server(servers.binary(), tmp_path, "--faults")
    yield running
    assert running.stop(), f"the server did not end in order:\n{running.log()}"


def ask(server, method, path, body=None, **headers):
    """The status and the decoded body of an answer."""
    text = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.endpoint + path, data=text, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def provoke(server, **rule):
    status, answer = ask(server, "POST", "/faults", rule)
    assert status == 201, answer
    return answer["id"]


def code_of(call, **parameters):
    """The code of the error that `call` ends with."""
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        call(**parameters)
    return refused.value.response["Error"]["Code"]


def share(organization, portfolio):
    node = {"Type": "ORGANIZATION", "Value": organization.id}
    shared = organization.catalog().create_portfolio_share(PortfolioId=portfolio, OrganizationNode=node)
    return shared["PortfolioShareToken"]


def test_accounts_fail_as_a_rule_says_and_see_nothing(server, organization):
    bob = organization.accounts["bob"]
    failing = {"accounts": [bob], "error": "AccessDeniedException", "message": "Not today."}
    provoke(server, effect={"fail_accounts": failing}, operations=["CreatePortfolioShare"])
    databases = organization.portfolio("Databases")

    ended = organization.follow(share(organization, databases))

    assert ended["Status"] == "COMPLETED_WITH_ERRORS"
    assert ended["ShareDetails"]["ShareErrors"] == [
        {"Accounts": [bob], "Error": "AccessDeniedException", "Message": "Not today."}
    ]
    assert code_of(organization.catalog("bob").describe_portfolio, Id=databases) == "ResourceNotFoundException"
    organization.catalog("alice").describe_portfolio(Id=databases)


def test_a_held_operation_goes_on_when_it_is_released(server, organization):
    databases, caches = organization.portfolio("Databases"), organization.portfolio("Caches")
    rule = provoke(server, effect={"hold_share": {"after_accounts": 2}}, times=1)
    token = share(organization, databases)
    catalog = organization.catalog()
    held = until(
        lambda: catalog.describe_portfolio_share_status(PortfolioShareToken=token),
        lambda status: len(status.get("ShareDetails", {}).get("SuccessfulShares", [])) == 2,
    )
    assert held["Status"] == "IN_PROGRESS"
    assert ask(server, "GET", f"/faults/{rule}")[1]["holding"] == [token]
    assert code_of(lambda: share(organization, caches)) == "InvalidStateException"

    assert ask(server, "POST", "/faults/release") == (200, {"released": [token]})

    assert organization.follow(token)["Status"] == "COMPLETED"
    assert organization.follow(share(organization, caches))["Status"] == "COMPLETED"


def test_a_cut_connection_leaves_what_was_asked_for_only_after_the_commit(server, client):
    catalog = client("servicecatalog")
    asked = {"ProviderName": "Platform", "IdempotencyToken": "once", "DisplayName": "Databases"}
    for after_commit, there in [(False, 0), (True, 1)]:
        provoke(server, effect={"cut": {"after_commit": after_commit}}, operations=["CreatePortfolio"], times=1)
        with pytest.raises(botocore.exceptions.ConnectionClosedError):
            catalog.create_portfolio(**asked)
        assert len(catalog.list_portfolios()["PortfolioDetails"]) == there
    catalog.create_portfolio(**asked)
    assert len(catalog.list_portfolios()["PortfolioDetails"]) == 1


@pytest.mark.parametrize("service, call", [("servicecatalog", "list_portfolios"), ("sts", "get_caller_identity")])
def test_errors_are_those_of_the_rule_in_every_protocol(server, protocol, service, call):
    client = unchecked_client(server, service, server.management, protocol)
    teapot = {"status": 418, "error": "TeapotException", "message": "Short and stout."}
    for effect, status, code in [
        ({"status": 500}, 500, "InternalFailure"),
        ({"status": 503}, 503, "ServiceUnavailable"),
        (teapot, 418, "TeapotException"),
    ]:
        provoke(server, effect={"respond": effect}, times=1)
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            getattr(client, call)()
        response = refused.value.response
        assert (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]) == (status, code)
    getattr(client, call)()


def test_standard_retries_get_past_what_happens_twice(server, protocol):
    catalog = unchecked_client(server, "servicecatalog", server.management, protocol, attempts=4)
    rule = provoke(server, effect={"throttle": {}}, times=2)
    answer = catalog.list_portfolios()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert ask(server, "GET", f"/faults/{rule}")[1]["state"] == "spent"


def test_time_stands_still_and_moves_on(server, organization):
    alice = organization.catalog("alice")
    _, frozen = ask(server, "POST", "/clock", {"freeze": {}})
    assert frozen["frozen"]
    made = [
        alice.create_portfolio(DisplayName=name, ProviderName="Platform")["PortfolioDetail"]["CreatedTime"]
        for name in ("Databases", "Caches")
    ]
    assert made[0] == made[1]

    ask(server, "POST", "/clock", {"advance": {"seconds": 3700}})

    assert code_of(alice.list_portfolios) == "ExpiredTokenException"
    organization.catalog().list_portfolios()
    _, resumed = ask(server, "POST", "/clock", {"resume": {}})
    assert not resumed["frozen"] and resumed["ahead_seconds"] > 3600
    status, refused = ask(server, "POST", "/clock", {"advance": {"seconds": -1}})
    assert status == 400 and "does not go back" in refused["message"]


def test_what_makes_no_sense_is_refused_with_a_message(server):
    for method, path, body, status, word in [
        ("DELETE", "/faults/fault-9", None, 404, "fault-9"),
        ("GET", "/faults/fault-9", None, 404, "fault-9"),
        ("POST", "/faults/release", {"ids": ["fault-9"]}, 404, "fault-9"),
        ("POST", "/faults/release", {"ids": []}, 400, "all rules"),
        ("DELETE", "/faults", {"ids": ["fault-9"]}, 400, "no body"),
        ("POST", "/faults", {"effect": {"explode": {}}}, 400, "explode"),
        ("POST", "/clock", None, 400, "EOF"),
    ]:
        answered, answer = ask(server, method, path, body)
        assert answered == status and word in answer["message"], (method, path, answer)


def test_pages_in_browsers_are_refused(server):
    rule = {"effect": {"cut": {}}}
    assert ask(server, "POST", "/faults", rule, Origin="http://example.com")[0] == 403
    assert ask(server, "GET", "/faults") == (200, {"rules": []})


def test_a_server_without_faults_says_so(tmp_path):
    plain = servers.Server(servers.binary(), tmp_path / "plain")
    try:
        for method, path in [("GET", "/faults"), ("POST", "/faults"), ("GET", "/clock"), ("DELETE", "/faults")]:
            status, answer = ask(plain, method, path, "no rule" if method == "POST" else None)
            assert status == 404 and "--faults" in answer["message"]
        ended = chandlery(plain, "fault", "list")
        assert ended.returncode == 1 and "--faults" in ended.stderr
    finally:
        assert plain.stop()


def test_the_commands_say_what_the_server_says(server):
    assert chandlery(server, "fault", "add", "throttle", "--every", "3").stdout == "fault-1\n"
    listed = json.loads(chandlery(server, "fault", "list", "--output", "json").stdout)
    assert {"rules": listed} == ask(server, "GET", "/faults")[1]
    assert "every 3" in chandlery(server, "fault", "list").stdout
    refused = chandlery(server, "fault", "add", "respond", "--status", "200")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert chandlery(server, "fault", "clear", "fault-1").stdout == "fault-1\n"
    assert chandlery(server, "fault", "list").stdout == "there are no rules\n"


def test_the_page_does_what_it_says(server, client):
    organization = Organization(client, {"engineering": ["alice", "bob"], "sales": ["carol"]})
    organization.enable_sharing()
    shell = blocks("sh")
    run(server, ["bash", "-euc", f'chandlery() {{ "{servers.binary()}" "$@"; }}\n' + "\n".join(shell)])
    assert ask(server, "GET", "/faults") == (200, {"rules": []})

    printed = run(server, [sys.executable, "-c", "\n".join(blocks("python"))])

    assert printed.split() == ["IN_PROGRESS", "True", "COMPLETED"]


def blocks(language):
    """The page's marked blocks of `language`."""
    found = re.findall(rf"^```{language} faults\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert found, f"{PAGE.name} has no blocks that begin with ```{language} faults"
    return found


def environment(server):
    return servers.clean_environment() | {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_SHARED_CREDENTIALS_FILE": str(server.data / "credentials"),
        "AWS_PROFILE": "management",
        "AWS_DEFAULT_REGION": "us-east-1",
        "CHANDLERY_DATA_DIR": str(server.data),
        "PATH": os.environ["PATH"],
    }


def run(server, words):
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60, env=environment(server))
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def chandlery(server, *words):
    words = [servers.binary(), *words]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, env=environment(server))
