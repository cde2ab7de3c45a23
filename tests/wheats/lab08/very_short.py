"""As short as it gets."""


class Relay:
    def move(self):
        reader, sink = self.reader, self.sink.waiting
        if not reader.is_done:
            piece = reader.feed(b"")
            sink.append(http.as_chunk(piece) if self.chunked else piece)
            self.source.has_ended and reader.end_of_stream()
            self.chunked and reader.is_done and sink.append(http.last_chunk(reader.trailers))


class Client:
    def reading_head(self):
        if head := self.received.take_until(http.HEAD_END, self.proxy.limits.head_bytes):
            self.begin(http.parse_request_head(head))
        elif self.has_ended:
            self.end()
        elif not self.has_begun and len(self.received):
            self.has_begun = not self.due_in(self.proxy.limits.head_s)

    def find_origin(self):
        where, once = http.origin_of(self.request), self.framing or self.request.method == "POST"
        once = once or self.request.method not in IDEMPOTENT
        self.origin = None if once else self.proxy.pool.take(where)
        self.send_request() if self.origin else self.dial(where)

    def pass_head_on(self, head):
        old, wishes = self.request.version < "HTTP/1.1", http.tokens_of(self.request, "connection")
        if head.status == 101:
            raise http.HttpError(502, "101")
        chunked, self.keep_alive = False, head.status < 200
        if head.status >= 200:
            framing = http.body_framing(head)
            chunked = not old and isinstance(framing, str)
            self.keep_alive = not old and "close" not in wishes and not self.proxy.is_stopping
            self.answer, self.down = head, Relay(self.origin, self, framing, chunked)
        if head.status >= 200 or not old:
            sent = http.to_client_response(head, chunked, self.keep_alive, self.proxy.pseudonym)
            self.waiting.append(http.write_head(sent))

    def is_over(self):
        up = self.up.reader.is_done and not self.origin.waiting.pending
        return bool(self.down) and self.down.reader.is_done and (up or self.origin.has_ended)

    def origin_may_stay(self):
        known = (
            isinstance(self.down.reader.framing, int) or self.down.reader.framing == http.CHUNKED
        )
        said = "close" in http.tokens_of(self.answer, "connection")
        old = self.answer.version < "HTTP/1.1"
        rest = len(self.origin.received) or not self.up.reader.is_done
        return known and not (said or old or rest or self.origin.has_ended)

    def lose_origin(self, error):
        self.origin.close(with_reset=True)
        if not self.origin.may_be_dead:
            raise http.HttpError(502, f"{error}")
        self.dial(self.origin.where)

    def fail(self, error):
        if self.answer:
            return self.end(error.why)
        method = self.request.method if self.request else ""
        self.waiting.append(http.error_response(error, method))
        self.give_up()
        return self.linger()


class Proxy:
    def serve(self, client):
        try:
            host = client.getpeername()[0]
            if self.per_address[host] >= self.limits.clients_per_address:
                raise http.HttpError(503, "full")
            self.clients.add(guest := self.client(self, client))
            self.per_address[guest.name.source.host] += 1
            self.want_clients()
        except http.HttpError as error:
            turn_away(client, error)
        except OSError:
            client.close()
