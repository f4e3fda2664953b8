"""Where a push may go. Asked when an address is saved and again before every run of sends.

https only, except loopback on a workstation. The name is resolved here, every address it has is judged, and the
connection is pinned to what was judged: a name that resolves differently a moment later changes nothing.
Private ranges are open only where the operator's PUSH_ALLOWED_NETWORKS names them.
"""

import re
import socket
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.errors import InvalidInput

LONGEST_URL = 500
_PORTS = {"https": 443, "http": 80}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_NUMERIC_LABEL = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")

_FORBIDDEN_V4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All else is mapped, NAT64 (64:ff9b::/96), unique local, link-local, multicast or reserved."""
_FORBIDDEN_V6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
]


@dataclass(frozen=True)
class CheckedAddress:
    """A url in one spelling, and the addresses that its host had when they were judged."""

    url: str
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def pin(self) -> str:
        """For curl's RESOLVE: the host is found at these addresses and no others."""
        bracketed = (f"[{address}]" if ":" in address else address for address in self.addresses)
        return f"+{self.host}:{self.port}:{','.join(bracketed)}"


def check_address(url: str) -> CheckedAddress:
    """Resolve and judge. May wait for the resolver.

    Refusals: `address_malformed`, `address_unknown` (no such name), `address_forbidden`.
    """
    parts = _split(url)
    host, port = _host(parts), _port(parts)
    addresses = _resolve(host, port)
    for address in addresses:
        if not is_allowed(address):
            raise _led_astray(str(address))
    if parts.scheme == "http" and not _is_plain_allowed(addresses):
        raise _forbidden(_("Only https addresses are accepted."))
    bracketed = f"[{host}]" if ":" in host else host
    authority = bracketed if port == _PORTS[parts.scheme] else f"{bracketed}:{port}"
    path = iri_to_uri(parts.path) or "/"
    query = f"?{iri_to_uri(parts.query)}" if parts.query else ""
    return CheckedAddress(f"{parts.scheme}://{authority}{path}{query}", host, port, tuple(map(str, addresses)))


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    if any(address.version == network.version and address in network for network in _allowed_networks()):
        return True
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _FORBIDDEN_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _FORBIDDEN_V6)


def _split(url: str) -> SplitResult:
    if not url or len(url) > LONGEST_URL or _UNSAFE.search(url):
        raise _malformed()
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises ValueError for a port that is none
    except ValueError as error:
        raise _malformed() from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _malformed()
    if "@" in parts.netloc:
        raise _forbidden(_("The address must not carry a user name or password."))
    return parts


def _host(parts: SplitResult) -> str:
    """The host in its one spelling: an address as the standard library writes it, or a name in ASCII."""
    raw = parts.hostname or ""
    if ":" in raw:
        try:
            address = IPv6Address(raw)
        except ValueError as error:
            raise _malformed() from error
        if address.scope_id:
            raise _led_astray(raw)
        return str(address)
    try:
        name = raw.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise _malformed() from error
    if _NUMERIC_LABEL.fullmatch(name.rpartition(".")[2]):
        try:
            return str(IPv4Address(name))
        except ValueError as error:  # decimal, octal, hexadecimal and short spellings of an address
            raise _forbidden(_("Write the address with four decimal numbers.")) from error
    if not _HOST.fullmatch(name):
        raise _malformed()
    return name


def _port(parts: SplitResult) -> int:
    port = parts.port if parts.port is not None else _PORTS[parts.scheme]
    if port == 0:
        raise _malformed()
    return port


def _resolve(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise InvalidInput(
            "address_unknown", _("No such host is known: %(host)s.") % {"host": host}, field="url"
        ) from error
    return sorted(
        {ip_address(str(entry[4][0]).partition("%")[0]) for entry in found}, key=lambda a: (a.version, int(a))
    )


def _is_plain_allowed(addresses: list[IPv4Address | IPv6Address]) -> bool:
    return settings.SITE_IS_LOCAL and all(address.is_loopback for address in addresses)


def _allowed_networks() -> tuple[IPv4Network | IPv6Network, ...]:
    return _networks(tuple(settings.PUSH_ALLOWED_NETWORKS))


@lru_cache(maxsize=8)
def _networks(listed: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network) for network in listed)


def _malformed() -> InvalidInput:
    return InvalidInput(
        "address_malformed", _("This is no address that can be pushed to. Expected: https://host/path."), field="url"
    )


def _led_astray(where: str) -> InvalidInput:
    return _forbidden(_("The address leads into a network to which nothing is sent: %(where)s.") % {"where": where})


def _forbidden(message: str | Promise) -> InvalidInput:
    return InvalidInput("address_forbidden", message, field="url")
