"""Programs the simulator with requests, as somebody's own Python code does."""

from conftest import Nitro, start, stop

WEB = {"lbvserver": {"name": "web", "servicetype": "HTTP", "ipv46": "192.0.2.10", "port": 80}}


def test_an_object_is_added_once(netscaler):
    assert netscaler.request("POST", "config/lbvserver", WEB).status_code == 201
    again = netscaler.request("POST", "config/lbvserver", WEB)
    assert (again.status_code, again.json()["errorcode"]) == (409, 273)
    (shown,) = netscaler.request("GET", "config/lbvserver/web").json()["lbvserver"]
    assert (shown["ipv46"], shown["port"]) == ("192.0.2.10", 80)


def test_a_group_balances_its_members(netscaler):
    group = {"servicegroup": {"servicegroupname": "pods", "servicetype": "HTTP"}}
    assert netscaler.request("POST", "config/servicegroup", group).ok
    member = {"servicegroupname": "pods", "ip": "10.0.0.1", "port": 8080}
    path = "config/servicegroup_servicegroupmember_binding"
    assert netscaler.request("PUT", path, {"servicegroup_servicegroupmember_binding": member}).ok
    (shown,) = netscaler.request("GET", f"{path}/pods").json()["servicegroup_servicegroupmember_binding"]
    assert (shown["ip"], shown["port"]) == ("10.0.0.1", 8080)


def test_a_scripted_fault_comes_once(netscaler):
    netscaler.fail({"kind": "lbvserver", "operation": "add", "times": 1, "fault": {"type": "status", "status": 503}})
    assert netscaler.request("POST", "config/lbvserver", WEB).status_code == 503
    assert netscaler.request("POST", "config/lbvserver", WEB).status_code == 201


def test_a_recording_answers_as_the_appliance_did(tmp_path):
    recording = str(tmp_path / "run.jsonl")
    answers = []
    for option in ("--record", "--replay"):
        process, url = start(option, recording)
        nitro = Nitro(url)
        login = {"login": {"username": "nsroot", "password": "nsroot"}}
        seen = [
            nitro.request("POST", "config/login", login),
            nitro.request("POST", "config/lbvserver", WEB),
            nitro.request("GET", "config/lbvserver/web"),
            nitro.request("GET", "config/lbvserver/none"),
            nitro.request("DELETE", "config/lbvserver/web"),
            nitro.request("GET", "config/lbvserver/web"),
        ]
        answers.append([(one.status_code, one.json().get("lbvserver"), one.json()["message"]) for one in seen])
        if option == "--replay":
            missing = nitro.request("GET", "config/lbvserver/other")
            assert missing.status_code == 501
            assert "The nearest is line 3, GET /nitro/v1/config/lbvserver/web" in missing.json()["message"]
        stop(process)
    assert answers[0] == answers[1]
    assert "nsroot" not in (tmp_path / "run.jsonl").read_text().replace('"username":"nsroot"', "")
