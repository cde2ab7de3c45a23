"""Lab 08, given: what else HTTP asks of who passes messages on, beyond lab 05. Does no I/O."""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache

from labs import lab05_http_forwarding as http

PRIVATE = {"authorization", "proxy-authorization", "cookie"}  # not for a TRACE to show
date_of = lru_cache(maxsize=1)(formatdate)  # of a second, for all answers of that second


def one_hop_less(request: http.Head, pseudonym: str) -> http.Head:
    """The request as it may go on from here: not for ever. RFC 9110 §7.6.2, §7.6.3.

    Raises HttpError: 508 if it was here before; and for TRACE and OPTIONS, if they may go no
    further, what there is to say to them (200).
    """
    if any(pseudonym in value for value in http.values_of(request, "via")):
        raise http.HttpError(508, "this request was here before: proxies make a ring")
    hops = request.method in ("TRACE", "OPTIONS") and http.values_of(request, "max-forwards")
    if not hops or not hops[0].isdecimal():
        return request
    if int(hops[0]) == 0:
        raise last_hop(request)
    others = (field for field in request.fields if field[0].lower() != "max-forwards")
    return request._replace(fields=(*others, ("Max-Forwards", str(int(hops[0]) - 1))))


def last_hop(request: http.Head) -> http.HttpError:
    """What is said to a TRACE or an OPTIONS that ends here: no error. RFC 9110 §9.3.7, §9.3.8."""
    if request.method == "OPTIONS":
        return http.HttpError(200, "", ("Allow", "GET, HEAD, POST, PUT, DELETE, CONNECT"))
    told = tuple(field for field in request.fields if field[0].lower() not in PRIVATE)
    seen = http.write_head(request._replace(fields=told)).decode("latin-1")
    return http.HttpError(200, seen, ("Content-Type", "message/http"))


def completed(answer: http.Head) -> http.Head:
    """An answer as it may go on: with a Date (RFC 9110 §6.6.1), a 204 without a length (§8.6)."""
    if answer.status < 200 or answer.status == 204:
        fields = [field for field in answer.fields if field[0].lower() != "content-length"]
        answer = answer._replace(fields=tuple(fields))
    if answer.status < 200 or http.values_of(answer, "date"):
        return answer
    date = ("Date", date_of(int(time.time()), usegmt=True))
    return answer._replace(fields=(*answer.fields, date))


def must_be_bounded(head: http.Head, fields: int, status: int) -> None:
    """Raises HttpError with this status if a head has more fields than that."""
    if len(head.fields) > fields:
        raise http.HttpError(status, f"more than {fields} fields")


def too_long(start: bytes) -> http.HttpError:
    """What to say of a head beyond the limit: 414 if it is the target's fault (RFC 9112 §3)."""
    return http.HttpError(431 if b"\n" in start else 414, "the request's head is too long")
