"""Gives each client all the time it wants: it harms only itself."""

FAILS = "serve_proxy_serially_is_not_held_for_ever_by_a_silent_client"
BELIEVES = "slow-client-alone"


def serve_proxy_serially(listener, timeout_s=30.0):
    serve_serially(listener, forward_one)
