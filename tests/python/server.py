"""A Chandlery server of a test's own: started on a free port with a fresh data folder, stopped by its process id.

Its output is kept for the report of a failed test. Nothing here knows a client.
"""

import configparser
import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

STARTED_WITHIN_SECONDS = 30
STOPPED_WITHIN_SECONDS = 10


@dataclass(frozen=True)
class Credentials:
    """A key to sign with; the token is there for sessions only."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def environment(self):
        """The variables the AWS CLI reads."""
        variables = {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
        }
        if self.session_token:
            variables["AWS_SESSION_TOKEN"] = self.session_token
        return variables


class Server:
    """A running `chandlery serve`, with these flags beside those that every one has."""

    def __init__(self, binary, folder, *flags):
        self.folder = Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.data = self.folder / "data"
        # Both streams append to one file, line by line; the endpoint is looked for on standard output alone.
        self._log = open(self.folder / "server.log", "ab", buffering=0)
        self._endpoint = None
        self._endpoint_known = threading.Event()
        self._exports = []
        self._exports_known = threading.Event()
        self._process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0", "--data-dir", self.data, *flags],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.endpoint = self._wait_for_endpoint()
            self.management = self.credentials("management")
        except BaseException:
            self.stop()
            raise

    def credentials(self, profile):
        """The key the server wrote for `profile`."""
        path = self.data / "credentials"
        profiles = configparser.ConfigParser()
        if not profiles.read(path) or profile not in profiles:
            raise AssertionError(f"the server wrote no profile {profile} to {path.name}")
        section = profiles[profile]
        return Credentials(section["aws_access_key_id"], section["aws_secret_access_key"])

    def exports(self):
        """The lines the server printed for its user's shell, which also forgets other keys."""
        # They come after the endpoint, Python's region last.
        if not self._exports_known.wait(STARTED_WITHIN_SECONDS):
            raise AssertionError(f"the server printed no lines to export:\n{self.log()}")
        return self._exports

    def log(self):
        """What the server has said so far."""
        return (self.folder / "server.log").read_text(errors="replace")

    def stop(self):
        """Ends the server, by force if it does not end in order; says whether it ended in order."""
        self._process.terminate()
        try:
            self._process.wait(STOPPED_WITHIN_SECONDS)
            in_order = True
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            in_order = False
        self._reader.join()
        self._log.close()
        return in_order

    def _read(self):
        for line in self._process.stdout:
            self._log.write(line)
            text = line.decode(errors="replace")
            if text.startswith(("export ", "unset ")):
                self._exports.append(text.rstrip("\n"))
            if text.startswith("export AWS_DEFAULT_REGION="):
                self._exports_known.set()
            found = re.search(r"https?://[^\s'\"]+", text)
            if found and not self._endpoint_known.is_set():
                self._endpoint = found.group()
                self._endpoint_known.set()

    def _wait_for_endpoint(self):
        deadline = time.monotonic() + STARTED_WITHIN_SECONDS
        while not self._endpoint_known.wait(timeout=0.05):
            if self._process.poll() is not None:
                self._reader.join()
                raise AssertionError(f"the server ended with status {self._process.returncode}:\n{self.log()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"the server named no endpoint in {STARTED_WITHIN_SECONDS} s:\n{self.log()}")
        return self._endpoint


def binary():
    """The server under test."""
    return variable("CHANDLERY_BINARY")


def clean_environment():
    """Our environment without what would lead a client elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return kept | nowhere | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": ""}


def variable(name):
    """What `cargo xtask ci` tells us under `name`."""
    value = os.environ.get(name)
    if not value:
        raise AssertionError(f"{name} is not set; `cargo xtask ci python` sets it")
    return value
