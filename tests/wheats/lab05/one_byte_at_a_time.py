"""Reads one byte at a time, parses by hand without the patterns, and keeps one state for a body."""

TOKEN_CHARACTERS = b"!#$%&'*+.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"
HEX_DIGITS = "0123456789abcdefABCDEF"


def parse_field_line(line):
    colon = line.find(b":")
    name, value = line[:colon], line[colon + 1 :]
    if colon < 1 or any(byte not in TOKEN_CHARACTERS for byte in name):
        raise HttpError(400, "bad name")
    if any((byte < 32 and byte != 9) or byte == 127 for byte in value):
        raise HttpError(400, "bad value")
    return str(name, "latin-1"), str(value, "latin-1").strip(" \t")


def values_of(head, name):
    found = []
    for each, value in head.fields:
        if len(each) == len(name) and each.lower() == name.lower():
            found.append(value)
    return found


def lines_of(data):
    if not data.endswith(b"\r\n\r\n"):
        raise HttpError(400, "no end")
    lines = data[:-4].split(b"\r\n")
    if any(b"\n" in line or b"\r" in line for line in lines):
        raise HttpError(400, "bare CR or LF")
    return lines


def parse_request_head(data):
    lines = lines_of(data.removeprefix(b"\r\n"))
    words = lines[0].decode("latin-1").split(" ")
    if len(words) != 3 or not all(words) or not REQUEST_LINE.fullmatch(lines[0]):
        raise HttpError(400, "bad request line")
    fields = tuple(parse_field_line(line) for line in lines[1:])
    hosts = [name for name, _ in fields if name.lower() == "host"]
    if len(hosts) >= 2:
        raise HttpError(400, "two Hosts")
    if not hosts and words[2] != "HTTP/1.0":
        raise HttpError(400, "no Host")
    return Head(words[0], words[1], words[2], 0, "", fields)


def parse_response_head(data, method):
    lines = lines_of(data.removeprefix(b"\r\n"))
    if not STATUS_LINE.fullmatch(lines[0]):
        raise HttpError(400, "bad status line")
    version, status, *reason = lines[0].decode("latin-1").split(" ", 2)
    fields = tuple(parse_field_line(line) for line in lines[1:])
    return Head(method, "", version, int(status), "".join(reason), fields)


def content_length(head):
    values = values_of(head, "Content-Length")
    if values == []:
        return None
    if len(values) > 1 or not values[0] or len(values[0]) > 18:
        raise HttpError(400, "bad length")
    total = 0
    for digit in values[0]:
        if digit not in "0123456789":
            raise HttpError(400, "bad length")
        total = total * 10 + ord(digit) - ord("0")
    return total


def is_chunked(head):
    values = values_of(head, "Transfer-Encoding")
    if not values:
        return False
    if len(values) > 1 or values[0].lower() != "chunked":
        ends_in_chunks = values[-1].lower().endswith("chunked") and not values[-1].startswith("x")
        raise HttpError(501 if ends_in_chunks else 400, "unknown coding")
    if values_of(head, "Content-Length"):
        raise HttpError(400, "both lengths")
    if head.version.endswith("1.0"):
        raise HttpError(400, "chunks in HTTP/1.0")
    return True


def body_framing(head):
    is_response = head.status != 0
    length = content_length(head)
    if is_chunked(head):
        framing = CHUNKED
    elif length is not None:
        framing = length
    elif is_response:
        framing = UNTIL_CLOSE
    else:
        framing = 0
    if is_response:
        if head.method == "HEAD":
            framing = 0
        if head.status // 100 == 1 or head.status == 204 or head.status == 304:
            framing = 0
    return framing


def parse_chunk_line(line):
    if not line.endswith(b"\r\n"):
        raise HttpError(400, "no line")
    text = line[:-2].decode("latin-1")
    if any((character < " " and character != "\t") or character == "\x7f" for character in text):
        raise HttpError(400, "control character")
    digits = text.split(";")[0].rstrip(" \t")
    if not digits or len(digits) > 16 or any(digit not in HEX_DIGITS for digit in digits):
        raise HttpError(400, "no size")
    return int(digits, 16)


class BodyReader:
    """All steps look at one byte of the buffer at a time."""

    def feed(self, data):
        self.buffer.feed(data)
        taken = bytearray()
        while not self.is_done:
            try:
                piece = self.state()
            except LimitExceeded as error:
                raise HttpError(400, "line too long") from error
            if piece is None:
                break
            taken.extend(piece)
        self.received = self.received + len(taken)
        return bytes(taken)

    def take_piece(self):
        byte = self.buffer.take_exactly(1)
        if byte is None:
            return None
        self.left -= 1
        if self.left == 0 and self.framing == CHUNKED:
            self.state = self.take_end
        elif self.left == 0:
            self.state = None
        return byte

    def take_size(self):
        line = self.buffer.take_until(b"\n", HEAD_LIMIT_BYTES)
        if line is None:
            return None
        self.left = parse_chunk_line(line)
        if self.left == 0:
            self.state = self.take_trailer
            self.left = HEAD_LIMIT_BYTES
        else:
            self.state = self.take_piece
        return b""

    def take_end(self):
        if len(self.buffer) < 2:
            return None
        if self.buffer.take_exactly(1) != b"\r" or self.buffer.take_exactly(1) != b"\n":
            raise HttpError(400, "no CRLF")
        self.state = self.take_size
        return b""

    def take_trailer(self):
        line = self.buffer.take_until(b"\n", self.left)
        if line is None:
            return None
        self.left -= len(line)
        if not line.endswith(b"\r\n"):
            raise HttpError(400, "bare LF")
        if line == b"\r\n":
            self.state = None
        else:
            self.trailers += (parse_field_line(line[:-2]),)
        return b""

    def end_of_stream(self):
        if self.is_done:
            return
        if self.framing == UNTIL_CLOSE:
            self.state = None
            return
        raise HttpError(400, "the body was cut short")


