"""Never leaves anybody in the queue."""

FAILS = "serve_leaves_the_next_ones_in_the_queue"
BELIEVES = ""


class Proxy:
    def serve(self, client):
        try:
            host = endpoint_from(client.getpeername()).host
            if self.per_address[host] >= self.limits.clients_per_address:
                raise http.HttpError(503, "too many")
            self.clients.add(self.client(self, client))
        except http.HttpError as error:
            turn_away(client, error)
        except OSError:
            client.close()
        else:
            self.per_address[host] += 1
