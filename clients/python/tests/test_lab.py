"""What a Lab does by itself, without pytest's fixtures, and how it refuses."""

import json
import os
import pathlib
import ssl
import time

import pytest

from hoplab import AdminError, Lab, LabError

SCENARIO = pathlib.Path(__file__).resolve().parent / "private-api.json"
DEADLINE_S = 30


@pytest.fixture(scope="module")
def running_lab():
    with Lab(SCENARIO) as lab:
        yield lab


@pytest.fixture
def lab(running_lab):
    settle(running_lab)
    running_lab.restore()
    return running_lab


def settle(lab):
    """Waits until the connections that clients have ended are over for the lab, too."""
    deadline = time.monotonic() + DEADLINE_S
    while lab.flows():
        assert time.monotonic() < deadline, "a connection stays open"


def binary_that_says(folder, text):
    binary = folder / "hoplab"
    binary.write_text(f"#!/bin/sh\necho '{text}'\n")
    binary.chmod(0o755)
    return str(binary)


def test_a_version_that_is_not_known_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("HOPLAB", binary_that_says(tmp_path, "hoplab 0.3.0"))
    with pytest.raises(LabError, match=r"is hoplab 0\.3\.0, and this package knows 0\.1 and 0\.2 of hoplab"):
        Lab(SCENARIO)


def test_what_is_not_hoplab_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("HOPLAB", binary_that_says(tmp_path, "grep 3.8"))
    with pytest.raises(LabError, match="is not hoplab: it says 'grep 3.8'"):
        Lab(SCENARIO)
    monkeypatch.setenv("HOPLAB", str(tmp_path / "missing"))
    with pytest.raises(LabError, match="cannot be run"):
        Lab(SCENARIO)


def test_without_hoplab_it_says_how_to_name_it(monkeypatch, tmp_path):
    monkeypatch.delenv("HOPLAB", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError, match="there is no hoplab in PATH; set HOPLAB"):
        Lab(SCENARIO)


def test_hoplab_in_the_path_is_found(monkeypatch, tmp_path):
    (tmp_path / "hoplab").symlink_to(os.environ["HOPLAB"])
    monkeypatch.delenv("HOPLAB")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with Lab(SCENARIO) as lab:
        assert lab.get("/widgets", "my_client").status == 200


def test_options_are_passed_where_hoplab_has_them(monkeypatch, tmp_path):
    opening = {"url": "", "admin": "http://127.0.0.1:1", "caBundle": "", "out": str(tmp_path / "out"),
               "certificates": {}, "endpoints": [], "notes": ["nothing is here"]}
    binary = tmp_path / "hoplab"
    binary.write_text(f"""#!/bin/sh
case "$*" in
  --version) echo hoplab 0.2.0 ;;
  "up --help") echo "  --keep UINT    Requests to keep"; echo "  --with-parent  End with the parent" ;;
  *) echo "$*" > {tmp_path}/arguments; echo '{json.dumps(opening)}'; exec tail -f /dev/null ;;
esac
""")
    binary.chmod(0o755)
    monkeypatch.setenv("HOPLAB", str(binary))
    with Lab("mine.json", "--set", "service=127.0.0.1:9000") as lab:
        assert (tmp_path / "arguments").read_text().split() == [
            "up", "mine.json", "--json", "--set", "service=127.0.0.1:9000", "--keep", "1000", "--with-parent"]
        assert lab.keeps_requests
        with pytest.raises(LabError, match="no way into the scenario is open: nothing is here"):
            lab.get("/")


def test_a_mistake_of_the_scenario_is_said_as_hoplab_says_it(tmp_path):
    (tmp_path / "bad.json").write_text('{ "title": "Bad", "entry": "nowhere" }')
    with pytest.raises(LabError, match=r'did not come up with .*bad\.json:1: /entry: found "nowhere"'):
        Lab(tmp_path / "bad.json")


def test_stop_leaves_nothing_and_can_be_called_again():
    lab = Lab(SCENARIO)
    assert lab.running and lab.out.is_dir()
    assert lab.stop() == 0
    assert not lab.running and not lab.out.exists()
    assert lab.stop() == 0


def test_a_folder_of_ones_own_stays(tmp_path):
    with Lab(SCENARIO, "--out", tmp_path / "out") as lab:
        assert lab.out == tmp_path / "out"
    assert (tmp_path / "out" / "my_client.pem").exists()


def test_what_it_offers(lab):
    assert lab.url == f"https://api.example.com:{lab.port}"
    assert lab.name == "api.example.com"
    assert lab.address.startswith("127.")
    assert pathlib.Path(lab.ca_bundle).is_file()
    assert sorted(lab.certificates) == ["expired", "my_client"]
    assert all(pathlib.Path(path).is_file() for path in lab.certificates["my_client"].values())
    assert lab.status()["url"] == lab.url


def test_an_answer_has_status_headers_and_body(lab):
    answer = lab.get("/widgets", "my_client")
    assert (answer.status, answer.text) == (200, '{"id":"1","value":"4.99"}')
    assert answer.headers["content-type"] == "application/json"
    assert lab.request("POST", "/widgets", "my_client", body="{}").status == 201


