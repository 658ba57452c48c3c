"""What a release is and what may be done with it. Pure: no session, no clock, no request."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pressroom.kit import dates, text


class Labelled(StrEnum):
    """An enum whose members carry the words that people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Labelled:
        """A member with its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class ReleaseKind(Labelled):
    """What sort of news a release brings."""

    RESEARCH = "research", "Research"
    MEETING = "meeting", "Meeting"
    POLICY = "policy", "Policy statement"
    STATEMENT = "statement", "Statement"
    EDUCATION = "education", "Education"
    AWARD = "award", "Award"
    GRANT = "grant", "Grant"
    APPOINTMENT = "appointment", "Appointment"
    ADVISORY = "advisory", "Media advisory"
    NOTICE = "notice", "Notice of correction or retraction"


class PeerReview(Labelled):
    """Evidence label, first part (Science Media Centre, 2018)."""

    YES = "yes", "Yes"
    NO = "no", "No"
    PREPRINT = "preprint", "No, a preprint"


class Evidence(Labelled):
    """Evidence label, second part: the type of study (Science Media Centre, 2018)."""

    TRIAL = "trial", "Randomised trial"
    OBSERVATIONAL = "observational", "Observational study"
    REVIEW = "review", "Systematic review"
    MODELLING = "modelling", "Modelling"
    EXPERIMENT = "experiment", "Laboratory experiment"
    CASE = "case", "Case study"
    SURVEY = "survey", "Survey"
    CONSENSUS = "consensus", "Consensus (Delphi)"
    OPINION = "opinion", "Opinion"


class Subject(Labelled):
    """Evidence label, third part: in whom (Science Media Centre, 2018)."""

    PEOPLE = "people", "People"
    ANIMALS = "animals", "Animals"
    CELLS = "cells", "Cells"
    EMBRYOS = "embryos", "Human embryos"
    DATA = "data", "Data only"


class State(Labelled):
    """Where a release stands. Nothing keeps it: it follows from four columns and the time."""

    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    EMBARGOED = "embargoed", "Under embargo"
    PUBLIC = "public", "Public"
    CORRECTED = "corrected", "Corrected"
    WITHDRAWN = "withdrawn", "Withdrawn"

    @property
    def is_out(self) -> bool:
        """Whether the public has it or had it; from here no way leads back."""
        return self in {State.PUBLIC, State.CORRECTED, State.WITHDRAWN}

    @property
    def waits(self) -> bool:
        """Whether an instant is set at which it becomes public."""
        return self in {State.SCHEDULED, State.EMBARGOED}


def state(
    *,
    public_from: datetime | None,
    embargoed: bool,
    corrected_at: datetime | None,
    withdrawn_at: datetime | None,
    now: datetime,
) -> State:
    """Where a release with these columns stands at *now*."""
    if withdrawn_at is not None and withdrawn_at <= now:
        return State.WITHDRAWN
    if public_from is None:
        return State.DRAFT
    if public_from > now:
        return State.EMBARGOED if embargoed else State.SCHEDULED
    return State.CORRECTED if corrected_at is not None else State.PUBLIC


@dataclass(frozen=True)
class Problem:
    """One thing to put right: the field that it concerns, or "", and a sentence that says what to do."""

    field: str
    sentence: str


class RefusedError(ValueError):
    """An act that a rule forbids. Nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.sentence for problem in problems))


class NoRoomError(RefusedError):
    """Not a rule but a full disk is in the way. Nothing was changed."""


@dataclass(frozen=True)
class Limit:
    """How long a text may be, in characters, and what people call it."""

    characters: int
    name: str


LIMITS: Mapping[str, Limit] = {
    "headline": Limit(300, "headline"),
    "subhead": Limit(400, "subhead"),
    "slug": Limit(text.SLUG_LENGTH, "address"),
    "dateline": Limit(120, "dateline"),
    "body": Limit(200_000, "text"),
    "notes": Limit(20_000, "notes to editors"),
    "study_journal": Limit(200, "journal"),
    "study_title": Limit(400, "title of the article"),
    "study_doi": Limit(200, "DOI"),
    "study_method": Limit(1_000, "method"),
    "study_funding": Limit(1_000, "funding"),
    "study_conflicts": Limit(1_000, "conflicts of interest"),
    "correction": Limit(2_000, "correction note"),
    "reason": Limit(1_000, "reason"),
    "picture_alt": Limit(500, "sentence on what the picture shows"),
    "picture_caption": Limit(1_000, "caption"),
    "picture_credit": Limit(200, "credit"),
    "picture_licence": Limit(200, "licence"),
}

MOST_TOPICS = 12
TOPIC_CHARACTERS = 60

# The DOI Handbook, section 2.2: a prefix of 10., digits, then a slash and any printed characters.
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s<>\"]+")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)

# What names a time in the editor, and how it is undone there. A zone alone names none.
_UNDONE = {"day": "empty the day", "time": "empty the time", "embargoed": "take the tick away"}

