"""Does not think of clients that leave while they wait."""

FAILS = "serve_leaves_out_who_has_gone"
BELIEVES = ""


class Proxy:
    def serve(self, client):
        host = endpoint_from(client.getpeername()).host
        try:
            if self.per_address[host] >= self.limits.clients_per_address:
                raise http.HttpError(503, "too many")
            self.clients.add(self.client(self, client))
        except http.HttpError as error:
            turn_away(client, error)
        else:
            self.per_address[host] += 1
            self.want_clients()
