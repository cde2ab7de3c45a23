"""Every step by itself, and every question with a name."""


class Relay:
    def move(self):
        if self.reader.state is None:
            return None
        piece = self.reader.feed(b"")
        if len(piece) > 0:
            if self.chunked:
                self.sink.waiting.append(b"%x\r\n" % len(piece))
                self.sink.waiting.append(piece)
                self.sink.waiting.append(b"\r\n")
            else:
                self.sink.waiting.append(piece)
        if self.source.has_ended is True and not self.reader.is_done:
            self.reader.end_of_stream()
        if self.reader.is_done:
            if self.chunked:
                self.sink.waiting.append(http.last_chunk(self.reader.trailers))
        return None


class Client:
    def reading_head(self):
        limits = self.proxy.limits
        nothing_yet = len(self.received) == 0
        head = self.received.take_until(http.HEAD_END, limits.head_bytes)
        if head is None:
            if self.has_ended:
                self.end("the client has left")
            elif nothing_yet:
                pass
            elif self.has_begun is False:
                self.has_begun = True
                self.due_in(limits.head_s)
            return None
        request = http.parse_request_head(head)
        self.begin(request)
        return None

    def find_origin(self):
        where = http.origin_of(self.request)
        if self.request.method not in ("GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "PUT"):
            self.dial(where)
        elif self.framing != 0:
            self.dial(where)
        else:
            idle = self.proxy.pool.take(where)
            if idle is None:
                self.dial(where)
            else:
                self.origin = idle
                self.send_request()

    def pass_head_on(self, head):
        if head.status == 101:
            raise http.HttpError(502, "nobody has asked to switch protocols")
        if head.status < 200:
            if self.request.version == "HTTP/1.1":
                interim = http.to_client_response(head, False, True, self.proxy.pseudonym)
                self.waiting.append(http.write_head(interim))
            return
        framing = http.body_framing(head)
        chunked = False
        self.keep_alive = False
        if self.request.version != "HTTP/1.0":
            if framing == http.CHUNKED or framing == http.UNTIL_CLOSE:
                chunked = True
            self.keep_alive = True
            for token in http.tokens_of(self.request, "connection"):
                if token == "close":
                    self.keep_alive = False
            if self.proxy.is_stopping:
                self.keep_alive = False
        self.down = Relay(self.origin, self, framing, chunked)
        self.answer = head
        final = http.to_client_response(head, chunked, self.keep_alive, self.proxy.pseudonym)
        self.waiting.append(http.write_head(final))

    def is_over(self):
        if self.down is None:
            return False
        if not self.down.reader.is_done:
            return False
        if self.origin.has_ended:
            return True
        if not self.up.reader.is_done:
            return False
        return self.origin.waiting.pending == 0

    def origin_may_stay(self):
        if not self.up.reader.is_done:
            return False
        if self.origin.has_ended:
            return False
        if len(self.origin.received) > 0:
            return False
        if self.answer.version == "HTTP/1.0":
            return False
        if self.down.reader.framing == http.UNTIL_CLOSE:
            return False
        return "close" not in http.tokens_of(self.answer, "Connection")

    def lose_origin(self, error):
        where = self.origin.where
        may_try_again = self.origin.may_be_dead
        self.origin.close(with_reset=True)
        if may_try_again:
            self.state = self.finding_origin
            self.due_in(self.proxy.limits.connect_s)
            self.dial(where)
            return
        if isinstance(error, http.HttpError):
            why = error.why
        else:
            why = str(error)
        raise http.HttpError(502, why)

    def fail(self, error):
        if self.answer is None:
            if self.request is None:
                words = http.error_response(error, "")
            else:
                words = http.error_response(error, self.request.method)
            self.waiting.append(words)
            self.give_up()
            self.linger()
        else:
            self.end(error.why)


class Proxy:
    def serve(self, client):
        try:
            host = endpoint_from(client.getpeername()).host
        except OSError:
            client.close()
            return
        refusal = None
        already_here = [other for other in self.clients if other.name.source.host == host]
        if refusal is None and len(already_here) >= self.limits.clients_per_address:
            refusal = http.HttpError(503, "there are enough of you")
        if refusal is None:
            try:
                guest = Client(self, client)
            except http.HttpError as error:
                refusal = error
            except OSError:
                client.close()
                return
        if refusal is not None:
            turn_away(client, refusal)
            return
        self.clients.add(guest)
        self.per_address[host] += 1
        if len(self.clients) >= self.limits.clients:
            self.loop.want_read(self.listener, False)