# What must be there before anybody outside reads it.
_NEEDED = {
    "headline": "Write a headline.",
    "body": "Write the text of the release.",
    "slug": "Write the last part of the address.",
}


def too_long(field: str, value: str) -> str | None:
    """The sentence for a text over its limit, with the limit and the length; None when it fits."""
    limit = LIMITS[field]
    if len(value) <= limit.characters:
        return None
    return f"Shorten the {limit.name} to {limit.characters:,} characters. It has {len(value):,}."


def topics_problem(topics: Iterable[str]) -> str | None:
    """The sentence for too many or too long topics; None when they are well."""
    found = tuple(topics)
    if len(found) > MOST_TOPICS:
        return f"Choose at most {MOST_TOPICS} topics. There are {len(found)}."
    longest = max(found, key=len, default="")
    if len(longest) > TOPIC_CHARACTERS:
        return f"Shorten the topic “{longest[:TOPIC_CHARACTERS]}…” to {TOPIC_CHARACTERS} characters."
    return None


def slug_problem(slug: str) -> str | None:
    """The sentence for an address that is none; None when it is well (or still empty)."""
    if slug and slug != text.slugify(slug):
        return f"Write the address in small letters, digits and hyphens, such as {text.slugify(slug)}."
    return None


def read_doi(written: str) -> str:
    """The DOI in what was written: ``10.5555/…``, without ``doi:`` or ``https://doi.org/`` in front of it."""
    return _DOI_PREFIX.sub("", written.strip())


def doi_problem(doi: str) -> str | None:
    """The sentence for a DOI that is none; None when it is well, or empty."""
    if doi and not _DOI.fullmatch(doi):
        return "Write the DOI as in 10.5555/12345678: it begins with 10., a number and a slash."
    return None


def check_fields(fields: Mapping[str, Any]) -> None:
    """Refuse texts over their limits, malformed addresses and topics.

    Raises:
        RefusedError: with every problem, not only the first.
    """
    problems = [
        Problem(name, sentence) for name in LIMITS if name in fields and (sentence := too_long(name, fields[name]))
    ]
    if "slug" in fields and (sentence := slug_problem(fields["slug"])):
        problems.append(Problem("slug", sentence))
    if "topics" in fields and (sentence := topics_problem(fields["topics"])):
        problems.append(Problem("topics", sentence))
    if "study_doi" in fields and (sentence := doi_problem(fields["study_doi"])):
        problems.append(Problem("study_doi", sentence))
    if problems:
        raise RefusedError(*problems)


def uid_problem(uid: str) -> str | None:
    """The sentence for a uid that is not as :func:`str` writes a UUID; None when it is."""
    try:
        known = str(UUID(uid)) == uid
    except ValueError:
        known = False
    return None if known else "This form was changed on its way. Your text stands below; send it again."


def check_named(headline: str) -> None:
    """Even a draft needs something to be called by.

    Raises:
        RefusedError: the headline is empty.
    """
    if not headline.strip():
        raise RefusedError(Problem("headline", "Write a headline, even a working one; the draft is listed under it."))


def check_complete(*, headline: str, body: str, slug: str) -> None:
    """What goes out has a headline, a text and an address.

    Raises:
        RefusedError: with everything that is missing.
    """
    given = {"headline": headline, "body": body, "slug": slug}
    missing = [Problem(name, sentence) for name, sentence in _NEEDED.items() if not given[name].strip()]
    if missing:
        raise RefusedError(*missing)


def check_slug_kept(before: str, after: str, standing: State) -> None:
    """An address that was given out is a promise.

    Raises:
        RefusedError: the release is or was public and the address would change.
    """
    if standing.is_out and after != before:
        raise RefusedError(Problem("slug", f"This release is public: its address stays “{before}”."))


def check_editable(standing: State) -> None:
    """Whether the text may still be changed.

    Raises:
        RefusedError: it was withdrawn; what stands in the record is kept.
    """
    if standing is State.WITHDRAWN:
        raise RefusedError(Problem("", "This release was withdrawn, so its text is kept as it was. Write a new one."))


def check_attachable(files: Mapping[str, tuple[bool, bool]]) -> None:
    """Whether files of the library may be shown.

    Args:
        files: name → whether it is described or decorative, and whether the right to show it has ended.

    Raises:
        RefusedError: with a sentence for each that may not.
    """
    problems = [f"{name}: say first what it shows." for name, (described, _ended) in files.items() if not described]
    problems += [f"{name}: the right to show it has ended." for name, (_described, ended) in files.items() if ended]
    if problems:
        raise RefusedError(*(Problem("", sentence) for sentence in problems))


def check_publish(standing: State) -> None:
    """Whether it may be made public now; a scheduled or embargoed one may, early and for everybody.

    Raises:
        RefusedError: it is, or was, public.
    """
    if standing is State.WITHDRAWN:
        raise RefusedError(Problem("", "A withdrawn release is not published again. Write a new one."))
    if standing.is_out:
        raise RefusedError(Problem("", "This release is public already."))


