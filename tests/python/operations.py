"""Which operations boto3 has called: every one that is built is to be among them.

What is built is read from the lists that the engine itself is compiled from. Deliberately absent: what was answered;
that is for the tests that called.
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Names of boto3, of the files in `model/`, and of the folders of the engine's operations.
SERVICES = {
    "servicecatalog": ("service-catalog", "service_catalog"),
    "organizations": ("organizations", "organizations"),
    "sts": ("sts", "sts"),
}

_called = set()


def note_every_call(client):
    """Notes which operations `client` calls, whatever is answered."""

    def note(operation_model, **_):
        _called.add((operation_model.service_model.service_name, operation_model.name))

    client.meta.events.register("before-parse", note)


def built(service):
    """The operations of `service` that are neither unbuilt nor unsupported."""
    model, folder = SERVICES[service]
    operations = json.loads((ROOT / "model" / f"{model}.json").read_text())["operations"].keys()
    lists = (ROOT / "crates/engine/src/operations" / folder).glob("un*.rs")
    lines = [line for it in lists for line in it.read_text().splitlines() if not line.lstrip().startswith("//")]
    return operations - set(re.findall(r"\w+", "\n".join(lines)))


def uncalled():
    """The built operations that no client has called."""
    return sorted(f"{service}: {it}" for service in SERVICES for it in built(service) if (service, it) not in _called)
