"""Endpoints come from strangers: only public hosts are called, by https, and nobody is led elsewhere."""

from __future__ import annotations

import socket
import time
from ipaddress import ip_address

import pytest
import requests

from inbox.push import addresses, transport
from inbox.push.addresses import Refused

FINE = [
    "https://fcm.googleapis.com/fcm/send/abc:def",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "https://web.push.apple.com:443/QGuQ",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYA",
]
WITHIN = [
    *("http://fcm.googleapis.com/x", "ftp://fcm.googleapis.com/x", "//fcm.googleapis.com/x", "https:///x", ""),
    *("https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://192.168.1.1/x"),
    *("https://169.254.169.254/latest/meta-data/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/"),
    *("https://redis/", "https://db.internal/", "https://printer.local/", "https://x.localhost/", "https://1.2.3.4.5/"),
    *("https://[::ffff:127.0.0.1]/", "https://[fd00::1]/", "https://127.1/", "https://fcm.googleapis.com:6379/"),
    *("https://user:pw@fcm.googleapis.com/", "https://fcm.googleapis.com\\@127.0.0.1/", "https://a b.example.org/"),
    *("HTTPS://fcm.googleapis.com/x", "https:fcm.googleapis.com/x", "https://fcm.googleapis.com:99999/"),
    *("https://exämple.org/", "https://example.org/\n", "javascript:alert(1)"),
    "https://example.org/" + "x" * 1000,
]


@pytest.mark.parametrize("endpoint", FINE)
def test_push_services_are_fine(endpoint: str) -> None:
    assert "." in addresses.host_of(endpoint)


@pytest.mark.parametrize("endpoint", WITHIN)
def test_whatever_leads_within_is_refused(endpoint: str) -> None:
    with pytest.raises(Refused):
        addresses.host_of(endpoint)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *((each, True) for each in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8")),
        *((each, False) for each in ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254")),
        *((each, False) for each in ("100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1")),  # noqa: S104
        *((each, False) for each in ("::1", "::", "fe80::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1")),
        *((each, False) for each in ("64:ff9b::a00:1", "2002:7f00:1::", "2001:0:1::1", "2001:db8::1")),
        *((each, False) for each in ("::10.0.0.1", "::ffff:0:10.0.0.1", "fec0::1", "5f00::1")),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert addresses.is_public(ip_address(address)) is public


@pytest.mark.parametrize("found", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["8.8.8.8", "fe80::1%eth0"]])
def test_a_name_that_leads_within_is_not_called(monkeypatch: pytest.MonkeyPatch, found: list[str]) -> None:
    """As it is when it is called, whatever it was when it was allowed."""
    monkeypatch.setattr(addresses, "resolve", lambda _host: found)
    with pytest.raises(Refused), transport.Session() as session:
        session.post("https://push.example.org/x", data=b"x")


@pytest.mark.parametrize("found", [["64:ff9b::808:808"], ["64:ff9b:1::a00:1"]])
def test_what_this_network_translates_is_not_called_and_its_own_failure(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    monkeypatch.setattr(addresses, "resolve", lambda _host: found)
    with pytest.raises(OSError, match="can be called from here"):
        addresses.public_ones("push.example.org")
    monkeypatch.setattr(addresses, "resolve", lambda _host: [*found, "8.8.8.8"])
    assert addresses.public_ones("push.example.org") == ["8.8.8.8"]
    monkeypatch.setattr(addresses, "resolve", lambda _host: [*found, "10.0.0.1"])
    with pytest.raises(Refused):
        addresses.public_ones("push.example.org")


def test_addresses_keep_the_order_of_the_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [(2, 1, 6, "", (each, 443)) for each in ("9.9.9.9", "8.8.8.8", "9.9.9.9", "1.1.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_more: told)
    assert addresses.public_ones("push.example.org") == ["9.9.9.9", "8.8.8.8", "1.1.1.1"]


def test_other_ways_than_https_do_not_exist() -> None:
    with pytest.raises((Refused, requests.exceptions.InvalidSchema)), transport.Session() as session:
        session.post("http://example.org/")


def test_a_name_server_that_hangs_holds_nobody(silence: None) -> None:
    begun = time.monotonic()
    with pytest.raises(requests.ConnectionError), transport.Session() as session:
        session.post("https://push.example.org/one", data=b"")
    assert time.monotonic() - begun < 2


def test_a_name_that_is_not_there_is_an_error_of_the_network() -> None:
    with pytest.raises(OSError, match="Name or service|failure in name|No address|nodename"):
        addresses.resolve("push.invalid")


def test_a_name_leads_to_its_addresses() -> None:
    assert set(addresses.resolve("localhost")) <= {"127.0.0.1", "::1"}
