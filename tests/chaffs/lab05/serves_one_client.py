"""Forwards for one client and returns."""

FAILS = "serve_proxy_serially_serves_one_client_after_another"
BELIEVES = "one-client-is-all"


def serve_proxy_serially(listener, timeout_s=30.0):
    client, _ = listener.accept()
    forward_one(client, timeout_s)
