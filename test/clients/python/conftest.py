import os
import re
import subprocess

import pytest
import requests

COMMAND = os.environ.get("NSPASS", "nspass").split()


class Nitro:
    """A client of NITRO that logs in with each request."""

    def __init__(self, url):
        self.url = url
        self.session = requests.Session()
        self.session.headers.update({"X-NITRO-USER": "nsroot", "X-NITRO-PASS": "nsroot"})

    def request(self, method, path, body=None):
        return self.session.request(method, f"{self.url}/nitro/v1/{path}", json=body, timeout=10)

    def fail(self, *rules):
        self.session.put(f"{self.url}/simulator/faults", json=list(rules), timeout=10).raise_for_status()


def start(*options):
    process = subprocess.Popen(
        [*COMMAND, "appliance", "--listen", "127.0.0.1:0", *options], stdout=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        ready = re.match(r"NITRO (\S+)", line)
        if ready:
            return process, ready[1]
    raise RuntimeError(f"nspass appliance ended with {process.wait()}")


def stop(process):
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def netscaler():
    """An empty NetScaler for one test."""
    process, url = start()
    yield Nitro(url)
    stop(process)
