"""Reading addresses of others: never led inside, and never kept busy. All sites are on this machine."""

from __future__ import annotations

import gzip
import ipaddress
import ssl
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit.fetch import Fetched, Fetcher, FetchError, targets
from pressroom.kit.fetch.fetching import codec
from tests.kit.site import HERE, Site, fetcher, for_ever, outside_or_here, page, ticking

PORTS = frozenset({80, 443})


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({}) as opened:
        yield opened


def address(site: Site, path: str = "/", host: str = "outlet.example", scheme: str = "http") -> str:
    return f"{scheme}://{host}:{site.port}{path}"


def refused(call: Callable[[], object], says: str) -> None:
    with pytest.raises(FetchError) as error:
        call()
    assert says in str(error.value), str(error.value)
    assert str(error.value)[-1] == "."


# Where an address leads --------------------------------------------------------------------------------------


INSIDE = """
    127.0.0.1 127.8.9.1 0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8
    192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1
    255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808
    64:ff9b:1::1 100::1 2001::1 2001:0:808:808::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 fc00::1
    fd12:3456::1 fe80::1 fec0::1 ff02::1 4000::1 5f00::1
    """


def test_what_is_not_of_the_public_internet() -> None:
    for written in INSIDE.split():
        assert not targets.is_global(ipaddress.ip_address(written)), written


def test_what_is_of_it() -> None:
    for written in ("8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:2800:21f::1", "2a00:1450::1"):
        assert targets.is_global(ipaddress.ip_address(written)), written


@given(st.ip_addresses())
def test_nothing_that_python_calls_private_is_global(ip: targets.Address) -> None:
    if targets.is_global(ip):
        assert ip.is_global
        assert not (ip.is_private or ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local)


ODD = """
    http://2130706433/ http://0x7f000001/ http://0x7f.0.0.1/ http://017700000001/ http://127.1/ http://0/
    http://127.0.0.1.:80/ http://0x/ http://1.2.3.4.5/ http://a..b/ http://-/ http:/// http://%6cocalhost/
    http://[::1/ http://[fe80::1%25eth0]/ http://a_/ http://user@outlet.example/ http://u:p@outlet.example/
    http://@127.0.0.1/ ftp://outlet.example/ file:///etc/passwd gopher://outlet.example/ javascript:alert(1) //x
    data:,x outlet.example http://outlet.example:22/ http://outlet.example:99999/ http://outlet.example:x/ http://ex\\ample/
    """


def test_what_is_no_address_to_be_read() -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was asked for")

    for written in ODD.split():
        with pytest.raises(FetchError):
            Fetcher("x", resolve=never).get(written)


def test_an_address_is_taken_apart_once() -> None:
    read = targets.read
    assert read("HTTPS://Press.Example.#top", PORTS).address == "https://press.example/"
    assert read("http://outlet.example/a b".replace(" ", "%20") + "?q=1&r=é", PORTS).path == "/a%20b?q=1&r=%C3%A9"
    assert read("https://bücher.example/", PORTS).host == "xn--bcher-kva.example"
    assert read("http://[2606:2800::1]/", PORTS).place == "[2606:2800::1]"
    assert read("http://outlet.example:443/", PORTS).place == "outlet.example:443"
    for odd in ("http://a.example/\r\nX: y", "http://a.example/ b", "http://a.example\t/", "x" * 3000, ""):
        refused(lambda odd=odd: read(odd, PORTS), "no web address" if "a.ex" in odd or "x" in odd else "begin with")


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"]])
def test_a_name_that_leads_inside(answer: list[str]) -> None:
    refused(lambda: Fetcher("x", resolve=lambda h, p: answer).get("http://a.example/"), "private network")


