"""Counts by the whole endpoint, of which each client has another one."""

FAILS = "serve_turns_away_who_is_too_many_from_one_address"
BELIEVES = "limit-is-unkind"
WRITTEN = "without sight of the checks"


class Proxy:
    def serve(self, client):
        try:
            who = endpoint_from(client.getpeername())
            if self.per_address[who] >= self.limits.clients_per_address:
                raise http.HttpError(503, "too many from this address")
            self.clients.add(self.client(self, client))
            self.per_address[who] += 1
        except http.HttpError as error:
            turn_away(client, error)
        except OSError:
            client.close()
        self.want_clients()
