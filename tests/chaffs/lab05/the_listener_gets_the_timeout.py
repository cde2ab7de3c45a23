"""Sets the timeout at the listener, and stops when no client comes for so long."""

FAILS = "serve_proxy_serially_waits_for_its_next_client_as_long_as_it_takes"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def serve_proxy_serially(listener, timeout_s=30.0):
    listener.settimeout(timeout_s)
    with suppress(TimeoutError):
        serve_serially(listener, lambda client: forward_one(client, timeout_s))
