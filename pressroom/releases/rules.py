"""What a release is and what may be done with it. Pure: no session, no clock, no request."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID
from zoneinfo import ZoneInfo

from pressroom.kit import dates, text
from pressroom.kit.labels import Labelled
from pressroom.releases import funders, languages


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

    @property
    def alone(self) -> str:
        """The words where nothing says what they answer: in a feed, as a filter."""
        return {"yes": "Peer-reviewed", "no": "Not peer-reviewed", "preprint": "Preprint, not peer-reviewed"}[self]


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

    @property
    def alone(self) -> str:
        """The words where nothing says what they answer: in a feed, as a filter."""
        return self.label if self is Subject.DATA else f"In {self.label.lower()}"


class Review(Labelled):
    """Whether somebody else has read it."""

    NONE = "none", "Not sent for review"
    WAITING = "waiting", "Waits for review"
    APPROVED = "approved", "Approved"


class State(Labelled):
    """Where a release stands. Nothing keeps it: it follows from five columns and the time."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    SCHEDULED = "scheduled", "Scheduled"
    EMBARGOED = "embargoed", "Under embargo"
    PUBLIC = "public", "Public"
    CORRECTED = "corrected", "Corrected"
    WITHDRAWN = "withdrawn", "Withdrawn"

    @property
    def is_draft(self) -> bool:
        """Whether no time is set: it is written, reviewed or approved, and becomes public by nothing but an act."""
        return self in {State.DRAFT, State.IN_REVIEW, State.APPROVED}

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
    review: Review = Review.NONE,
    now: datetime,
) -> State:
    """Where a release with these columns stands at *now*."""
    if withdrawn_at is not None and withdrawn_at <= now:
        return State.WITHDRAWN
    if public_from is None:
        return _DRAFTS[review]
    if public_from > now:
        return State.EMBARGOED if embargoed else State.SCHEDULED
    return State.CORRECTED if corrected_at is not None else State.PUBLIC


_DRAFTS = {Review.NONE: State.DRAFT, Review.WAITING: State.IN_REVIEW, Review.APPROVED: State.APPROVED}


class Act(Labelled):
    """What may be done to a release."""

    EDIT = "edit", "Save"
    SUBMIT = "submit", "Send for review"
    RETURN = "return", "Send back"
    APPROVE = "approve", "Approve"
    SCHEDULE = "schedule", "Schedule"
    EMBARGO = "embargo", "Put under embargo"
    HOLD = "hold", "Take the time away"
    PUBLISH = "publish", "Publish"
    CORRECT = "correct", "Correct"
    WITHDRAW = "withdraw", "Withdraw"


_OUT = {
    Act.SCHEDULE: {State.SCHEDULED},
    Act.EMBARGO: {State.EMBARGOED},
    Act.PUBLISH: {State.PUBLIC},
}
_HELD = {Act.HOLD: {State.DRAFT, State.IN_REVIEW, State.APPROVED}}

TRANSITIONS: Mapping[State, Mapping[Act, set[State]]] = {
    State.DRAFT: {Act.EDIT: {State.DRAFT}, Act.SUBMIT: {State.IN_REVIEW}, **_OUT},
    State.IN_REVIEW: {
        Act.EDIT: {State.IN_REVIEW},
        Act.RETURN: {State.DRAFT},
        Act.APPROVE: {State.APPROVED},
        **_OUT,
    },
    State.APPROVED: {Act.EDIT: {State.IN_REVIEW}, Act.RETURN: {State.DRAFT}, **_OUT},
    State.SCHEDULED: {Act.EDIT: {State.SCHEDULED, State.IN_REVIEW}, **_HELD, **_OUT},
    State.EMBARGOED: {Act.EDIT: {State.EMBARGOED, State.IN_REVIEW}, **_HELD, **_OUT},
    State.PUBLIC: {Act.EDIT: {State.PUBLIC}, Act.CORRECT: {State.CORRECTED}, Act.WITHDRAW: {State.WITHDRAWN}},
    State.CORRECTED: {Act.EDIT: {State.CORRECTED}, Act.CORRECT: {State.CORRECTED}, Act.WITHDRAW: {State.WITHDRAWN}},
    State.WITHDRAWN: {},
}
"""What may be done to a release that stands there, and where it may stand then. Whatever is not here is refused."""

BY_TIME: Mapping[State, State] = {State.SCHEDULED: State.PUBLIC, State.EMBARGOED: State.PUBLIC}
"""What time does, with no act."""

