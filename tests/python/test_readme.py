"""The README's examples do what the README says: every fenced block marked `example` is run.

All blocks run in one shell session against one server, in their order, as a reader would type them: `chandlery`, `aws`
and `node` are on the PATH, and the environment is what `chandlery serve` prints. The first command that fails, fails.
"""

import os
import re
import shlex
import subprocess
from pathlib import Path

import server as servers

ROOT = Path(__file__).parents[2]
RUST_SOURCE = ROOT / "crates/testkit/examples/share_with_unit.rs"

# What another language's example prints is the token of a share operation that has ended well.
TOKEN_ENDED = """
echo "$token"
[ "$(aws servicecatalog describe-portfolio-share-status --portfolio-share-token "$token" \
    --query Status --output text)" = COMPLETED ]
"""


def examples(language):
    """The README's marked blocks of `language`, with the offsets at which they begin."""
    text = (ROOT / "README.md").read_text()
    block = re.compile(rf"^```{language} example\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
    found = {it.start(): it.group(1) for it in block.finditer(text)}
    assert found, f"README.md has no block that begins with ```{language} example"
    return found


def run_javascript(block):
    """The command that runs `block` among the packages it imports."""
    folder = shlex.quote(servers.variable("CHANDLERY_JAVASCRIPT"))
    return f"token=$(cd {folder} && node --input-type=module --eval {shlex.quote(block)})\n{TOKEN_ENDED}"


def run_rust(_block):
    """The command that runs the program built around the block."""
    return f"token=$({shlex.quote(servers.variable('CHANDLERY_RUST_EXAMPLE'))})\n{TOKEN_ENDED}"


def session(server):
    """All of it as one script, after the lines that `chandlery serve` prints for the reader's shell."""
    commands = examples("sh")
    commands |= {at: run_javascript(block) for at, block in examples("js").items()}
    commands |= {at: run_rust(block) for at, block in examples("rust").items()}
    return "\n".join([*server.exports(), *(commands[at] for at in sorted(commands))])


def test_the_readmes_examples_run(server, tmp_path):
    programs = [servers.binary(), servers.variable("CHANDLERY_AWS_CLI")]
    environment = servers.clean_environment() | {
        "CHANDLERY_DATA_DIR": str(server.data),
        "PATH": os.pathsep.join([*(str(Path(it).parent) for it in programs), os.environ["PATH"]]),
    }
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", session(server)],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout


def test_the_readmes_rust_is_what_was_built():
    source = RUST_SOURCE.read_text()
    for block in examples("rust").values():
        assert block in source, f"README.md and {RUST_SOURCE.name} differ"