def test_a_name_that_is_nobody_s() -> None:
    for nothing in (OSError("no such host"), UnicodeError("too long")):

        def resolve(host: str, port: int, nothing: Exception = nothing) -> list[str]:
            raise nothing

        refused(
            lambda resolve=resolve: Fetcher("x", resolve=resolve).get("http://a.example/"), "no site with this name"
        )
    refused(lambda: Fetcher("x", resolve=lambda h, p: []).get("http://a.example/"), "no site with this name")


def test_a_name_is_asked_for_once_and_the_answer_is_connected_to(site: Site) -> None:
    """Rebinding: the second answer would be an inner address. Nobody asks for it."""
    site.answers["/"] = page()
    answers = iter([[HERE], ["127.0.0.2"]])
    reader = fetcher(site, resolve=lambda host, port: next(answers))
    assert reader.get(address(site)).content == b"hello"
    refused(lambda: reader.get(address(site)), "private network")
    assert len(site.asked) == 1


def test_the_next_address_of_a_name_is_tried(site: Site) -> None:
    site.answers["/"] = page()
    reader = fetcher(site, resolve=lambda h, p: ["::1", HERE], is_allowed=lambda ip: True)
    assert reader.get(address(site)).status == 200
    reader = fetcher(site, resolve=lambda h, p: ["::1"], is_allowed=lambda ip: True)
    refused(lambda: reader.get(address(site)), "takes no connection")


# Asking ------------------------------------------------------------------------------------------------------


def test_what_is_sent_and_what_comes_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    head = ("Content-Type: Text/HTML; charset='Latin-1'", 'ETag: "a"', "Last-Modified: yesterday", "Set-Cookie: a=1")
    site.answers["/a?b=c"] = page(b"caf\xe9", *head)
    got = fetcher(site).get(address(site, "/a?b=c#d"), accept="text/html")
    assert (got.address, got.status, got.content) == (address(site, "/a?b=c"), 200, b"caf\xe9")
    assert (got.media_type, got.charset, got.etag, got.last_modified) == ("text/html", "iso8859-1", '"a"', "yesterday")
    assert not got.not_modified
    fetcher(site).get(address(site))
    first, second = site.asked
    assert first.startswith("GET /a?b=c HTTP/1.1\r\n")
    for line in (
        f"Host: outlet.example:{site.port}",
        "User-Agent: Pressroom/0 (+https://press.example)",
        "Accept: text/html",
        "Accept-Encoding: gzip, deflate",
    ):
        assert f"\r\n{line}\r\n" in first
    assert "cookie" not in second.lower()


def test_what_was_not_modified_is_not_sent_again(site: Site) -> None:
    site.answers["/"] = page(b"", status="304 Not Modified", length=False)
    got = fetcher(site).get(address(site), etag='"a"\r\nX: y', last_modified="yesterday")
    assert got.not_modified
    assert '\r\nIf-None-Match: "a"X: y\r\n' in site.asked[0]
    assert "\r\nIf-Modified-Since: yesterday\r\n" in site.asked[0]


def test_redirects_are_followed_and_each_is_checked(site: Site) -> None:
    def to(where: str, status: str = "302 Found") -> bytes:
        return page(b"x" * 100, f"Location: {where}", status=status)

    site.answers |= {
        "/1": to("/2", "301 Moved"), "/2": to(f"//other.example:{site.port}/3"), "/3": to("?x", "308 On"),
        "/3?x": page(b"here"), "/utf8": to("/caf\u00c3\u00a9"), "/caf%C3%A9": page(b"coffee"),
        "/in": to("http://127.0.0.2/"), "/number": to("http://2130706434/"), "/file": to("file:///etc/passwd"),
        "/port": to("http://outlet.example:22/"), "/name": to("http://inner.test/"), "/round": to("/round"),
        "/none": page(b"nowhere", status="302 Found"), "/odd": to("http://[::1/"),
    }  # fmt: skip
    reader = fetcher(site, resolve=lambda h, p: {"inner.test": ["10.0.0.1"]}.get(h, [HERE if "example" in h else h]))
    got = reader.get(address(site, "/1"))
    assert (got.content, got.address) == (b"here", address(site, "/3?x", "other.example"))
    assert reader.get(address(site, "/utf8")).content == b"coffee"
    assert reader.get(address(site, "/none")).status == 302
    for path, says in (
        *(("/in", "private"), ("/number", "names no site"), ("/file", "begin with https"), ("/port", "Port 22")),
        *(("/name", "private network"), ("/odd", "no web address")),
    ):
        refused(lambda path=path: reader.get(address(site, path)), says)
    site.asked.clear()
    refused(lambda: reader.get(address(site, "/round")), "more than 5 times")
    assert len(site.asked) == 6


