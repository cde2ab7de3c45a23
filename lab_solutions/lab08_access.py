"""Lab 08, given: who may use the proxy, and to go where. Does no I/O.

An open proxy is found within a day, and what is done through it is done in your name. So it is for
this machine alone, unless it is told for whom else.
"""

from __future__ import annotations

import base64
import hmac
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import NamedTuple

from labs import lab05_http_forwarding as http
from labs.lab01_five_tuple import Endpoint, FiveTuple

HTTPS = frozenset({443})
REALM = ("Proxy-Authenticate", 'Basic realm="workbook", charset="UTF-8"')  # RFC 7617 §2.1


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Is this address the machine's own? Asked for each request, and mostly of the same ones."""
    return ip_address(host).is_loopback


class Access(NamedTuple):
    """The rules. The default is for a listener on loopback: whoever gets there may enter.

    All methods raise HttpError if it may not be.
    """

    networks: tuple[IPv4Network | IPv6Network, ...] = ()  # besides loopback; (): from anywhere
    credentials: str = ""  # USER:PASSWORD
    connect_ports: frozenset[int] | None = None  # where tunnels may go; None: anywhere

    def must_admit(self, host: str) -> None:
        """May a client with this address come in?"""
        is_known = is_loopback(host) or any(ip_address(host) in each for each in self.networks)
        if not is_known and (self.networks or not self.credentials):
            raise http.HttpError(403, "this proxy is not for you")

    def user_of(self, request: http.Head) -> str:
        """Who asks; "" if nobody has to say so. HttpError(407) for a wrong name or password.

        For one that is nearly right it takes no more time than for any other: `compare_digest`.
        """
        if not self.credentials:
            return ""
        scheme, _, given = " ".join(http.values_of(request, "proxy-authorization")).partition(" ")
        wanted = base64.b64encode(self.credentials.encode())
        is_right = hmac.compare_digest(given.strip().encode("latin-1"), wanted)
        if scheme.lower() != "basic" or not is_right:
            raise http.HttpError(407, "this proxy wants a name and a password", REALM)
        return self.credentials.partition(":")[0]

    def must_tunnel_to(self, origin: Endpoint) -> Endpoint:
        """May a tunnel go there? Then returns it. To any port, it could send mail in your name."""
        if self.connect_ports is not None and origin.port not in self.connect_ports:
            raise http.HttpError(403, f"no tunnels to port {origin.port}")
        return origin

    def must_reach(self, client: Endpoint, way: FiveTuple, own: Endpoint) -> None:
        """May `client` use this connection to an origin? `own` is the listener's name.

        A name may lead anywhere, so what is asked about is where the connection has got to: to this
        very proxy (508), or, for a client from elsewhere, to what listens on loopback and takes all
        who get there for people of this machine (403). One from the pool was made for another
        client, who may have been allowed more.
        """
        origin, is_here = way.destination, is_loopback(way.destination.host)
        mine = {own.host}
        if origin.port == own.port and ip_address(own.host).is_unspecified:
            mine |= {way.source.host, origin.host if is_here else own.host}  # we listen at all
        if origin.port == own.port and origin.host in mine:
            raise http.HttpError(508, "that is this proxy itself")
        if is_here and not is_loopback(client.host):
            raise http.HttpError(403, "this address is not for others")
