"""Real clients, pointed at a server: boto3 over a protocol of the test's choice, and the AWS CLI.

A client never retries: what the server answers first is what the test sees. Every answer to boto3 is checked against
the contract without the test asking.
"""

import json
import subprocess
from contextlib import contextmanager

import boto3
import botocore.config
import botocore.model

from contract import check_every_answer
from operations import note_every_call
from server import clean_environment

REGION = "eu-central-1"
PROTOCOLS = {"json": "json", "cbor": "smithy-rpc-v2-cbor"}


def boto3_client(server, service, credentials, protocol):
    """A boto3 client; `protocol` is `json` or `cbor` and counts for services that have both."""
    client = unchecked_client(server, service, credentials, protocol)
    check_every_answer(client)
    note_every_call(client)
    return client


def unchecked_client(server, service, credentials, protocol, attempts=1):
    """The same for answers that need not be in the contract; it may make several attempts at a request."""
    with preferred(PROTOCOLS[protocol]):
        client = boto3.session.Session(region_name=REGION).client(
            service,
            endpoint_url=server.endpoint,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            aws_session_token=credentials.session_token,
            config=botocore.config.Config(retries={"total_max_attempts": attempts}, connect_timeout=5, read_timeout=20),
        )
        # Resolved once for each client and kept; asking now settles it.
        resolved = client.meta.service_model.resolved_protocol
    if service == "servicecatalog":
        assert resolved == PROTOCOLS[protocol], f"boto3 speaks {resolved}"
    return client


@contextmanager
def preferred(protocol):
    """Puts `protocol` before all others that botocore can choose from."""
    usual = botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS
    others = tuple(it for it in usual if it != protocol)
    botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = (protocol, *others)
    try:
        yield
    finally:
        botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = usual


class CliError(Exception):
    """The AWS CLI ended with an error; its text says which."""


class Cli:
    """One release of the AWS CLI, signed in."""

    def __init__(self, program, server, credentials):
        self._program = program
        self._environment = clean_environment() | credentials.environment()
        self._environment |= {"AWS_ENDPOINT_URL": server.endpoint, "AWS_DEFAULT_REGION": REGION}
        self._environment |= {"AWS_MAX_ATTEMPTS": "1"}

    def __call__(self, *words):
        """Runs `aws` with `words`; returns what it printed, decoded, or `None` where it printed nothing."""
        ended = subprocess.run(
            [self._program, *words, "--output", "json"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        if ended.returncode != 0:
            raise CliError(ended.stderr.strip())
        return json.loads(ended.stdout) if ended.stdout.strip() else None
