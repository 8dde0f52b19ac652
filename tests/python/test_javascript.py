"""The AWS SDK for JavaScript over both protocols: what is made with it is what boto3 sees."""

import json
import subprocess

import pytest

import server as servers
from clients import REGION

PROTOCOLS = {"json": "AwsJson1_1Protocol", "cbor": "AwsSmithyRpcV2CborProtocol"}

STORY = """
import { %(protocol)s } from "@aws-sdk/core/protocols";
import {
  CreatePortfolioCommand, DescribePortfolioCommand, ServiceCatalogClient,
} from "@aws-sdk/client-service-catalog";

const catalog = new ServiceCatalogClient({ protocol: %(protocol)s, maxAttempts: 1 });
const wanted = { DisplayName: "Databases", ProviderName: "Platform", IdempotencyToken: "once" };
const made = (await catalog.send(new CreatePortfolioCommand(wanted))).PortfolioDetail;
const refused = await catalog.send(new DescribePortfolioCommand({ Id: "port-aaaaaaaaaaaaa" })).catch((it) => it);
console.log(JSON.stringify({ id: made.Id, created: made.CreatedTime.getTime() / 1000, refused: refused.name }));
"""


@pytest.fixture
def told(server, protocol):
    """What the story told, over the protocol of the test."""
    environment = servers.clean_environment() | server.management.environment()
    environment |= {"AWS_ENDPOINT_URL": server.endpoint, "AWS_REGION": REGION}
    ended = subprocess.run(
        ["node", "--input-type=module", "--eval", STORY % {"protocol": PROTOCOLS[protocol]}],
        # Node looks for packages from here.
        cwd=servers.variable("CHANDLERY_JAVASCRIPT"),
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_a_portfolio_made_with_javascript_is_what_boto3_sees(told, client):
    [seen] = client("servicecatalog").list_portfolios()["PortfolioDetails"]
    assert (seen["Id"], seen["CreatedTime"].timestamp()) == (told["id"], told["created"])


def test_javascript_reads_the_code_of_a_refusal(told):
    assert told["refused"] == "ResourceNotFoundException"
