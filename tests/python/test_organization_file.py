"""The page about the file of an organization does what it says: its file loads, and its script copies what was loaded."""

import re
import subprocess
import sys
from pathlib import Path

import server as servers

PAGE = Path(__file__).parents[2] / "docs/organization-file.md"
MANAGEMENT = "101010101010"


def block(language):
    """The page's marked block of `language`."""
    found = re.findall(rf"^```{language} organization\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"{PAGE.name} has {len(found)} blocks that begin with ```{language} organization"
    return found[0]


def chandlery(data, *arguments, **options):
    """What a subcommand prints."""
    ended = subprocess.run(
        [servers.binary(), *arguments, "--data-dir", data],
        capture_output=True,
        text=True,
        timeout=60,
        env=servers.clean_environment(),
        **options,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def exported(server):
    """What the page's script prints about the organization on `server`."""
    environment = servers.clean_environment() | {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_SHARED_CREDENTIALS_FILE": str(server.data / "credentials"),
        "AWS_PROFILE": MANAGEMENT,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    ended = subprocess.run(
        [sys.executable, "-c", block("python")], capture_output=True, text=True, timeout=60, env=environment
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_pages_file_loads_and_its_script_copies_it(server, tmp_path):
    chandlery(server.data, "account", "create", "--id", MANAGEMENT)
    assert chandlery(server.data, "organization", "import", "-", input=block("json")) == "o-exampleorgid\n"
    tree = chandlery(server.data, "organization", "show")
    assert tree.startswith("o-exampleorgid, managed by 101010101010")

    copy = tmp_path / "copy"
    chandlery(copy, "account", "create", "--id", MANAGEMENT)
    chandlery(copy, "organization", "import", "-", input=exported(server))

    assert chandlery(copy, "organization", "show") == tree
