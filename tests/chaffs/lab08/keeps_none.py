"""Closes every origin when it has answered."""

FAILS = "find_origin_takes_an_idle_connection_of_any_client"
BELIEVES = ""


class Client:
    def origin_may_stay(self):
        return False
