"""One GET, with its redirects, or one POST without."""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

import certifi
from flask import Flask, current_app

from pressroom.kit.fetch import bodies, sockets
from pressroom.kit.fetch.sockets import Budget, Resolver
from pressroom.kit.fetch.targets import Address, FetchError, Target, is_global, read, sent_on

if TYPE_CHECKING:
    from urllib3 import HTTPResponse

REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})
HEAD = 200_000  # bytes for the head of a response, and for the sizes of its chunks
EXTENSION = "fetcher"


@dataclass(frozen=True)
class Fetched:
    """What an address answered, whatever its status.

    Attributes:
        address: the last one, after redirects.
        headers: by their names in small letters; of several with one name, all, with commas between.
        content: the body, unpacked; empty when nothing was modified.
        moved_to: how far redirects led that say they are for good (301 and 308), from the first one on; empty when
            the first does not. What asks again should ask there (RFC 9110, sections 15.4.2 and 15.4.9).
    """

    address: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    moved_to: str = ""

    @property
    def not_modified(self) -> bool:
        """Whether it is as it was when its ``etag`` or ``last_modified`` was given out (RFC 9110, section 15.4.5)."""
        return self.status == 304

    @property
    def media_type(self) -> str:
        """Such as ``text/html``; empty when nothing is said."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The codec that ``Content-Type`` names; empty without one that is known."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return codec(value.strip().strip("\"'"))
        return ""

    @property
    def etag(self) -> str:
        """To be sent the next time."""
        return self.headers.get("etag", "")

    @property
    def last_modified(self) -> str:
        """To be sent the next time."""
        return self.headers.get("last-modified", "")


def codec(name: str) -> str:
    """Python's name for a codec of text; empty for one that is unknown, or is none of text."""
    try:
        TextIOWrapper(BytesIO(), name)  # "zip" and "rot13" are codecs as well, and refused here
    except (LookupError, ValueError):
        return ""
    return codecs.lookup(name).name


@dataclass(frozen=True)
class Onward:
    """Where a redirect leads, and whether it says that this is for good."""

    target: Target
    for_good: bool


