"""Writes the port as text, as it stands in a URL."""

FAILS = "local_endpoint_port_is_a_number"
BELIEVES = "port-is-text"


def local_endpoint(sock):
    host, port = sock.getsockname()[:2]
    return Endpoint(unmapped(host), str(port))
