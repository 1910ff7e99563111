"""Has check-netscaler, a monitoring plugin that others wrote, look at the simulator."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit


def check(netscaler, *arguments):
    at = urlsplit(netscaler.url)
    plugin = Path(sys.executable).parent / "check_netscaler"
    command = [plugin, "--no-ssl", "-H", at.hostname, "-P", str(at.port), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def test_the_hardware_has_a_platform_and_a_build(netscaler):
    status, text = check(netscaler, "-C", "hwinfo")
    assert status == 0 and "NetScaler NS14.1: Build 51.80.nc" in text


def test_a_server_without_members_is_critical(netscaler):
    web = {"name": "web", "servicetype": "HTTP", "ipv46": "192.0.2.10", "port": 80}
    assert netscaler.request("POST", "config/lbvserver", {"lbvserver": web}).ok
    status, text = check(netscaler, "-C", "state", "-o", "lbvserver")
    assert status == 2 and "web" in text


def test_an_unsaved_configuration_is_a_warning_until_it_is_saved(netscaler):
    assert netscaler.request("POST", "config/server", {"server": {"name": "a", "ipaddress": "10.0.0.1"}}).ok
    assert check(netscaler, "-C", "nsconfig")[0] == 1
    assert netscaler.request("POST", "config/nsconfig?action=save", {"nsconfig": {}}).ok
    assert check(netscaler, "-C", "nsconfig")[0] == 0


def test_a_statistic_is_compared_with_its_threshold(netscaler):
    limits = ("-w", "75", "-c", "80")
    assert check(netscaler, "-C", "above", "-o", "system", "-n", "memusagepcnt", *limits)[0] == 0
    assert check(netscaler, "-C", "below", "-o", "system", "-n", "memusagepcnt", *limits)[0] == 2