def origin_of(request):
    authority, address, name, port, path = absolute_form(request)
    if port == "":
        return Endpoint(address or name, 80)
    if int(port) == 0 or int(port) > 65535:
        raise HttpError(400, "no port")
    return Endpoint(address or name, int(port))


def end_to_end(head):
    kept = []
    named = tokens_of(head, "Connection")
    for name, value in head.fields:
        low = name.lower()
        if low in HOP_BY_HOP:
            continue
        if low in named and low != "content-length":
            continue
        kept.append((name, value))
    return tuple(kept)


def to_origin_request(request, keep_alive=False, by="workbook"):
    authority, _, _, _, path = absolute_form(request)
    framing = body_framing(request)
    if path == "":
        path = "*" if request.method == "OPTIONS" else "/"
    elif path[0] == "?":
        path = "/" + path
    fields = [("Host", authority)]
    for field in end_to_end(request):
        if field[0].lower() != "host":
            fields.append(field)
    if framing == CHUNKED:
        fields.append(("Transfer-Encoding", "chunked"))
    fields.append(("Via", f"{request.version[5:]} {by}"))
    if not keep_alive:
        fields.append(("Connection", "close"))
    return Head(request.method, path, "HTTP/1.1", 0, "", tuple(fields))


def to_client_response(response, chunked, keep_alive=False, by="workbook"):
    fields = list(end_to_end(response))
    if chunked:
        fields.append(("Transfer-Encoding", "chunked"))
    fields.append(("Via", response.version[5:] + " " + by))
    if not keep_alive:
        fields.append(("Connection", "close"))
    return Head(response.method, "", "HTTP/1.1", response.status, response.reason, tuple(fields))


def connect_to(origin, timeout_s):
    failure = HttpError(502, "no address")
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HttpError(502, f"no such name: {error}") from error
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(timeout_s)
        try:
            sock.connect(address)
        except TimeoutError:
            failure = HttpError(504, "silent")
        except OSError as error:
            failure = HttpError(502, str(error))
        else:
            return sock
        sock.close()
    raise failure


def relay_body(source, reader, sink, chunked):
    waiting = bytearray(reader.feed(b""))
    while True:
        if waiting and chunked:
            send_all(sink, as_chunk(bytes(waiting)))
        elif waiting:
            send_all(sink, bytes(waiting))
        waiting.clear()
        if reader.is_done:
            break
        try:
            byte = source.recv(1)
        except OSError as error:
            raise HttpError(400, "reset or silent") from error
        if byte == b"":
            reader.end_of_stream()
        waiting += reader.feed(byte)
    if chunked:
        send_all(sink, last_chunk(reader.trailers))


def relay_response(origin, client, request):
    buffer = ReceiveBuffer()
    is_old = request.version == "HTTP/1.0"
    response = recv_response(origin, buffer, request.method)
    while response.status // 100 == 1:
        if not is_old:
            send_all(client, write_head(to_client_response(response, False, True)))
        response = recv_response(origin, buffer, request.method)
    framing = body_framing(response)
    in_chunks = framing == CHUNKED
    if is_old:
        in_chunks = False
    send_all(client, write_head(to_client_response(response, in_chunks)))
    reader = BodyReader(framing, buffer)
    try:
        relay_body(origin, reader, client, in_chunks)
    except HttpError:
        abort(client)


def forward_one(client, timeout_s=TIMEOUT_S):
    client.settimeout(timeout_s)
    method = ""
    try:
        buffer = ReceiveBuffer()
        data = recv_head(client, buffer, CLIENT)
        request = parse_request_head(data)
        method = request.method
        endpoint = origin_of(request)
        head_for_origin = to_origin_request(request)
        framing = body_framing(request)
        origin = connect_to(endpoint, timeout_s)
        try:
            try:
                send_all(origin, write_head(head_for_origin))
                relay_body(client, BodyReader(framing, buffer), origin, framing == CHUNKED)
            except OSError:
                pass
            relay_response(origin, client, request)
        finally:
            origin.close()
    except HttpError as error:
        send_all(client, error_response(error, method))
    finally:
        close_gracefully(client, LINGER_S)


def serve_proxy_serially(listener, timeout_s=TIMEOUT_S):
    def handle(client):
        forward_one(client, timeout_s)

    serve_serially(listener, handle)
