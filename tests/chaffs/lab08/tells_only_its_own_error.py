"""Catches the HttpError of its own bound, and not the one that making a Client raises."""

FAILS = "serve_turns_away_whom_no_client_can_be_made_of"
BELIEVES = "one-bug-one-connection"
WRITTEN = "without sight of the checks"


class Proxy:
    def serve(self, client):
        try:
            host = endpoint_from(client.getpeername()).host
            if self.per_address[host] >= self.limits.clients_per_address:
                turn_away(client, http.HttpError(503, "too many from this address"))
                return
            self.clients.add(self.client(self, client))
        except OSError:
            client.close()
            return
        self.per_address[host] += 1
        self.want_clients()