# Answers without an end --------------------------------------------------------------------------------------

BOMB = zlib.compressobj(9, zlib.DEFLATED, 31)
GZIPPED = b"".join([*(BOMB.compress(bytes(1_000_000)) for _ in range(50)), BOMB.flush()])  # 50 MB in 50 kB
CHUNKED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (page(b"x" * 2001), "larger than 0.002 MB"),
        (page(b"x" * 2001, length=False), "larger than"),
        (page(b"", "Content-Length: 99999999999", length=False), "larger than"),
        (for_ever(b"x" * 1000), "larger than"),
        (for_ever(b"3e8\r\n" + b"x" * 1000 + b"\r\n", f"HTTP/1.1 200 OK\r\n{CHUNKED}\r\n\r\n".encode()), "larger than"),
        (for_ever(b"1" * 1000, f"HTTP/1.1 200 OK\r\n{CHUNKED}\r\n\r\n".encode()), "read"),
        (for_ever(b"x" * 1000, b"HTTP/1.1 200 OK\r\nX: "), "can be read"),
        (for_ever(b"X: y\r\n", b"HTTP/1.1 200 OK\r\n"), "can be read"),
        (for_ever(b"HTTP/1.1 100 Continue\r\n\r\n", b""), "more than is read"),
        (for_ever(b"x" * 1000, b""), "can be read"),
        (page(GZIPPED[:1900], "Content-Encoding: gzip"), "larger than"),
        (page(GZIPPED, "Content-Encoding: gzip"), "larger than"),
        (page(zlib.compress(bytes(9999)), "Content-Encoding: deflate"), "larger than"),
        (page(b"\x1b\xfa\xff\x6f", "Content-Encoding: br"), "not asked for"),
        (page(gzip.compress(gzip.compress(b"", mtime=0), mtime=0), "Content-Encoding: gzip, gzip"), "not asked for"),
        (page(b"no gzip", "Content-Encoding: gzip"), "broken"),
        (page(gzip.compress(b"x" * 99, mtime=0)[:-9], "Content-Encoding: gzip"), "cut off"),
        (page(b"short", "Content-Length: 9", length=False), "cut off"),
        (b"", "can be read"),
        (b"SSH-2.0-OpenSSH_9\r\n", "can be read"),
        (page(b"zz\r\n", CHUNKED, length=False), "can be read"),
        (page(b"x", "Transfer-Encoding: gzip, chunked", length=False), "can be read"),
    ],
)
def test_an_answer_has_an_end(site: Site, answer: Any, says: str) -> None:
    site.answers["/"] = answer
    refused(lambda: fetcher(site, most=2000).get(address(site)), says)


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (f"HTTP/1.1 200 OK\r\n{CHUNKED}\r\n\r\n".encode(), b"1;"),
    ],
)
def test_a_slow_drip_has_an_end(site: Site, begin: bytes, piece: bytes) -> None:
    """Each look at the clock is a second later, so that nobody waits for one."""
    site.answers["/"] = for_ever(piece, begin)
    refused(lambda: fetcher(site, monotonic=ticking(1.0), seconds=8).get(address(site)), "within 8 seconds")


