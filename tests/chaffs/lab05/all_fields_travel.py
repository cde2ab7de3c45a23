"""Passes all fields on."""

FAILS = "end_to_end_drops_what_is_of_one_connection"
BELIEVES = "fields-belong-to-the-message"


def end_to_end(head):
    return head.fields
