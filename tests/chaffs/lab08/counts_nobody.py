"""Asks how many there are, and does not count."""

FAILS = "serve_turns_away_who_is_too_many_from_one_address"
BELIEVES = "limit-is-unkind"


class Proxy:
    def serve(self, client):
        try:
            host = endpoint_from(client.getpeername()).host
            if self.per_address[host] >= self.limits.clients_per_address:
                raise http.HttpError(503, "too many")
            client = self.clients.add(self.client(self, client))
        except http.HttpError as error:
            turn_away(client, error)
        except OSError:
            client.close()
        else:
            self.want_clients()
