"""hoplab for Python: the hops between a client and a private API on AWS, on loopback, for tests."""

from hoplab.lab import KNOWN_VERSIONS, AdminError, Connection, Lab, LabError, Requests, Response

__all__ = ["KNOWN_VERSIONS", "AdminError", "Connection", "Lab", "LabError", "Requests", "Response"]