def check_publish_early(standing: State) -> None:
    """Whether it waits for a time, before which it may be published.

    Raises:
        RefusedError: it waits for none, or it is or was public.
    """
    check_publish(standing)
    if not standing.waits:
        raise RefusedError(Problem("", "This release is a draft and waits for no time. Publish it where it is edited."))


def check_schedule(standing: State, at: datetime, now: datetime) -> None:
    """Whether it may become public at *at*: only before it was, and only in the future.

    Raises:
        RefusedError: it is or was public (no embargo on what is out), or *at* has passed.
    """
    if standing.is_out:
        verb = "was withdrawn" if standing is State.WITHDRAWN else "is public"
        raise RefusedError(Problem("", f"This release {verb} and cannot go back to waiting for a time."))
    if at <= now:
        raise RefusedError(Problem("day", "This time has passed. Give one in the future."))


def check_time_heeded(do: str, standing: State, changed: Collection[str]) -> None:
    """Whether the button *do* heeds what was typed about the time: a time is never dropped without a word.

    Args:
        do: the button; ``schedule`` takes the time over, and ``hold`` takes it away.
        standing: where the release stands.
        changed: which of day, time, zone and tick (``embargoed``) are not as they are stored.

    Raises:
        RefusedError: a draft would be kept or published without the time that was given, one that waits
            would be published without being asked about, or what is out would be given a time.
    """
    if do not in {"save", "publish", "correct"}:
        return
    if standing is State.DRAFT:
        _check_draft_without_time(do, changed)
    elif standing.waits and do == "publish":
        sentence = (
            "This release waits for its time, so nothing is saved or published. "
            "Save your text, then follow “Publish now, for everybody”: that page asks once more."
        )
        raise RefusedError(Problem("", sentence))
    elif standing in {State.PUBLIC, State.CORRECTED} and do != "publish" and changed:
        sentence = (
            "This release became public while you wrote, so its time cannot be changed, and nothing is saved. "
            "Save again to make your text public at once."
        )
        raise RefusedError(Problem("", sentence))


def _check_draft_without_time(do: str, changed: Collection[str]) -> None:
    given = [name for name in _UNDONE if name in changed]
    if not given:
        return
    *undone, last = (_UNDONE[name] for name in given)
    undo = f"{', '.join(undone)} and {last}" if undone else last
    if do == "publish":
        what = "An embargo is ticked" if given == ["embargoed"] else f"A {given[0]} is given"
        sentence = f"{what}. Press “Schedule”, or {undo} to publish now."
    else:
        sentence = f"A draft waits for no time. Press “Schedule” to keep it, or {undo}."
    raise RefusedError(Problem(given[0], sentence))


def check_hold(standing: State) -> None:
    """Whether its time may be taken away, so that it is a draft again.

    Raises:
        RefusedError: it waits for no time.
    """
    if standing.is_out:
        raise RefusedError(Problem("", "This release is public and cannot become a draft again."))
    if not standing.waits:
        raise RefusedError(Problem("", "This release is a draft already; no time is set."))


def check_correct(standing: State, note: str) -> None:
    """Whether a correction may be added; it needs a note that says what was wrong.

    Raises:
        RefusedError: it is not public, or the note is empty or too long.
    """
    if standing not in {State.PUBLIC, State.CORRECTED}:
        raise RefusedError(Problem("", "Only a public release is corrected. This one can simply be changed."))
    if not note.strip():
        raise RefusedError(Problem("correction", "Say what was wrong and what is right; everybody can read this note."))
    if sentence := too_long("correction", note):
        raise RefusedError(Problem("correction", sentence))


def check_withdraw(standing: State, reason: str) -> None:
    """Whether it may be withdrawn; the reason stands on its page from then on.

    Raises:
        RefusedError: it is not public, or the reason is empty or too long.
    """
    if standing is State.WITHDRAWN:
        raise RefusedError(Problem("", "This release was withdrawn before."))
    if not standing.is_out:
        raise RefusedError(Problem("", "Only a public release is withdrawn. This one was never public."))
    if not reason.strip():
        raise RefusedError(Problem("reason", "Say why; the reason stands on the page in place of the release."))
    if sentence := too_long("reason", reason):
        raise RefusedError(Problem("reason", sentence))


def year_of(public_from: datetime, zone: str) -> int:
    """The year in the address: that of *public_from* in the organisation's *zone*."""
    return public_from.astimezone(ZoneInfo(zone)).year


def read_topics(written: str) -> tuple[str, ...]:
    """Topics written in one line with commas: trimmed, each once whatever its capitals, in their order."""
    found: dict[str, str] = {}
    for part in written.replace("\n", ",").split(","):
        topic = " ".join(part.split())
        if topic:
            found.setdefault(topic.casefold(), topic)
    return tuple(found.values())


def release_line(standing: State, public_from: datetime | None, zone: str) -> str:
    """The line in capitals that a release begins with: for immediate release, or embargoed until when."""
    if standing is State.EMBARGOED and public_from is not None:
        return f"EMBARGOED UNTIL {dates.moment(public_from, zone)}"
    return "FOR IMMEDIATE RELEASE"
