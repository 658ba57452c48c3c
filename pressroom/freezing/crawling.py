"""What a stranger finds, address by address, written down as it was answered.

In memory are the addresses only, never the pages: a hundred thousand of them take some twenty megabytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from pressroom.freezing import links, site_maps
from pressroom.freezing.rules import CLOSED, HTML, LEFT_OUT, FreezeError, is_paper, is_version, place
from pressroom.freezing.stranger import Stranger

PIECE = 1 << 18
GONE = 410
EVERY = 500  # addresses between two lines of progress
FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json", "text/x-opml")

Told = Callable[[str], None]


@dataclass
class Found:
    """What became of each path.

    Attributes:
        places: path → where it lies in the folder.
        moved: path → the address to which it leads on.
        missing: paths at which nothing is.
        tombstones: paths of what was withdrawn.
        feeds: where in the folder a feed lies → its type.
    """

    places: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    tombstones: set[str] = field(default_factory=set)
    feeds: dict[str, str] = field(default_factory=dict)

    def target(self, path: str) -> str | None:
        """The path at which that of *path* lies in the copy; None if it is not in it."""
        for _ in range(5):  # a release that moved again and again leads to where it is in one step
            if path not in self.moved:
                return path if path in self.places else None
            path = links.path_of(self.moved[path])
        return None


@dataclass(frozen=True)
class Chosen:
    """Of what is many, what goes in."""

    clips: frozenset[str]
    papers: frozenset[str]
    media: Collection[str] | None

    def has(self, path: str, endpoint: str, source: str) -> bool:
        """Whether *path* goes in, to which a page of the view *source* leads, or a list of ours if that is empty."""
        if endpoint == "clips.show":
            return path in self.clips or source not in {"", endpoint}
        if endpoint == "media.file":
            return self.media is None or path.split("/")[2] in self.media
        return path in self.papers or not is_paper(path)


class Crawl:
    """Asks for all there is, and writes it into a folder."""

    def __init__(self, stranger: Stranger, folder: Path, chosen: Chosen, told: Told) -> None:
        """Write into the empty *folder*."""
        self.stranger, self.folder, self.chosen, self.told = stranger, folder, chosen, told
        self.found = Found()
        self._waiting: deque[str] = deque()
        self._known: set[str] = set()

    def run(self, seeds: Iterable[str]) -> Found:
        """Ask for *seeds*, and for all that they lead to.

        Raises:
            FreezeError: something answered with an error of the server.
        """
        for path in chain(self._of_the_site_maps(), seeds):
            self._want(path, "")
        while self._waiting:
            self._take(self._waiting.popleft())
            if (done := len(self._known) - len(self._waiting)) % EVERY == 0:
                self.told(f"{done:,} of {len(self._known):,} addresses that are known so far")
        return self.found

    # What is wanted -------------------------------------------------------------------------------------

    def _of_the_site_maps(self) -> Iterator[str]:
        for _, tree in site_maps.each(self.stranger):
            if not site_maps.is_index(tree):
                yield from (links.path_of(there) for _, there in site_maps.entries(tree, self.stranger.site))

    def _want(self, path: str, source: str) -> None:
        """Have *path* asked for, unless it was, or is nothing for a copy.

        Args:
            source: the view of the page that leads to it; empty where a list of ours has it.
        """
        if path in self._known or path.startswith(CLOSED):
            return
        endpoint = self.stranger.endpoint(path)
        if endpoint not in LEFT_OUT and not endpoint.startswith("desk") and self.chosen.has(path, endpoint, source):
            self._known.add(path)
            self._waiting.append(path)

    # What is answered -----------------------------------------------------------------------------------

    def _take(self, path: str) -> None:
        answer = self.stranger.ask(path)
        try:
            if answer.status_code in {301, 302, 303, 307, 308}:
                self._leads_on(path, answer)
            elif answer.status_code == 200 or (answer.status_code == GONE and self._is_page(path, answer)):
                self._write(path, answer)
            elif is_paper(path) and answer.status_code == 503:
                self.found.missing.add(path)  # it cannot be set on paper; its page stands for it
            else:
                self._must_answer(path, answer)
                self.found.missing.add(path)
        finally:
            answer.close()

    def _must_answer(self, path: str, answer: TestResponse) -> None:
        if answer.status_code >= 500 or answer.status_code == 429:
            raise FreezeError(f"{path} answered {answer.status_code}; nothing was changed. Mend that, and try again.")

    @staticmethod
    def _is_page(path: str, answer: TestResponse) -> bool:
        return answer.mimetype == HTML and "." not in path.rpartition("/")[2]

    def _leads_on(self, path: str, answer: TestResponse) -> None:
        inner = links.inner(answer.headers.get("Location", ""), path, self.stranger.site)
        if inner is None or links.path_of(inner).startswith(CLOSED):
            self.found.missing.add(path)
            return
        self.found.moved[path] = inner
        self._want(links.path_of(inner), "moved")

    def _write(self, path: str, answer: TestResponse) -> None:
        try:
            where = place(path, answer.mimetype or "")
        except ValueError as error:
            raise FreezeError(f"{error}; nothing was changed.") from None
        if answer.mimetype == HTML:
            self._write_page(path, where, answer)
        else:
            written(self.folder / where, answer.iter_encoded())
        if answer.mimetype in FEEDS:
            self._follow_feed(where)
            self.found.feeds[where] = answer.mimetype
        self.found.places[path] = where
        if answer.status_code == GONE:
            self.found.tombstones.add(path)

    def _write_page(self, path: str, where: str, answer: TestResponse) -> None:
        html = answer.get_data()
        written(self.folder / where, [html])
        endpoint = self.stranger.endpoint(path) or "page"
        for address in links.found(links.parsed(html), path, self.stranger.site):
            parts = urlsplit(address)
            if not parts.query or is_version(parts.query):
                self._want(links.path_of(address), endpoint)

    def _follow_feed(self, where: str) -> None:
        text = (self.folder / where).read_text("utf-8")
        for address in links.in_text(text, self.stranger.site):
            self._want(links.path_of(address), "feed")


def written(path: Path, pieces: Iterable[bytes]) -> None:
    """Write *pieces* to the new file *path*, which everybody may read, as the press room's readers may."""
    missing = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        folder.chmod(0o755)
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    path.chmod(0o644)
