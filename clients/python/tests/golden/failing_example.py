"""Tests that fail, each for a reason that only hoplab knows; test_plugin.py holds what they print."""


def test_without_a_connection(hoplab):
    assert hoplab.ends()


def test_expired(hoplab):
    assert hoplab.get("/widgets", "my_client").status == 200
    hoplab.get("/widgets", "expired")


def test_no_certificate(hoplab):
    hoplab.get("/widgets")


def test_fault(hoplab):
    hoplab.arm("bad-zone", hop="nlb", action="reset", stage="client-hello")
    hoplab.get("/widgets", "my_client")


def test_target_reset(hoplab):
    hoplab.arm("dead", hop="execute-api-endpoint", action="reset")
    assert hoplab.get("/widgets", "my_client").status == 200


def test_idle(hoplab):
    hoplab.set_clock("stepped")
    with hoplab.connection("my_client") as connection:
        connection.get("/widgets")
        hoplab.advance("350s")
        connection.get("/widgets")


def test_open_connection(hoplab):
    test_open_connection.kept = hoplab.connection("my_client")
    assert test_open_connection.kept.get("/widgets").status == 201


def test_beside_an_open_connection(hoplab):
    assert hoplab.ends()


def test_connection_of_an_earlier_test(hoplab):
    hoplab.set_clock("stepped")
    hoplab.advance("350s")
    test_open_connection.kept.get("/widgets")


def test_that_passes(hoplab):
    assert hoplab.get("/widgets", "my_client").status == 200
