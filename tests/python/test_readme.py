"""The README's examples do what the README says: every fenced block marked ```` ```sh example ```` is run.

All blocks run in one shell session against one server, in their order, as a reader would type them: `chandlery` and
`aws` are on the PATH, and the environment is what `chandlery serve` prints. The first command that fails, fails.
"""

import os
import re
import subprocess
from pathlib import Path

import server as servers
from clients import REGION

ROOT = Path(__file__).parents[2]


def examples():
    """The marked blocks of the README."""
    text = (ROOT / "README.md").read_text()
    return re.findall(r"^```sh example\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def test_the_readmes_examples_run(server, tmp_path):
    blocks = examples()
    assert blocks, "README.md has no block that begins with ```sh example"
    programs = [servers.binary(), servers.variable("CHANDLERY_AWS_CLI")]
    environment = servers.clean_environment() | server.management.environment()
    environment |= {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "PATH": os.pathsep.join([*(str(Path(it).parent) for it in programs), os.environ["PATH"]]),
    }
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout
