"""Has a pool and makes no use of it."""

FAILS = "find_origin_takes_an_idle_connection_of_any_client"
BELIEVES = ""


class Client:
    def find_origin(self):
        self.dial(http.origin_of(self.request))