NEED_APPROVAL = frozenset(_OUT)
"""What needs a second person's approval where the setting ``release_approval`` says so."""


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
    "study_funders": Limit(4_000, "list of funders"),
    "language": Limit(languages.LONGEST, "language"),
    "related_url": Limit(500, "address"),
    "related_title": Limit(300, "title of the related item"),
    "boilerplate_name": Limit(120, "name"),
    "boilerplate_body": Limit(5_000, "text"),
    "contact_name": Limit(120, "name"),
    "contact_role": Limit(120, "role"),
    "contact_organisation": Limit(200, "organisation"),
    "contact_phone": Limit(60, "telephone"),
    "contact_mobile": Limit(60, "mobile telephone"),
    "contact_email": Limit(254, "e-mail address"),
    "contact_after_hours": Limit(300, "note for other hours"),
    "correction": Limit(2_000, "correction note"),
    "reason": Limit(1_000, "reason"),
    "note": Limit(500, "note on this save"),
    "picture_alt": Limit(500, "sentence on what the picture shows"),
    "picture_caption": Limit(1_000, "caption"),
    "picture_credit": Limit(200, "credit"),
    "picture_licence": Limit(200, "licence"),
}

LONGEST_PATH = 500
"""Characters of an address that a release had on another site."""

MOST_TOPICS = 12
TOPIC_CHARACTERS = 60

# The DOI Handbook, section 2.2: a prefix of 10., digits, then a slash and any printed characters.
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s<>\"]+")
_DOI_PREFIX = re.compile(r"^(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)", re.IGNORECASE)

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
    """The sentence for an address that is none, or that of a month; None when it is well (or still empty)."""
    if is_month(slug):
        return f"“{slug}” in an address stands for a month. Write some words, such as {slug}-news."
    if slug and slug != text.slugify(slug):
        return f"Write the address in small letters, digits and hyphens, such as {text.slugify(slug)}."
    return None


def is_month(slug: str) -> bool:
    """Whether *slug* reads as the month in ``/releases/2026/03/``."""
    return slug.isascii() and slug.isdigit() and len(slug) <= 2


def read_doi(written: str) -> str:
    """The DOI in what was written: ``10.5555/…``, without ``doi:`` or ``https://doi.org/`` in front of it.

    An address writes some characters as ``%2F`` and the like; a DOI that is written as one does not.
    """
    doi = _DOI_PREFIX.sub("", written.strip())
    return unquote(doi) if "doi.org/" in written.lower() else doi


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
    problems += [Problem("study_funders", each) for each in funders.read(fields.get("study_funders", ""))[1]]
    if sentence := languages.problem(fields.get("language", "")):
        problems.append(Problem("language", sentence))
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


def check_editable(standing: State) -> None:
    """Whether the text may still be changed.

    Raises:
        RefusedError: it was withdrawn; what stands in the record is kept.
    """
    if Act.EDIT not in TRANSITIONS[standing]:
        raise RefusedError(Problem("", "This release was withdrawn, so its text is kept as it was. Write a new one."))


def check_approved(review: Review, *, second_person: bool) -> None:
    """Whether it may be given a time, or published, as far as approval goes.

    Args:
        review: the column.
        second_person: the setting ``release_approval``.

    Raises:
        RefusedError: it needs an approval and has none.
    """
    if second_person and review is not Review.APPROVED:
        sentence = (
            "This release needs a second person’s approval before it goes out, and a change takes an approval away. "
            "Press “Send for review”."
        )
        raise RefusedError(Problem("", sentence))


def check_submit(standing: State) -> None:
    """Whether it may be sent for review.

    Raises:
        RefusedError: it waits for review already, is approved, or has left the drafts.
    """
    if Act.SUBMIT in TRANSITIONS[standing]:
        return
    if standing is State.IN_REVIEW:
        raise RefusedError(Problem("", "This release waits for review already."))
    if standing is State.APPROVED:
        raise RefusedError(Problem("", "This release is approved already."))
    raise RefusedError(Problem("", f"Only a draft is sent for review. This release is {standing.label.lower()}."))


def check_approve(standing: State, *, by: int, author: int | None, editor: int | None) -> None:
    """Whether the person *by* may approve it: not its author, and not the one who changed it last.

    Args:
        by: the number of the person.
        author: who began it.
        editor: who changed its text or its pictures last.

    Raises:
        RefusedError: it does not wait for review, or the person had a hand in it.
    """
    if Act.APPROVE not in TRANSITIONS[standing]:
        what = "is approved already" if standing is State.APPROVED else "does not wait for review"
        raise RefusedError(Problem("", f"This release {what}."))
    if by == author:
        raise RefusedError(Problem("", "You wrote this release, so somebody else approves it."))
    if by == editor:
        raise RefusedError(Problem("", "You changed this release last, so somebody else approves it."))


