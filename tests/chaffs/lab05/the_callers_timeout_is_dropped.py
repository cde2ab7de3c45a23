"""Hands forward_one itself to the loop, so every client gets the usual timeout."""

FAILS = "serve_proxy_serially_is_not_held_for_ever_by_a_silent_client"
BELIEVES = "slow-client-alone"
WRITTEN = "without sight of the checks"


def serve_proxy_serially(listener, timeout_s=30.0):
    serve_serially(listener, forward_one)
