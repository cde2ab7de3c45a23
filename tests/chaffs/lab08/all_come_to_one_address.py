"""Counts by the name of this end, which all clients have in common."""

FAILS = "serve_turns_away_for_each_address_by_itself"
BELIEVES = "source-is-the-client"
WRITTEN = "without sight of the checks"


class Proxy:
    def serve(self, client):
        try:
            host = endpoint_from(client.getsockname()).host
            if self.per_address[host] >= self.limits.clients_per_address:
                raise http.HttpError(503, "too many from this address")
            self.clients.add(self.client(self, client))
            self.per_address[host] += 1
        except http.HttpError as error:
            turn_away(client, error)
        except OSError:
            client.close()
        self.want_clients()