def check_return(standing: State, note: str) -> None:
    """Whether it may be sent back to whoever wrote it; it needs a note that says what to change.

    Raises:
        RefusedError: it neither waits for review nor is approved, or the note is empty or too long.
    """
    if Act.RETURN not in TRANSITIONS[standing]:
        raise RefusedError(Problem("", "This release does not wait for review."))
    if not note.strip():
        raise RefusedError(Problem("note", "Say what should be changed; whoever wrote it reads this."))
    if sentence := too_long("note", note):
        raise RefusedError(Problem("note", sentence))


def after_change(standing: State, review: Review, *, second_person: bool) -> tuple[Review, bool]:
    """What a change of text or pictures does to the approval, and whether the time stays.

    A change takes an approval away. Where a second person must approve, what waits for its time loses that too, or
    time would make public what nobody approved.

    Returns:
        the column ``review`` from now on; False if the time must go.
    """
    if standing.is_out:
        return review, True
    if standing.waits and second_person:
        return Review.WAITING, False
    return (Review.WAITING if review is Review.APPROVED else review), True


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
    if Act.PUBLISH in TRANSITIONS[standing]:
        return
    if standing is State.WITHDRAWN:
        raise RefusedError(Problem("", "A withdrawn release is not published again. Write a new one."))
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
    if Act.SCHEDULE not in TRANSITIONS[standing]:
        verb = "was withdrawn" if standing is State.WITHDRAWN else "is public"
        raise RefusedError(Problem("", f"This release {verb} and cannot go back to waiting for a time."))
    if at <= now:
        raise RefusedError(Problem("day", "This time has passed. Give one in the future."))


def check_free_of_rule(rule: str) -> None:
    """Whether a person may set the time.

    Args:
        rule: the sentence by which a schedule sets it; empty for none.

    Raises:
        RefusedError: a schedule sets it.
    """
    if rule:
        sentence = (
            f"Its time follows a schedule: {rule} Take it off that schedule first; then its time is yours to set."
        )
        raise RefusedError(Problem("day", sentence))


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
    if do not in {"save", "submit", "publish", "correct"}:
        return
    if standing.is_draft:
        _check_draft_without_time(do, changed)
    elif standing.waits and do == "publish":
        sentence = (
            "This release waits for its time, so nothing is saved or published. "
            "Save your text, then follow “Publish now, for everybody”: that page asks once more."
        )
        raise RefusedError(Problem("", sentence))
    elif standing in {State.PUBLIC, State.CORRECTED} and do in {"save", "correct"} and changed:
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
    if Act.HOLD in TRANSITIONS[standing]:
        return
    if standing.is_out:
        raise RefusedError(Problem("", "This release is public and cannot become a draft again."))
    raise RefusedError(Problem("", "This release is a draft already; no time is set."))


def check_correct(standing: State, note: str) -> None:
    """Whether a correction may be added; it needs a note that says what was wrong.

    Raises:
        RefusedError: it is not public, or the note is empty or too long.
    """
    if Act.CORRECT not in TRANSITIONS[standing]:
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
    if Act.WITHDRAW not in TRANSITIONS[standing]:
        raise RefusedError(Problem("", "Only a public release is withdrawn. This one was never public."))
    if not reason.strip():
        raise RefusedError(Problem("reason", "Say why; the reason stands on the page in place of the release."))
    if sentence := too_long("reason", reason):
        raise RefusedError(Problem("reason", sentence))


def year_of(public_from: datetime, zone: str) -> int:
    """The year in the address: that of *public_from* in the organisation's *zone*."""
    return public_from.astimezone(ZoneInfo(zone)).year


def numbered(slug: str, n: int) -> str:
    """*slug* with a number, no longer than an address may be."""
    return f"{slug[: text.SLUG_LENGTH - len(str(n)) - 1].rstrip('-')}-{n}"


def read_topics(written: str) -> tuple[str, ...]:
    """Topics written in one line with commas: trimmed, each once whatever its capitals, in their order."""
    found: dict[str, str] = {}
    for part in written.replace("\n", ",").split(","):
        topic = " ".join(part.split())
        if topic:
            found.setdefault(topic.casefold(), topic)
    return tuple(found.values())


def release_line(standing: State, public_from: datetime | None, zone: str) -> str:
    """The line in capitals that a release begins with: for immediate release, or not, and until when."""
    if standing.waits and public_from is not None:
        how = "EMBARGOED UNTIL" if standing is State.EMBARGOED else "NOT FOR RELEASE BEFORE"
        return f"{how} {dates.moment(public_from, zone)}"
    if standing is State.WITHDRAWN:
        return "WITHDRAWN"
    return "FOR IMMEDIATE RELEASE" if standing.is_out else "DRAFT, NOT FOR RELEASE"
