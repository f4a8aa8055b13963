"""How often one address may ask: counted by the minute by all workers of a machine, without keeping addresses."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from time import time

from django.conf import settings
from django.http import HttpRequest

from zaragoza.web.counting import counters

_MINUTE = 60
_NETWORK = 64  # bits of an IPv6 address that one subscriber has


def wait(request: HttpRequest, most: int, of: str = "") -> int:
    """Counts the request; how many seconds its address has to wait, 0 where it is within the limit.

    Args:
        request: whose address counts.
        most: requests a minute; 0 stands for no limit.
        of: what they ask; each is counted apart.
    """
    if not most:
        return 0
    now, counted = time(), counters(Path(settings.DATA) / ".requests")
    asked = counted.one_more(f"{of}{_client(request)}", int(now // _MINUTE))
    return 0 if asked <= most else _MINUTE - int(now % _MINUTE)


def _client(request: HttpRequest) -> str:
    """The address that asks: behind our own proxy the one that it has added, which is the last."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIED:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, _NETWORK), strict=False))
