"""Saved Google Alert e-mails as a reader of clips: one message (``.eml``) or a box of them (``.mbox``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from pressroom.clips.gathering import stories
from pressroom.clips.gathering.feeds import ENDED
from pressroom.clips.gathering.items import Item
from pressroom.kit import feedreading
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.feedreading import Spool


class Mail:
    """Opened e-mails. Their stories have no day: a message says when it was sent, and not when a story appeared.

    Attributes:
        sha256: of the file's bytes.
        total: how many stories there are, and messages that cannot be read.
        messages: how many messages.
    """

    def __init__(self, spool: Spool, sha256: str) -> None:
        self._spool, self.sha256 = spool, sha256
        self.total = spool.total + (not spool.is_whole)
        self.messages = int(spool.about.get("messages") or 0)

    def items(self, skip: int, *, now: datetime) -> Iterator[Item]:
        """The stories without the first *skip* ones; their line is the number of the message."""
        line = 0
        for record in self._spool.records(skip):
            found = stories.item(record, now=now)
            line = found.line
            yield found
        if not self._spool.is_whole and skip < self.total:
            yield Item(line, problem=ENDED)


def open_mail(path: Path) -> Mail:
    """The file *path* as e-mails with stories.

    Raises:
        UnreadableError: there is no e-mail in it, or none with a story; with a sentence.
    """
    spool = feedreading.read(path, "mail")
    if not spool.total:
        raise UnreadableError("There is no e-mail in this file. Save a message as .eml, or a folder of them as .mbox.")
    if spool.is_whole and not spool.about.get("stories"):
        problem = next((str(record.get("problem")) for record in spool.records()), "")
        raise UnreadableError(f"No story was found in this file: {problem}".rstrip(" :.") + ".")
    with path.open("rb") as file:
        return Mail(spool, file_digest(file, "sha256").hexdigest())