def test_the_server_is_verified(lab):
    with pytest.raises(ssl.SSLCertVerificationError):
        lab.get("/widgets", context=ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        lab.get("/widgets", "my_client", name="other.example.com")


def test_an_unknown_certificate_is_refused_with_those_that_there_are(lab):
    with pytest.raises(LabError, match="no certificate 'nobody' in the scenario; there are expired, my_client"):
        lab.get("/widgets", "nobody")


def test_a_connection_is_kept(lab):
    with lab.connection("my_client") as connection:
        assert connection.get("/widgets").status == 200
        kept = connection.socket
        assert connection.get("/widgets").status == 200
        assert connection.socket is kept
        assert [flow["requests"] for flow in lab.flows()] == [2]


def test_a_fault_is_armed_and_disarmed(lab):
    lab.arm("bad-zone", hop="nlb", action="reset", stage="client-hello")
    with pytest.raises(ConnectionResetError):
        lab.get("/widgets", "my_client")
    lab.disarm("bad-zone")
    assert lab.get("/widgets", "my_client").status == 200
    assert [(fault["armed"], len(fault["hits"])) for fault in lab.faults()] == [(False, 1)]
    lab.arm("bad-zone")
    with pytest.raises(ConnectionResetError):
        lab.get("/widgets", "my_client")


def test_a_certificate_expires_by_the_calendar(lab):
    assert lab.set_time("2039-01-01T00:00:00Z")["mode"] == "real"
    with pytest.raises(ConnectionResetError):
        lab.get("/widgets", "my_client")
    assert lab.ends(wait="30s")[0]["tlsVerifyStatus"] == "Failed:ClientCertExpired"


def test_restore_gives_back_the_start(lab):
    lab.revoke("my_client")
    lab.set_clock("stepped")
    with pytest.raises(ConnectionResetError):
        lab.get("/widgets", "my_client")
    settle(lab)
    assert lab.metrics()["flows"] == 1
    lab.restore()
    assert (lab.metrics()["flows"], lab.ends(), lab.clock()["mode"]) == (0, [], "real")
    assert lab.get("/widgets", "my_client").status == 200


def test_a_change_is_made(lab):
    lab.change({"change": "RevokeCertificate", "Certificate": "my_client"})
    with pytest.raises(ConnectionResetError):
        lab.get("/widgets", "my_client")


def test_what_the_admin_api_refuses_is_said_with_its_words(lab):
    with pytest.raises(AdminError, match="there is no fault 'nothing' in the scenario") as refused:
        lab.arm("nothing")
    assert refused.value.status == 404
    with pytest.raises(AdminError, match="only a stepped clock is moved on") as refused:
        lab.advance("1s")
    assert refused.value.status == 409


def test_ends_waits_for_an_end(lab):
    last = 0
    with lab.connection("my_client") as connection:
        connection.get("/widgets")
        began = time.monotonic()
        assert lab.ends(after=last, wait="1s") == []
        if time.monotonic() - began < 1:
            pytest.skip("this hoplab does not wait for ends")
    assert [end["end"]["reason"] for end in lab.ends(after=last, wait="30s")] == ["client-closed"]


def test_requests_are_kept(lab):
    if not lab.keeps_requests:
        pytest.skip("this hoplab keeps no requests")
    lab.get("/widgets?x=1", "my_client")
    lab.request("POST", "/widgets", "my_client", body='{"id":2}')
    got = lab.requests("widgets-api", wait="2s")
    assert [(one["method"], one["path"], one["kind"]) for one in got] == [("GET", "/widgets?x=1", "api"),
                                                                        ("POST", "/widgets", "api")]
    assert {"name": "Host", "value": "api.example.com"} in got[0]["headers"]
    assert (got[1]["body"], got[1]["bodyBytes"]) == ('{"id":2}', 8)
    assert (got.count, got.dropped) == (2, 0)
    assert [one["id"] for one in lab.requests(method="POST", path="/widgets")] == [got[1]["id"]]
    assert lab.requests(after=got[1]["id"]) == []


def test_a_duration_is_checked_before_it_is_sent(lab):
    with pytest.raises(LabError, match="'soon' is not a duration"):
        lab.ends(wait="soon")


def test_a_lab_that_has_ended_is_said_to_have():
    with Lab(SCENARIO) as lab:
        lab._process.kill()
        lab._process.wait()
        with pytest.raises(LabError, match="hoplab runs no more: it ended with -9"):
            lab.status()
    assert not lab.out.exists()


def test_a_reset_is_one_whatever_python_calls_it():
    with Lab(SCENARIO.parents[3] / "scenarios" / "own-service.json") as own:
        for _ in range(20):
            with pytest.raises(ConnectionResetError):
                own.get("/", "revoked")


def test_a_receiver_that_the_scenario_does_not_have_is_a_mistake(lab):
    assert lab.requests("widgets-api") == []
    with pytest.raises(LabError, match="nobody of the name 'widget-api' receives requests: there are widgets-api"):
        lab.requests("widget-api")
