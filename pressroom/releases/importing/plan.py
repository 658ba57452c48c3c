"""What becomes of each item, decided before anything is written. Pure: what is here already is handed in."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pressroom.kit import dates, text
from pressroom.releases import rules
from pressroom.releases.importing import markdownfile, wordpress
from pressroom.releases.importing.items import Item, Prose, Term, listed
from pressroom.releases.importing.rules import Outcome
from pressroom.releases.rules import RefusedError, ReleaseKind

EMPTY_TERMS = {"uncategorized", "uncategorised"}
"""What WordPress calls a post without a category."""

DRAFTS = {"draft", "pending"}
_STATUSES = {
    "private": "It is private on the old site.",
    "password": "It is protected by a password on the old site.",
    "trash": "It lies in the trash of the old site.",
    "auto-draft": "It is a draft that nobody ever wrote.",
    "inherit": "It belongs to another item.",
}
_WHATS = {
    "page": "a page",
    "attachment": "a file",
    "nav_menu_item": "a line of a menu",
    "revision": "an earlier version",
}


class OptionError(ValueError):
    """An option that means nothing; the message is a sentence."""


@dataclass(frozen=True)
class Options:
    """How a file is read.

    Attributes:
        zone: of days and times that name none.
        types: which types of items come in.
        categories: slugs; only items with one of them come in. Empty: all.
        kinds: slug of a category or tag → the kind of release that it means.
        topics: slug → the topic that it becomes; empty leaves it out.
        default_kind: where nothing says one.
        drafts: drafts come in as drafts.
        scheduled: what lies ahead comes in and waits for its time.
    """

    zone: str = "UTC"
    types: tuple[str, ...] = ("post",)
    categories: tuple[str, ...] = ()
    kinds: Mapping[str, ReleaseKind] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    default_kind: ReleaseKind = ReleaseKind.STATEMENT
    drafts: bool = False
    scheduled: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the row of an import keeps it."""
        return {
            "zone": self.zone,
            "types": list(self.types),
            "categories": list(self.categories),
            "kinds": {slug: kind.value for slug, kind in self.kinds.items()},
            "topics": dict(self.topics),
            "default_kind": self.default_kind.value,
            "drafts": self.drafts,
            "scheduled": self.scheduled,
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Options:
        """What :meth:`as_json` gave."""
        return cls(
            zone=kept["zone"],
            types=tuple(kept["types"]),
            categories=tuple(kept["categories"]),
            kinds={slug: ReleaseKind(kind) for slug, kind in kept["kinds"].items()},
            topics=dict(kept["topics"]),
            default_kind=ReleaseKind(kept["default_kind"]),
            drafts=kept["drafts"],
            scheduled=kept["scheduled"],
        )


def kind_named(word: str) -> ReleaseKind:
    """The kind called *word*, by its value or its label.

    Raises:
        OptionError: there is none.
    """
    slug = text.slugify(word)
    for kind in ReleaseKind:
        if slug in {kind.value, text.slugify(kind.label)}:
            return kind
    raise OptionError(f"There is no kind “{word[:40]}”; there are {', '.join(kind.value for kind in ReleaseKind)}.")


@dataclass
class Here:
    """What the press room has already, and what of the file was planned.

    Attributes:
        slugs: (year, slug) of every release and every address that one had; the year of a draft is None.
        origins: (source, guid) → fingerprint and number of the release.
        paths: addresses of other sites that lead here.
    """

    slugs: set[tuple[int | None, str]] = field(default_factory=set)
    origins: dict[tuple[str, str], tuple[str, int | None]] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Planned:
    """What becomes of an item.

    Attributes:
        reason: why it does not come in; empty when it does.
        at: when it is or was public; None for a draft.
        fields: as ``actions.bring_in`` takes them.
    """

    item: Item
    outcome: Outcome
    reason: str = ""
    at: datetime | None = None
    changed_at: datetime | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    corrections: tuple[tuple[datetime, str], ...] = ()
    remarks: tuple[str, ...] = ()
    year: int | None = None
    waits: bool = False
    release_id: int | None = None

    @property
    def address(self) -> str:
        """Where it will be; empty for a draft."""
        return f"/releases/{self.year}/{self.fields['slug']}" if self.year is not None else ""

    def detail(self) -> dict[str, Any]:
        """What a report says besides headline, outcome and reason; as JSON has it."""
        said: dict[str, Any] = {"remarks": list(self.remarks)}
        if self.fields:
            said |= {
                "at": self.at.isoformat() if self.at else "",
                "address": self.address,
                "kind": self.fields["kind"].label,
                "topics": list(self.fields["topics"]),
                "waits": self.waits,
                "paths": list(self.paths),
            }
        return said


class _Left(Exception):  # noqa: N818 - it ends the plan of one item, and is no error
    """It does not come in; the message says why."""


class Planner:
    """Plans one item after another, and remembers what it gave away."""

    def __init__(
        self,
        options: Options,
        here: Here,
        *,
        house_zone: str,
        now: datetime,
        is_page: Callable[[str], bool] = lambda _path: False,
    ) -> None:
        """A planner.

        Args:
            house_zone: the organisation's zone, whose year stands in addresses.
            is_page: whether a path is a page of this press room, which no old address may hide.
        """
        self.options, self.here, self.house_zone, self.now, self.is_page = options, here, house_zone, now, is_page
        self.terms: Counter[Term] = Counter()
        self.types: Counter[str] = Counter()

    def plan(self, item: Item) -> Planned:
        """What becomes of *item*."""
        self.types[item.what] += 1
        if item.what in self.options.types:
            self.terms.update(item.terms)
        try:
            return self._planned(item)
        except _Left as why:
            return Planned(item, Outcome.LEFT, str(why), remarks=item.remarks)
        except RefusedError as error:
            return Planned(item, Outcome.LEFT, str(error), remarks=item.remarks)

    def _planned(self, item: Item) -> Planned:
        self._check_wanted(item)
        known = self.here.origins.get((item.source, item.guid))
        if known is not None:
            return self._known(item, *known)
        if item.problem:
            raise _Left(item.problem)
        remarks = list(item.remarks)
        at = self._at(item)
        if item.status == "future" and at is not None and at <= self.now:
            remarks.append("It waited for its time when the file was made; that time has passed.")
        kind, topics = self._sorted(item, remarks)
        prose = self._prose(item)
        fields: dict[str, Any] = {
            **{name: value for name, value in item.fields.items() if value},
            "headline": item.headline,
            "body": prose.text,
            "kind": kind,
            "topics": topics,
        }
        if len(fields.get("subhead", "")) > rules.LIMITS["subhead"].characters:
            remarks.append(f"Its summary has {len(fields.pop('subhead')):,} characters, too many for a subhead.")
        if not item.headline:
            raise _Left("It has no headline.")
        if at is not None and not prose.text:
            raise _Left("It has no text.")
        year = rules.year_of(at, self.house_zone) if at else None
        fields["slug"] = self._slug(item, year, remarks)
        rules.check_fields(fields)
        planned = Planned(
            item,
            Outcome.MAKE,
            at=at,
            changed_at=self._changed_at(item, at),
            fields=fields,
            corrections=self._corrections(item, at),
            year=year,
            waits=at is not None and at > self.now,
        )
        paths = tuple(self._paths(planned, remarks)) if at is not None else ()
        self.here.slugs.add((year, fields["slug"]))
        self.here.paths.update(paths)
        self.here.origins[item.source, item.guid] = (item.fingerprint, None)
        return replace(planned, paths=paths, remarks=(*remarks, *prose.remarks))

    def _check_wanted(self, item: Item) -> None:
        """Leave out what was not asked for."""
        if item.what not in self.options.types:
            what = _WHATS.get(item.what, f"of the type “{item.what[:40]}”")
            raise _Left(f"It is {what}. What comes in: {listed(self.options.types)}.")
        if why := _STATUSES.get(item.status):
            raise _Left(why)
        if self.options.categories and not {term.slug for term in item.terms} & set(self.options.categories):
            raise _Left("It is in none of the categories that were asked for.")

    def _known(self, item: Item, mark: str, release_id: int | None) -> Planned:
        if mark == item.fingerprint:
            where = "" if release_id else " It stands twice in the file."
            return Planned(item, Outcome.KNOWN, f"It came in before.{where}", release_id=release_id)
        if release_id is None:
            raise _Left("Another item of the file has the same number (guid). Give it one of its own.")
        reason = (
            "It came in before, and the file says something else now. The release here stays as it is; change it on "
            "the desk. If this is another release, give it a guid of its own."
        )
        return Planned(item, Outcome.CHANGED, reason, release_id=release_id)

    def _at(self, item: Item) -> datetime | None:
        if item.embargo is not None and item.embargo > self.now:
            when = dates.moment(item.embargo, self.options.zone)
            raise _Left(f"It is under embargo until {when}, and an import never brings that in. Write it on the desk.")
        if item.status in DRAFTS:
            if not self.options.drafts:
                raise _Left("It is a draft. Say that drafts come in as drafts, or leave it.")
            return None
        if item.status not in {"publish", "future"}:
            raise _Left(f"Its state, “{item.status[:40]}”, is none that is known here.")
        if item.at is None:
            raise _Left("It has no date. Give it one, such as 2014-03-05 10:00.")
        if item.at > self.now and not self.options.scheduled:
            when = dates.moment(item.at, self.options.zone)
            raise _Left(f"It lies ahead: {when}. Say that scheduled items come in, or check the date.")
        return item.at

    def _changed_at(self, item: Item, at: datetime | None) -> datetime | None:
        if item.changed_at is None or item.changed_at > self.now:
            return at if at is None or at <= self.now else None
        if at is not None and at > self.now:
            return item.changed_at
        return max(item.changed_at, at) if at else item.changed_at

    def _corrections(self, item: Item, at: datetime | None) -> tuple[tuple[datetime, str], ...]:
        corrections = []
        zone = ZoneInfo(self.options.zone)
        for moment, note in item.corrections:
            if at and moment < at and moment.astimezone(zone).date() == at.astimezone(zone).date():
                moment = at  # a day was written, without a time
            if at is None or not at <= moment <= self.now:
                when = dates.moment(moment, self.options.zone)
                raise _Left(f"Its correction of {when} lies before the release or in the future. Check the days.")
            if sentence := rules.too_long("correction", note):
                raise _Left(sentence)
            corrections.append((moment, note))
        return tuple(corrections)

    def _prose(self, item: Item) -> Prose:
        try:
            if item.format == "markdown":
                return markdownfile.tidy(item.content, first_line=item.first_line)
            return wordpress.convert(item.content, base=item.base)
        except ValueError as error:
            raise _Left(f"Its text cannot be read: {error}.") from None

    # Kinds and topics ------------------------------------------------------------------------------------

    def meaning(self, term: Term) -> ReleaseKind | str:
        """What a category or a tag becomes: a kind, a topic, or nothing."""
        return meaning(term, self.options)

    def _sorted(self, item: Item, remarks: list[str]) -> tuple[ReleaseKind, tuple[str, ...]]:
        meanings = [self.meaning(term) for term in item.terms]
        kinds = list(dict.fromkeys(each for each in meanings if isinstance(each, ReleaseKind)))
        if item.kind:
            slug = text.slugify(item.kind)
            try:
                kinds.insert(0, self.options.kinds.get(slug) or kind_named(item.kind))
            except OptionError as error:
                raise _Left(f"{error} Or say which it is: {slug}=research, for instance.") from None
        if len(set(kinds)) > 1:
            remarks.append(f"Of several kinds the first was taken: {listed(kind.label for kind in kinds)}.")
        names = [each for each in meanings if each and not isinstance(each, ReleaseKind)]
        topics = rules.read_topics(",".join(name.replace(",", " ") for name in names))
        fitting = tuple(topic for topic in topics if len(topic) <= rules.TOPIC_CHARACTERS)[: rules.MOST_TOPICS]
        if dropped := [topic for topic in topics if topic not in fitting]:
            remarks.append(f"Topics left out, because they are too many or too long: {listed(dropped)}.")
        return (kinds or [self.options.default_kind])[0], fitting

    # Addresses -------------------------------------------------------------------------------------------

    def _slug(self, item: Item, year: int | None, remarks: list[str]) -> str:
        written = item.slug.strip()
        slug = text.slugify(written or item.headline)
        slug = f"release-{slug}" if rules.is_month(slug) else slug
        if written and slug != written:
            remarks.append(f"Its address was written “{written[:80]}”; it becomes “{slug}”.")
        candidates = itertools.chain((slug,), (rules.numbered(slug, n) for n in itertools.count(2)))
        free = next(each for each in candidates if (year, each) not in self.here.slugs)
        if free != slug:
            whose = f"Another release of {year}" if year else "Another draft"
            remarks.append(f"{whose} has the address “{slug}”, so it becomes “{free}”.")
        return free

    def _paths(self, planned: Planned, remarks: list[str]) -> Iterator[str]:
        for written in planned.item.paths:
            path = old_path(written)
            if path == planned.address:
                continue
            if problem := self._path_problem(path, written):
                remarks.append(f"Its old address {written[:120]} does not lead here: {problem}.")
            else:
                yield path

    def _path_problem(self, path: str, written: str) -> str:
        if not path:
            return "only its question mark tells it apart" if "?" in written else "it is no path of its own"
        if len(path) > rules.LONGEST_PATH:
            return f"it has more than {rules.LONGEST_PATH} characters"
        if path.partition("/")[2].partition("/")[0] in {"desk", "static"} or self.is_page(path):
            return "this press room has a page there"
        if path in self.here.paths:
            return "that of another release is the same"
        return ""


def old_path(written: str) -> str:
    """The path of an address of another site, as it is asked for: decoded, without the slash at its end."""
    try:
        path = urlsplit(written.strip()).path
    except ValueError:
        return ""
    path = text.clean(unquote(path)).strip().rstrip("/")
    return path if path.startswith("/") or not path else f"/{path}"


def meaning(term: Term, options: Options) -> ReleaseKind | str:
    """What a category or a tag becomes: a kind, a topic, or nothing (an empty text)."""
    if term.slug in options.kinds:
        return options.kinds[term.slug]
    if term.slug in options.topics:
        return options.topics[term.slug]
    if term.slug in EMPTY_TERMS:
        return ""
    if term.taxonomy == "category":
        for kind in ReleaseKind:
            if {term.slug, text.slugify(term.name)} & {kind.value, f"{kind.value}s", text.slugify(kind.label)}:
                return kind
    return term.name


def table(counts: Mapping[Term, int], options: Options) -> list[dict[str, Any]]:
    """The categories and tags of a file, the most frequent first, and what each becomes; as JSON has it."""
    rows = []
    by_slug: dict[str, tuple[Term, int]] = {}
    for term, count in sorted(counts.items()):  # of a category and a tag of one name the category comes first
        first, before = by_slug.get(term.slug, (term, 0))
        by_slug[term.slug] = (first, before + count)
    for term, count in sorted(by_slug.values(), key=lambda pair: (-pair[1], pair[0].slug)):
        becomes = meaning(term, options)
        is_kind = isinstance(becomes, ReleaseKind)
        rows.append(
            {
                "slug": term.slug,
                "name": term.name,
                "taxonomy": term.taxonomy,
                "count": count,
                "kind": becomes.value if isinstance(becomes, ReleaseKind) else "",
                "topic": "" if is_kind else str(becomes),
            }
        )
    return rows


def read_pairs(pairs: Iterable[str], option: str) -> dict[str, str]:
    """``press-release=research`` and the like, by the slug of what stands before the sign.

    Raises:
        OptionError: there is no sign.
    """
    found = {}
    for pair in pairs:
        before, sign, after = pair.partition("=")
        if not sign or not before.strip():
            raise OptionError(f"“{pair[:60]}” is no pair. Write {option} category=what-it-becomes.")
        found[text.slugify(before)] = " ".join(text.clean(after).split())
    return found
