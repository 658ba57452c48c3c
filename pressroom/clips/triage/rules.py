"""Whether a rule fits a story, and what the rules say of it together. Pure decisions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from pressroom.clips import addresses
from pressroom.clips.triage import terms
from pressroom.clips.triage.terms import Term
from pressroom.kit.labels import Labelled

LONGEST_NAME = 120
LONGEST_FIELD = 4000
LONGEST_REASON = 200
MOST_POINTS = 100
MOST_LINES = 200  # of people, DOIs or outlets in one rule

REASONS = (
    "Off the subject",
    "Only a mention in passing",
    "A press release, not coverage",
    "Advertising or a market report",
    "The page is gone or cannot be read",
    "Not a story: jobs, events, lists",
)
"""Why candidates are rejected most often; the keys 1 to 6 of the queue."""


class RuleDoes(Labelled):
    """What a rule does with a story that it fits."""

    SCORE = "score", "Adds points"
    ACCEPT = "accept", "Accepts at once"
    REJECT = "reject", "Rejects at once"


class TriageError(ValueError):
    """It cannot be done as it is; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Story:
    """What rules look at.

    Attributes:
        outlet: its name as the source writes it.
        source_id: the source that brought it; None for a file.
    """

    headline: str
    excerpt: str = ""
    byline: str = ""
    outlet: str = ""
    url: str = ""
    source_id: int | None = None

    @cached_property
    def words(self) -> str:
        """Headline and excerpt as they are compared; no phrase reaches from one into the other."""
        return "\n".join((terms.fold(self.headline), terms.fold(self.excerpt)))

    @cached_property
    def people(self) -> str:
        """The same with the by-line."""
        return f"{self.words}\n{terms.fold(self.byline)}"

    @cached_property
    def plain(self) -> str:
        """Address, headline and excerpt in small letters, where a DOI is looked for."""
        return unquote(f"{self.url}\n{self.headline}\n{self.excerpt}").lower()

    @cached_property
    def host(self) -> str:
        """The host of its address without ``www.``."""
        return addresses.host(self.url).lower()

    @cached_property
    def outlet_words(self) -> str:
        """The outlet's name as it is compared."""
        return terms.fold(self.outlet)