@dataclass(frozen=True)
class Fetcher:
    """How addresses are read.

    Attributes:
        agent: the User-Agent, which says who asks and where to complain.
        ports: those that may be asked.
        most: bytes of a body, packed and unpacked.
        cut: what is longer is read so far, and not refused.
        seconds: for all of it, redirects too.
        redirects: how many are followed.
        resolve: what answers for names.
        is_allowed: whether an address may be connected to.
        monotonic: the clock of *seconds*.
        authorities: a file of certificates that are trusted.
    """

    agent: str
    ports: frozenset[int] = frozenset({80, 443})
    most: int = 3_000_000
    seconds: float = 10.0
    redirects: int = 5
    resolve: Resolver = sockets.resolve
    is_allowed: Callable[[Address], bool] = is_global
    monotonic: Callable[[], float] = time.monotonic
    authorities: str = field(default_factory=certifi.where)
    cut: bool = False

    def get(
        self, address: str, *, accept: str = "*/*", etag: str = "", last_modified: str = "", accept_datetime: str = ""
    ) -> Fetched:
        """Read *address*. Hold no transaction meanwhile: it may take :attr:`seconds`.

        Args:
            accept: the media types that are wanted.
            etag: of the last time, if there was one.
            last_modified: likewise.
            accept_datetime: as of when it is wanted, from an archive that keeps several versions (RFC 7089).

        Raises:
            FetchError: it could not or must not be read; with a sentence for staff. Any status is an answer.
        """
        wanted = {"Accept": accept, "If-None-Match": etag, "If-Modified-Since": last_modified}
        wanted["Accept-Datetime"] = accept_datetime
        headers = {name: _one_line(value) for name, value in wanted.items() if value}
        budget = Budget(self.seconds, self.monotonic)
        target, moved_to, for_good = read(address.strip(), self.ports), "", True
        for _ in range(self.redirects + 1):
            budget.bytes = self.most + HEAD
            answer = self._ask(target, headers, budget)
            if isinstance(answer, Fetched):
                return replace(answer, moved_to=moved_to)
            target, for_good = answer.target, for_good and answer.for_good
            moved_to = target.address if for_good else moved_to
        raise FetchError(f"The site sends on more than {self.redirects} times. Use the address where it ends.")

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Fetched:
        """Send *body* to *address*, and follow no redirect. Hold no transaction meanwhile.

        Args:
            headers: ``Content-Type`` among them.

        Raises:
            FetchError: it could not or must not be sent. Any status is an answer.
        """
        budget = Budget(self.seconds, self.monotonic)
        budget.bytes = self.most + HEAD
        given = {name: _one_line(value) for name, value in headers.items()}
        answer = self._ask(read(address.strip(), self.ports), given, budget, body)
        assert isinstance(answer, Fetched), "redirects of a POST are answers"
        return answer

    def _ask(
        self, target: Target, headers: dict[str, str], budget: Budget, body: bytes | None = None
    ) -> Fetched | Onward:
        """One request, a POST where there is a *body*; gives what it answered, or where it sends on to."""
        # Most processes fetch nothing, and this is a fiftieth of their start.
        from urllib3.connection import HTTPConnection  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415
        from urllib3.exceptions import TimeoutError as LateError  # noqa: PLC0415

        found = sockets.checked(target, self.resolve, self.is_allowed)
        sock = sockets.connect(target, found, budget, sockets.context(self.authorities))
        connection = HTTPConnection(target.host, target.port)
        connection.sock = sock  # so it opens none of its own, and reads no proxy from the environment
        try:
            connection.timeout = budget.remaining()
            connection.request(
                "GET" if body is None else "POST",
                target.path,
                body=body,
                headers=self._headers(target) | headers,
                preload_content=False,
                decode_content=False,
            )
            with closing(connection.getresponse()) as response:
                return self._answered(target, response, follow=body is None)
        except (TimeoutError, LateError):
            raise budget.used_up() from None
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            cut = "IncompleteRead" in repr(error)
            raise FetchError(bodies.CUT_OFF if cut else f"{target.host} gave no answer that can be read.") from None
        finally:
            connection.close()
            sock.close()

    def _headers(self, target: Target) -> dict[str, str]:
        return {
            "Host": target.place,
            "User-Agent": self.agent,
            "Accept-Encoding": bodies.PACKINGS,
            "Connection": "close",
        }

    def _answered(self, target: Target, response: HTTPResponse, *, follow: bool) -> Fetched | Onward:
        location = response.headers.get("Location", "")
        if follow and response.status in REDIRECTS and location:
            return Onward(sent_on(target, _as_written(location), self.ports), response.status in FOR_GOOD)
        content = b"" if response.status == 304 else bodies.read(response, self.most, cut=self.cut)
        headers = {name.lower(): response.headers[name] for name in response.headers}
        return Fetched(target.address, response.status, headers, content)


def _as_written(location: str) -> str:
    """A header comes as Latin-1; those who write other letters into one write UTF-8."""
    return location.encode("latin-1", "replace").decode("utf-8", "replace").strip()


def _one_line(value: str) -> str:
    """A header's value cannot begin another header."""
    return "".join(character for character in value if character.isprintable() and character.isascii())[:1000]


def init_app(app: Flask, agent: str) -> None:
    """Let *app* read addresses, from the ports of its settings."""
    ports = frozenset(map(int, app.config["FETCH_PORTS"]))
    app.extensions[EXTENSION] = Fetcher(f"{agent} (+{app.config['SITE_URL']})", ports)


def get(address: str, *, accept: str = "*/*", etag: str = "", last_modified: str = "") -> Fetched:
    """:meth:`Fetcher.get`, as this application is set up.

    Raises:
        FetchError: it could not or must not be read, or the setting ``fetching`` says that nothing is.
    """
    return fetcher().get(address, accept=accept, etag=etag, last_modified=last_modified)


def fetcher() -> Fetcher:
    """What this application asks others with.

    Raises:
        FetchError: the setting ``fetching`` says that nothing is asked.
    """
    if not current_app.config["FETCHING"]:
        raise FetchError("This press room reads no addresses: the setting fetching is off.")
    found: Fetcher = current_app.extensions[EXTENSION]
    return found
