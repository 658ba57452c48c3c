"""What search finds of a meeting's topic, for its page: releases, coverage and webcasts, in one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from pressroom import search
from pressroom.front import found
from pressroom.meetings import shelves
from pressroom.meetings.models import Meeting
from pressroom.meetings.shelves import Line

SHELVES = {"release": shelves.RELEASES, "clip": shelves.COVERAGE, "webcast": shelves.WEBCASTS}
MOST = 60


def of_topic(meeting: Meeting, now: datetime) -> Mapping[str, Sequence[Line]]:
    """What is filed under the topic of *meeting*, the newest first, by shelf."""
    query = search.Query(kinds=tuple(SHELVES), topics=(meeting.topic,), sort="newest", per_page=MOST, facet_size=1)
    lines = defaultdict(list)
    for line in found.shown(search.find(query, now=now).hits):
        about = line.words[0] if line.words else ""
        lines[SHELVES[line.kind]].append(Line(line.href, line.headline.striptags(), about, line.when))
    return lines
