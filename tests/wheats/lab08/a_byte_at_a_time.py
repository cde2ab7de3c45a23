"""Moves bodies in small pieces, flushes whenever it can, decides by tables."""

AGAIN = {"GET": True, "HEAD": True, "OPTIONS": True, "TRACE": True}  # fewer than allowed is fine


class Relay:
    def move(self):
        piece = self.reader.feed(b"")
        for start in range(0, len(piece), 1000):
            part = piece[start : start + 1000]
            self.sink.waiting.append(http.as_chunk(part) if self.chunked else part)
        if self.source.has_ended:
            self.reader.end_of_stream()
        if self.reader.is_done and self.chunked:
            for byte in http.last_chunk(self.reader.trailers):
                self.sink.waiting.append(bytes([byte]))


class Client:
    def reading_head(self):
        head = self.received.take_until(http.HEAD_END, self.proxy.limits.head_bytes)
        if head is None and self.has_ended:
            return self.end()
        if head is None:
            if len(self.received) and not self.has_begun:
                self.has_begun = True
                self.due_in(self.proxy.limits.head_s)
            return None
        return self.begin(http.parse_request_head(head))

    def find_origin(self):
        where = http.origin_of(self.request)
        again = AGAIN.get(self.request.method, False) and not self.framing
        self.origin = self.proxy.pool.take(where) if again else None
        if self.origin is None:
            return self.dial(where)
        return self.send_request()

    def pass_head_on(self, head):
        knows = self.request.version == "HTTP/1.1"
        kind = "switch" if head.status == 101 else "interim" if head.status < 200 else "final"
        if kind == "switch":
            raise http.HttpError(502, "switched")
        chunked, self.keep_alive = False, True
        if kind == "final":
            framing = http.body_framing(head)
            chunked = {http.CHUNKED: knows, http.UNTIL_CLOSE: knows}.get(framing, False)
            close = "close" in http.tokens_of(self.request, "connection")
            self.keep_alive = all((knows, not close, not self.proxy.is_stopping))
            self.answer = head
            self.down = Relay(self.origin, self, framing, chunked)
        if knows or kind == "final":
            by = self.proxy.pseudonym
            sent = http.to_client_response(head, chunked, keep_alive=self.keep_alive, by=by)
            self.waiting.append(http.write_head(sent))

    def is_over(self):
        answered = self.down is not None and self.down.reader.is_done
        asked = self.up.reader.is_done and self.origin.waiting.pending == 0
        return answered and any((asked, self.origin.has_ended))

    def origin_may_stay(self):
        reasons = [
            not self.up.reader.is_done,
            self.origin.has_ended,
            len(self.origin.received),
            self.down.reader.framing == http.UNTIL_CLOSE,
            self.answer.version != "HTTP/1.1",
            "close" in http.tokens_of(self.answer, "connection"),
        ]
        return not any(reasons)

    def lose_origin(self, error):
        origin = self.origin
        origin.close(True)
        if origin.may_be_dead:
            return self.dial(origin.where)
        raise http.in_http(ConnectionError(str(error)), http.ORIGIN)

    def fail(self, error):
        if self.answer:
            self.end(error.why)
        else:
            method = getattr(self.request, "method", "")
            self.waiting.append(http.error_response(error, method))
            self.give_up()
            self.linger()


class Proxy:
    def serve(self, client):
        try:
            name = endpoint_from(client.getpeername())
            if self.per_address.get(name.host, 0) + 1 > self.limits.clients_per_address:
                raise http.HttpError(503, "no place")
            self.clients |= {Client(self, client)}
            self.per_address.update([name.host])
            self.want_clients()
        except OSError:
            client.close()
        except http.HttpError as error:
            turn_away(client, error)
