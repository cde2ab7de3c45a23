"""Turns nobody away."""

FAILS = "serve_turns_away_who_is_too_many_from_one_address"
BELIEVES = "limit-is-unkind"


class Proxy:
    def serve(self, client):
        try:
            host = endpoint_from(client.getpeername()).host
            self.clients.add(self.client(self, client))
        except http.HttpError as error:
            turn_away(client, error)
        except OSError:
            client.close()
        else:
            self.per_address[host] += 1
            self.want_clients()