@dataclass(frozen=True)
class Rule:
    """A rule as staff wrote it.

    Attributes:
        must: words and phrases that all have to stand in the headline or the excerpt.
        any_of: words and phrases one of which has to; ``never``: none of which may.
        people: names, one on a line; ``dois`` likewise; ``outlets``: names or hosts.
        sources: the ids of those whose stories it looks at; None for all, and files.
        points: what it adds to the score.
        reason: why a story is rejected, if it rejects.
    """

    id: int
    name: str
    must: str = ""
    any_of: str = ""
    never: str = ""
    people: str = ""
    dois: str = ""
    outlets: str = ""
    sources: frozenset[int] | None = None
    points: int = 0
    does: RuleDoes = RuleDoes.SCORE
    reason: str = ""

    @cached_property
    def names(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Each person as typed, and how the name is found: in either order, also with an initial in its middle."""
        return tuple((line, _name(terms.fold(line).split())) for line in lines(self.people))

    @cached_property
    def studies(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Each DOI, and how it is found: no longer one begins with it."""
        return tuple((doi, _study(doi)) for doi in map(bare_doi, lines(self.dois)))

    @cached_property
    def houses(self) -> tuple[tuple[str, str, str], ...]:
        """Each outlet as typed, with its host or else its folded name."""
        return tuple((line, *_house(line)) for line in lines(self.outlets))


@dataclass(frozen=True)
class Fit:
    """A rule that fits a story, and what of it was found."""

    rule: Rule
    found: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """As it stands beside a candidate."""
        what = ", ".join(self.found[:8]) + (f" and {len(self.found) - 8} more" if len(self.found) > 8 else "")
        points = f"{self.rule.points:+d}".replace("-", "−")
        return f"Rule “{self.rule.name}”, {points}" + (f": {what}" if what else "") + "."


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one story.

    Attributes:
        decides: the rule that accepts or rejects it at once; None where none does, or two disagree.
        dispute: a sentence, where they disagree; else empty.
    """

    fits: tuple[Fit, ...]
    decides: Rule | None = None
    dispute: str = ""

    @property
    def score(self) -> int:
        """The points of all rules that fit."""
        return sum(fit.rule.points for fit in self.fits)

    @property
    def reasons(self) -> list[str]:
        """A sentence of each rule, those with the most weight first."""
        said = [fit.sentence for fit in sorted(self.fits, key=lambda fit: -abs(fit.rule.points))]
        return [*said, self.dispute] if self.dispute else said


def judge(rules: Iterable[Rule], story: Story) -> Verdict:
    """What *rules* say of *story*."""
    fits = tuple(fit for rule in rules if (fit := fitting(rule, story)))
    accepts = [fit.rule for fit in fits if fit.rule.does is RuleDoes.ACCEPT]
    rejects = [fit.rule for fit in fits if fit.rule.does is RuleDoes.REJECT]
    if accepts and rejects:
        dispute = f"“{accepts[0].name}” would accept it and “{rejects[0].name}” would reject it, so it waits for you."
        return Verdict(fits, None, dispute)
    return Verdict(fits, next(iter(accepts or rejects), None))


def fitting(rule: Rule, story: Story) -> Fit | None:
    """What *rule* finds in *story*; None if any part of it does not fit."""
    if rule.sources is not None and story.source_id not in rule.sources:
        return None
    found: list[str] = []
    for looked_for, look in _PARTS:
        hits = look(rule, story)
        if hits is None:
            continue
        if not hits:
            return None
        if looked_for:
            found += hits
    return Fit(rule, tuple(dict.fromkeys(found)))


# A part gives what it found: nothing if it does not fit, None if the rule does not have it. ``never`` shows no words.
_Look = Callable[[Rule, Story], Sequence[str] | None]


def _must(rule: Rule, story: Story) -> Sequence[str] | None:
    wanted = terms.known(rule.must)
    there = _there(wanted, story)
    return (there if len(there) == len(wanted) else ()) if wanted else None


def _any_of(rule: Rule, story: Story) -> Sequence[str] | None:
    return _there(terms.known(rule.any_of), story) if rule.any_of.strip() else None


def _never(rule: Rule, story: Story) -> Sequence[str] | None:
    return () if _there(terms.known(rule.never), story) else None


def _people(rule: Rule, story: Story) -> Sequence[str] | None:
    return [line for line, name in rule.names if name.search(story.people)] if rule.names else None


def _dois(rule: Rule, story: Story) -> Sequence[str] | None:
    return [doi for doi, study in rule.studies if study.search(story.plain)] if rule.studies else None


def _outlets(rule: Rule, story: Story) -> Sequence[str] | None:
    if not rule.houses:
        return None
    return [line for line, host, words in rule.houses if _is_of(story, host, words)]


_PARTS: tuple[tuple[bool, _Look], ...] = (
    (True, _must),
    (True, _any_of),
    (False, _never),
    (True, _people),
    (True, _dois),
    (True, _outlets),
)


def _there(wanted: Sequence[Term], story: Story) -> list[str]:
    return [found for term in wanted if (found := term.found_in(story.words))]


def _is_of(story: Story, host: str, words: str) -> bool:
    if host:
        return story.host == host or story.host.endswith(f".{host}")
    return bool(words) and story.outlet_words == words


# What is typed -------------------------------------------------------------------------------------------


def lines(typed: str) -> tuple[str, ...]:
    """The lines or the parts between semicolons, without empty ones."""
    return tuple(dict.fromkeys(part for line in re.split(r"[\n;]", typed) if (part := " ".join(line.split()))))


def bare_doi(typed: str) -> str:
    """A DOI in small letters, without what stands in front of it in an address."""
    doi = re.sub(r"^(?:https?://)?(?:dx\.|www\.)?doi\.org/|^doi:\s*", "", typed.strip(), flags=re.IGNORECASE)
    return unquote(doi).lower()


def _name(words: Sequence[str]) -> re.Pattern[str]:
    between = r" (?:\w )?"
    orders = (words, [*words[-1:], *words[:-1]])
    return re.compile("|".join(f" {between.join(map(re.escape, order))} " for order in orders) if words else r"(?!)")


def _study(doi: str) -> re.Pattern[str]:
    beginning = doi.endswith("*")
    return re.compile(re.escape(doi.removesuffix("*")) + ("" if beginning else r"(?![\w])"))


def _house(line: str) -> tuple[str, str]:
    """The host that *line* is, or the folded name."""
    if "://" in line:
        return addresses.host(line).lower(), ""
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", line):
        return line.lower().removeprefix("www."), ""
    return "", terms.fold(line)


@dataclass
class Problems:
    """What is wrong with a rule, by field; a sentence each."""

    by_field: dict[str, str] = field(default_factory=dict)

    def say(self, name: str, sentence: str) -> None:
        """Note the first thing that is wrong with a field."""
        self.by_field.setdefault(name, sentence)


def problems(rule: Rule) -> dict[str, str]:
    """Field → what is wrong with it, as a sentence that says what to do."""
    said = Problems()
    for name in ("must", "any_of", "never"):
        try:
            terms.read(getattr(rule, name))
        except terms.TermError as error:
            said.say(name, str(error))
    if not said.by_field:
        _contradiction(rule, said)
    for name in ("people", "dois", "outlets"):
        if len(lines(getattr(rule, name))) > MOST_LINES:
            said.say(name, f"These are more than {MOST_LINES}. Make a second rule for the rest.")
    for line in lines(rule.people):
        if not terms.fold(line):
            said.say("people", f"“{line[:40]}” is no name. Write one on a line, as in Rita Okafor.")
    for line in lines(rule.dois):
        if not re.fullmatch(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s<>\"*]*\*?", bare_doi(line)):
            said.say("dois", f"“{line[:60]}” is no DOI. Write it as in 10.5555/12345678, one on a line.")
    for line, host, words in rule.houses:
        if not host and not words:
            said.say("outlets", f"“{line[:40]}” is no outlet. Write a name, or a host as in harborledger.example.")
    if not any((rule.must, rule.any_of, rule.people, rule.dois, rule.outlets)) and rule.sources is None:
        only_not = (
            " Words that must not stand there are not enough, as they fit nearly everything." if rule.never else ""
        )
        said.say("any_of", f"Say what the rule looks for: words, people, DOIs, outlets or single sources.{only_not}")
    if rule.sources is not None and not rule.sources:
        said.say("sources", "Choose the sources that the rule looks at, or all of them.")
    if rule.does is RuleDoes.REJECT and not rule.reason:
        said.say("reason", "Write why it rejects; that stands beside each story that it rejected.")
    if rule.does is RuleDoes.SCORE and not rule.points:
        said.say("points", "Give it points, or have it accept or reject; as it is it would do nothing.")
    return said.by_field


def _contradiction(rule: Rule, said: Problems) -> None:
    """Words that have to stand there with words in them that must not: such a rule fits nothing, whatever comes."""
    never = terms.read(rule.never)
    for wanted in terms.read(rule.must):
        if (without := _shut_out(wanted, never)) is not None:
            what = f"“{without.bare}” must not stand there, but “{wanted.bare}” has to"
            said.say("never", f"{what}, so the rule would fit no story. Take one of the two away.")
    either = terms.read(rule.any_of)
    if either and all(_shut_out(term, never) for term in either):
        said.say("never", "These words shut out each of those of which one has to stand there. Take some of them away.")


def _shut_out(wanted: Term, never: Iterable[Term]) -> Term | None:
    """The one of *never* that stands wherever *wanted* does; None if there is none."""
    return next((term for term in never if term.words in wanted.words), None)


def of_outlet(outlet: str, url: str) -> str:
    """By what an outlet is named in a rule: the host of its stories, else its name; empty if there is neither."""
    return addresses.host(url).lower() or " ".join(outlet.split())
