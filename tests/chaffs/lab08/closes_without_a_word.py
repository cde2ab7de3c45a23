"""Closes the connection of who is too many."""

FAILS = "serve_turns_away_with_a_word"
BELIEVES = "failures-are-silent"


class Proxy:
    def serve(self, client):
        try:
            host = endpoint_from(client.getpeername()).host
            if self.per_address[host] >= self.limits.clients_per_address:
                raise http.HttpError(503, "too many")
            self.clients.add(self.client(self, client))
        except http.HttpError as error:
            client.close()
        except OSError:
            client.close()
        else:
            self.per_address[host] += 1
            self.want_clients()
