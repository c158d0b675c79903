"""A client's tests against a private API behind mutual TLS; each begins with the scenario as it was at its start."""
import pytest

def test_a_good_certificate_gets_the_widget(hoplab):
    assert hoplab.get("/widgets", "my_client").json() == {"id": "1", "value": "4.99"}

def test_an_expired_certificate_is_reset(hoplab):
    pytest.raises(ConnectionResetError, hoplab.get, "/widgets", "expired")

def test_a_certificate_is_revoked_in_the_middle_of_the_run(hoplab):
    assert hoplab.get("/widgets", "my_client").status == 200
    hoplab.revoke("my_client")
    pytest.raises(ConnectionResetError, hoplab.get, "/widgets", "my_client")

def test_the_third_connection_is_reset(hoplab):
    hoplab.arm("bad-zone", hop="nlb", stage="client-hello", action="reset", connections={"every": 3})
    assert [hoplab.get("/widgets", "my_client").status for _ in range(2)] == [200, 200]
    pytest.raises(ConnectionResetError, hoplab.get, "/widgets", "my_client")

def test_an_idle_connection_is_forgotten_after_350_s(hoplab):
    hoplab.set_clock("stepped")
    with hoplab.connection("my_client") as connection:
        assert connection.get("/widgets").status == 200
        hoplab.advance("350s")
        pytest.raises(ConnectionResetError, connection.get, "/widgets")

def test_what_the_api_received(hoplab):
    hoplab.get("/widgets?size=2", "my_client", headers={"X-Order": "7"})
    assert hoplab.requests("widgets-api")[-1]["path"] == "/widgets?size=2"
