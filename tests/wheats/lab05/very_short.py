"""As few lines as it takes, with getattr tricks, comprehensions and conditional expressions."""


def parse_field_line(line):
    if not FIELD_LINE.fullmatch(line):
        raise HttpError(400, "no field line")
    name, _, value = line.decode("latin-1").partition(":")
    return name, value.strip(" \t")


def values_of(head, name):
    return [v for n, v in head.fields if n.casefold() == name.casefold()]


def parse_request_head(data):
    (method, target, version), fields = split_head(data, REQUEST_LINE)
    head = Head(method, target, version, 0, "", fields)
    if len(values_of(head, "host")) not in ((0, 1) if version == "HTTP/1.0" else (1,)):
        raise HttpError(400, "Host")
    return head


def parse_response_head(data, method):
    groups, fields = split_head(data, STATUS_LINE)
    return Head(method, "", groups[0], int(groups[1]), groups[2], fields)


def content_length(head):
    values = values_of(head, "content-length")
    if values and not (len(values) == 1 and LENGTH.fullmatch(values[0])):
        raise HttpError(400, "length")
    return int(values[0]) if values else None


def is_chunked(head):
    codings = tokens_of(head, "transfer-encoding")
    if codings not in ([], ["chunked"]):
        raise HttpError((400, 501)[codings[-1] == "chunked"], "coding")
    if codings and (values_of(head, "content-length") or head.version < "HTTP/1.1"):
        raise HttpError(400, "both")
    return codings != []


def body_framing(head):
    chunked, length = is_chunked(head), content_length(head)
    bare = head.status in (*range(100, 200), 204, 304) or (head.status and head.method == "HEAD")
    rest = UNTIL_CLOSE if head.status else 0
    return 0 if bare else CHUNKED if chunked else rest if length is None else length


def parse_chunk_line(line):
    if not CHUNK_LINE.fullmatch(line):
        raise HttpError(400, "size")
    return int(line.split(b";")[0], 16)


class BodyReader:
    def feed(self, data):
        self.buffer.feed(data)
        pieces = []
        try:
            while self.state and (piece := self.state()) is not None:
                pieces.append(piece)
        except LimitExceeded as error:
            raise HttpError(400, "too long") from error
        self.received += sum(map(len, pieces))
        return b"".join(pieces)

    def take_piece(self):
        piece = self.buffer.take_at_most(min(self.left, len(self.buffer)))
        self.left -= len(piece)
        if not self.left:
            self.state = {CHUNKED: self.take_end}.get(self.framing)
        return piece or None

    def take_size(self):
        if (line := self.buffer.take_until(b"\n", HEAD_LIMIT_BYTES)) is None:
            return None
        size = parse_chunk_line(line)
        self.left, self.state = (size, self.take_piece) if size else (60_000, self.take_trailer)
        return b""

    def take_end(self):
        if (end := self.buffer.take_exactly(2)) is None:
            return None
        if end != b"\r\n":
            raise HttpError(400, "chunk")
        self.state = self.take_size
        return b""

    def take_trailer(self):
        if (line := self.buffer.take_until(b"\n", self.left)) is None:
            return None
        if line == b"\r\n":
            self.state = None
            return b""
        self.left -= len(line)
        self.trailers = (*self.trailers, parse_field_line(line.removesuffix(b"\r\n")))
        return b""

    def end_of_stream(self):
        if self.state and self.framing != UNTIL_CLOSE:
            raise HttpError(400, "cut short")
        self.state = None


def origin_of(request):
    _, address, name, port, _ = absolute_form(request)
    port = int(port or 80)
    if port not in range(1, 65_536):
        raise HttpError(400, "port")
    return Endpoint(address or name, port)


def end_to_end(head):
    gone = {*HOP_BY_HOP, *tokens_of(head, "connection")} - {"content-length"}
    return tuple((n, v) for n, v in head.fields if n.lower() not in gone)


def to_origin_request(request, keep_alive=False, by="workbook"):
    authority, *_, path = absolute_form(request)
    path = path if path[:1] == "/" else "/" + path if path or request.method != "OPTIONS" else "*"
    fields = next_hop_fields(request, body_framing(request) == CHUNKED, keep_alive, by)
    fields = [("Host", authority), *(f for f in fields if f[0].lower() != "host")]
    return Head(request.method, path, "HTTP/1.1", 0, "", tuple(fields))


def to_client_response(response, chunked, keep_alive=False, by="workbook"):
    return response._replace(
        fields=next_hop_fields(response, chunked, keep_alive, by), version="HTTP/1.1"
    )


def connect_to(origin, timeout_s):
    try:
        return socket.create_connection((origin.host, origin.port), timeout=timeout_s)
    except TimeoutError as error:
        raise HttpError(504, "silent") from error
    except (OSError, ValueError) as error:
        raise HttpError(502, "not there") from error


def relay_body(source, reader, sink, chunked):
    piece = reader.feed(b"")
    while not reader.is_done:
        sink.sendall(as_chunk(piece) if chunked else piece)
        try:
            data = source.recv(4096)
        except OSError as error:
            raise HttpError(400, "cut short") from error
        data or reader.end_of_stream()
        piece = reader.feed(data)
    sink.sendall(as_chunk(piece) + last_chunk(reader.trailers) if chunked else piece)


def relay_response(origin, client, request):
    buffer, new = ReceiveBuffer(), request.version != "HTTP/1.0"
    while True:
        response = recv_response(origin, buffer, request.method)
        final, framing = response.status >= 200, body_framing(response)
        chunked = new and framing == CHUNKED
        if final or new:
            send_all(client, write_head(to_client_response(response, chunked, not final)))
        if final:
            break
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)


def forward_one(client, timeout_s=TIMEOUT_S):
    method = "GET"
    try:
        client.settimeout(timeout_s)
        request = parse_request_head(recv_head(client, buffer := ReceiveBuffer(), CLIENT))
        method, framing, made = request.method, body_framing(request), to_origin_request(request)
        with connect_to(origin_of(request), timeout_s) as origin:
            try:
                send_all(origin, write_head(made))
                relay_body(client, BodyReader(framing, buffer), origin, framing == CHUNKED)
            except OSError:
                pass
            relay_response(origin, client, request)
    except HttpError as error:
        send_all(client, error_response(error, method))
    finally:
        close_gracefully(client, LINGER_S)


def serve_proxy_serially(listener, timeout_s=TIMEOUT_S):
    serve_serially(listener, lambda client: forward_one(client, timeout_s=timeout_s))
