"""Counts a client before it has been made, so that one that is turned away counts for ever."""

FAILS = "serve_turns_away_without_counting"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Proxy:
    def serve(self, client):
        try:
            host = endpoint_from(client.getpeername()).host
            if self.per_address[host] >= self.limits.clients_per_address:
                raise http.HttpError(503, "too many from this address")
            self.per_address[host] += 1
            self.clients.add(self.client(self, client))
        except http.HttpError as error:
            turn_away(client, error)
        except OSError:
            client.close()
        self.want_clients()