def test_a_site_that_says_nothing_has_an_end(site: Site) -> None:
    site.answers["/"] = lambda connection: connection.recv(1) and None
    refused(lambda: fetcher(site, seconds=0.05).get(address(site)), "within 0.05 seconds")


def test_what_is_packed_is_unpacked(site: Site) -> None:
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    site.answers |= {
        "/gzip": page(gzip.compress(b"hello"), "Content-Encoding: GZIP"),
        "/deflate": page(zlib.compress(b"hello"), "Content-Encoding: deflate"),
        "/raw": page(raw.compress(b"hello") + raw.flush(), "Content-Encoding: deflate"),
        "/plain": page(b"hello", "Content-Encoding: identity"),
        "/chunked": page(b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", CHUNKED, length=False),
    }
    for path in site.answers:
        assert fetcher(site, most=2000).get(address(site, path)).content == b"hello", path


def test_a_charset_that_is_none_is_not_believed() -> None:
    for said, found in (
        ("utf8", "utf-8"),
        ("windows-1252", "cp1252"),
        ("zip", ""),
        ("rot13", ""),
        ("x\0", ""),
        ("", ""),
    ):
        assert codec(said) == found, said
        assert Fetched("", 200, {"content-type": f'text/html; x=y; charset="{said}"'}, b"").charset == found


# Encrypted ---------------------------------------------------------------------------------------------------


def test_a_certificate_is_of_the_name_and_of_somebody_known(tmp_path: Path) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("outlet.example").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    names: list[str] = []
    tls.sni_callback = lambda sock, name, context: names.append(str(name))
    with Site({"/": page(), "/long": for_ever(b"x" * 1000)}, tls) as site:
        reader = fetcher(site, authorities=str(tmp_path / "authority.pem"), most=2000)
        assert reader.get(address(site, scheme="https")).content == b"hello"
        assert f"\r\nHost: outlet.example:{site.port}\r\n" in site.asked[0]
        refused(lambda: reader.get(address(site, "/long", scheme="https")), "larger than")
        refused(lambda: reader.get(address(site, host="other.example", scheme="https")), "certificate of other.example")
        stranger = replace(reader, authorities=fetcher(site).authorities)
        refused(lambda: stranger.get(address(site, scheme="https")), "certificate of outlet.example")
        slow = replace(reader, monotonic=ticking(0.5), seconds=4, most=10_000_000)
        refused(lambda: slow.get(address(site, "/long", scheme="https")), "within 4 seconds")
        assert set(names) == {"outlet.example", "other.example"}
        assert len(site.asked) == 3
    with Site({"/": page()}) as plain:
        refused(lambda: fetcher(plain).get(address(plain, scheme="https")), "No encrypted connection")


def test_the_hook_of_the_tests_lets_nothing_else_in() -> None:
    assert [
        ip for ip in ("127.0.0.1", "127.0.0.2", "::1", "10.0.0.1") if outside_or_here(ipaddress.ip_address(ip))
    ] == [HERE]


def test_what_is_sent_arrives_and_a_redirect_is_an_answer(site: Site) -> None:
    site.answers |= {"/told": page(status="204 No Content"), "/on": page(b"", "Location: /told", status="302 Found")}
    ask = fetcher(site)
    answer = ask.post(address(site, "/told"), "Größe".encode(), {"Content-Type": "text/plain", "Link": "a\r\nX-Y: z"})
    assert answer.status == 204
    assert site.asked[0].startswith("POST /told HTTP/1.1\r\n")
    assert site.asked[0].encode("latin-1").endswith("\r\n\r\nGröße".encode())
    assert "Content-Length: 7\r\n" in site.asked[0]
    assert "\r\nX-Y" not in site.asked[0], "a header cannot begin another one"
    assert ask.post(address(site, "/on"), b"", {}).status == 302
    assert len(site.asked) == 2
    refused(lambda: replace(ask, is_allowed=targets.is_global).post(address(site, "/told"), b"", {}), "private network")
