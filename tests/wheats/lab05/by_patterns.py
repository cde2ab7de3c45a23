"""recv_into and memoryview for the bodies, regular expressions elsewhere, a thread to serve."""

import threading

COMMA = re.compile(r"[ \t]*,[ \t]*")


def parse_field_line(line):
    match = re.fullmatch(
        rb"([^\x00-\x20\x7f-\xff()<>@,;:\\\"/\[\]?={}]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)", line
    )
    if match is None:
        raise HttpError(400, "this is no field")
    name, value = match.groups()
    return name.decode(), value.rstrip(b" \t").decode("latin-1")


def values_of(head, name):
    pattern = re.compile(re.escape(name), re.IGNORECASE | re.ASCII)
    return [value for each, value in head.fields if pattern.fullmatch(each)]


def parse_request_head(data):
    (method, target, version), fields = split_head(data, REQUEST_LINE)
    head = Head(method, target, version, 0, "", fields)
    names = [name.lower() for name, _ in fields].count("host")
    if names != 1 and not (names == 0 and version == "HTTP/1.0"):
        raise HttpError(400, "Host")
    return head


def parse_response_head(data, method):
    groups, fields = split_head(data, STATUS_LINE)
    return Head(method, "", groups[0], int(groups[1]), groups[2], fields)


def content_length(head):
    text = "\0".join(values_of(head, "content-length"))
    if not values_of(head, "content-length"):
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise HttpError(400, "length")
    return int(text)


def is_chunked(head):
    codings = [COMMA.split(value.lower()) for value in values_of(head, "transfer-encoding")]
    if not codings:
        return False
    if codings != [["chunked"]]:
        raise HttpError(501 if codings[-1][-1] == "chunked" else 400, "coding")
    if head.version == "HTTP/1.0" or values_of(head, "content-length"):
        raise HttpError(400, "a contradiction")
    return True


def body_framing(head):
    by_length, by_chunks = content_length(head), is_chunked(head)
    match (head.status, head.method):
        case (status, "HEAD") if status:
            return 0
        case (204 | 304, _):
            return 0
        case (status, _) if 100 <= status <= 199:
            return 0
    if by_chunks:
        return CHUNKED
    if by_length is None:
        return UNTIL_CLOSE if head.status else 0
    return by_length


def parse_chunk_line(line):
    match = re.fullmatch(rb"([0-9A-Fa-f]{1,16})[ \t]*(;[\t\x20-\x7e\x80-\xff]*)?\r\n", line)
    if match is None:
        raise HttpError(400, "size")
    return int.from_bytes(bytes.fromhex(match[1].decode().zfill(16)), "big")


class BodyReader:
    """Copies with memoryviews, and asks the buffer for whole lines only."""

    def feed(self, data):
        self.buffer.feed(memoryview(data))
        taken, piece = bytearray(), b""
        while piece is not None and not self.is_done:
            try:
                piece = self.state()
            except LimitExceeded as error:
                raise HttpError(400, str(error)) from error
            taken[len(taken) :] = piece or b""
        self.received += len(taken)
        return bytes(memoryview(taken))

    def take_piece(self):
        there = len(self.buffer)
        if there == 0:
            return None
        count = there if there < self.left else int(self.left)
        piece = self.buffer.take_exactly(count)
        self.left -= count
        if self.left <= 0:
            self.state = self.take_end if self.framing == CHUNKED else None
        return piece

    def take_size(self):
        line = self.buffer.take_until(b"\n", HEAD_LIMIT_BYTES)
        if not line:
            return None
        self.left = parse_chunk_line(line)
        self.state = self.take_piece
        if not self.left:
            self.left, self.state = HEAD_LIMIT_BYTES, self.take_trailer
        return b""

    def take_end(self):
        end = self.buffer.take_exactly(2)
        if end is None:
            return None
        if not re.fullmatch(rb"\r\n", end):
            raise HttpError(400, "end of chunk")
        self.state = self.take_size
        return b""

    def take_trailer(self):
        line = self.buffer.take_until(b"\n", self.left)
        if not line:
            return None
        self.left -= len(line)
        if line == b"\r\n":
            self.state = None
        elif line.endswith(b"\r\n"):
            self.trailers = self.trailers + (parse_field_line(line[:-2]),)
        else:
            raise HttpError(400, "bare LF")
        return b""

    def end_of_stream(self):
        if not self.is_done:
            if self.framing != UNTIL_CLOSE:
                raise HttpError(400, f"{self.received} bytes and no more")
            self.state = None


def origin_of(request):
    parts = absolute_form(request)
    port = int(parts[3]) if parts[3] else 80
    if port < 1 or port >= 1 << 16:
        raise HttpError(400, "port")
    return Endpoint("".join(parts[1:3]), port)


def end_to_end(head):
    named = "|".join(
        map(re.escape, {*HOP_BY_HOP, *tokens_of(head, "connection")} - {"content-length"})
    )
    return tuple(field for field in head.fields if not re.fullmatch(named, field[0], re.IGNORECASE))


def to_origin_request(request, keep_alive=False, by="workbook"):
    authority, _, _, _, path = absolute_form(request)
    path = re.sub(r"^(?!/)", "/", path) if path or request.method != "OPTIONS" else "*"
    fields = list(next_hop_fields(request, body_framing(request) == CHUNKED, keep_alive, by))
    fields = [field for field in fields if not re.fullmatch("host", field[0], re.IGNORECASE)]
    fields.insert(0, ("Host", authority))
    return request._replace(target=path, fields=tuple(fields), version="HTTP/1.1")


def to_client_response(response, chunked, keep_alive=False, by="workbook"):
    fields = next_hop_fields(response, chunked, keep_alive, by)
    return Head(response.method, "", "HTTP/1.1", response.status, response.reason, fields)


def connect_to(origin, timeout_s):
    try:
        sock = (
            socket.create_connection((origin[0], origin[1]))
            if timeout_s is None
            else socket.create_connection((origin[0], origin[1]), timeout_s)
        )
    except TimeoutError as late:
        raise HttpError(504, str(late)) from late
    except Exception as error:
        raise HttpError(502, str(error)) from error
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def relay_body(source, reader, sink, chunked):
    room = bytearray(16_384)
    view = memoryview(room)
    count = 0
    while True:
        piece = reader.feed(bytes(view[:count]))
        if piece:
            sink.sendall(as_chunk(piece) if chunked else piece)
        if reader.is_done:
            break
        try:
            count = source.recv_into(room)
        except OSError as error:
            raise HttpError(400, "no more came") from error
        if count == 0:
            reader.end_of_stream()
    if chunked:
        sink.sendall(last_chunk(reader.trailers))


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
    method = ""
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
    thread = threading.Thread(
        target=serve_serially, args=(listener, lambda client: forward_one(client, timeout_s))
    )
    thread.start()
    thread.join()
