"""Rewrites requests only: the answer is the origin's."""

FAILS = "to_client_response_makes_a_head_for_the_next_hop"
BELIEVES = "fields-belong-to-the-message"


def to_client_response(response, chunked, keep_alive=False):
    return response
