"""Switches IPV6_V6ONLY on, so that no IPv4 client comes in at `::`."""

FAILS = "open_listener_at_all_addresses_takes_ipv4_clients_too"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(address)
        sock.listen(backlog)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return sock
