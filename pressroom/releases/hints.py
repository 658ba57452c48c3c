"""What in a text about research exaggerates, or leaves out what a reader needs: hints for whoever writes, never a rule.

What is looked for has been counted in press releases: advice, causes claimed of observations, and animals that the
headline keeps quiet about (P. Sumner et al., BMJ 2014;349:g7015); how readers take such verbs (R. C. Adams et al.,
Journal of Experimental Psychology: Applied 2017;23:1–14); relative risks without absolute ones (G. Gigerenzer et al.,
Psychological Science in the Public Interest 2007;8:53–96); superlatives (V. Abola and V. Prasad, JAMA Oncology
2016;2:139–141); missing limitations and funders (S. Woloshin et al., Annals of Internal Medicine 2009;150:613–618).

Only words are looked at, in English. A hint can be wrong, and a text without any can exaggerate all the same. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pressroom.kit.labels import Labelled
from pressroom.releases import hint_words as look
from pressroom.releases.rules import Evidence, Subject

MOST_MARKS = 12
"""Places that one hint names."""

AROUND = 45
"""Characters shown on each side of the words that were found."""

NEAR = 60
"""Characters before some words that say how these are meant."""

CORRELATIONAL = frozenset({Evidence.OBSERVATIONAL, Evidence.SURVEY, Evidence.CASE})
"""Designs that show what goes together, and not by themselves what causes what."""


class Kind(Labelled):
    """What a hint is about."""

    ADVICE = "advice", "Advice to readers"
    CAUSE = "cause", "A cause from an observation"
    ANIMALS = "animals", "Animals, but not in the headline"
    RISK = "risk", "Relative risk without the absolute one"
    SUPERLATIVE = "superlative", "Superlatives"
    LIMITATION = "limitation", "No limitation"
    FUNDER = "funder", "No funder"


@dataclass(frozen=True)
class Written:
    """What is looked at.

    Attributes:
        text: plain words, a paragraph a line.
        beside: what stands after the text, such as notes to editors; it counts where something would be missing.
        is_study: it reports a study, whether or not the text says so.
        has_funder: a list beside the text names who paid.
    """

    headline: str
    text: str
    subhead: str = ""
    beside: str = ""
    evidence: Evidence | None = None
    subject: Subject | None = None
    is_study: bool = False
    has_funder: bool = False

    @property
    def parts(self) -> Iterator[tuple[str, str]]:
        """(where, words) of each part."""
        yield "headline", self.headline
        yield "subhead", self.subhead
        for number, paragraph in enumerate(filter(str.strip, self.text.splitlines()), start=1):
            yield f"paragraph {number}", paragraph

    @property
    def whole(self) -> str:
        """All of it."""
        return "\n".join((self.headline, self.subhead, self.text, self.beside))


@dataclass(frozen=True)
class Mark:
    """Words that were found, where, and what stands around them."""

    words: str
    where: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Finding:
    """A hint, with the places that it is about; none where something is missing."""

    kind: Kind
    sentence: str
    marks: tuple[Mark, ...] = ()


def check(written: Written) -> list[Finding]:
    """The hints about *written*, in a fixed order; each kind once."""
    return [finding for ask in CHECKS if (finding := ask(written))]


# The checks ------------------------------------------------------------------------------------------------


def _found(
    written: Written,
    pattern: re.Pattern[str],
    counts: Callable[[str, re.Match[str]], bool] = lambda _part, _found: True,
) -> tuple[Mark, ...]:
    """The first places in *written* where *pattern* stands, and *counts* says that it means what it seems to."""
    marks = []
    for where, part in written.parts:
        for found in pattern.finditer(part):
            if counts(part, found):
                marks.append(_mark(where, part, found))
            if len(marks) == MOST_MARKS:
                return tuple(marks)
    return tuple(marks)


def _before(part: str, found: re.Match[str]) -> str:
    """What stands before the words, as far as it says how they are meant."""
    return part[max(0, found.start() - NEAR) : found.start()]


def _mark(where: str, part: str, found: re.Match[str]) -> Mark:
    start, end = found.span()
    before, after = part[max(0, start - AROUND) : start], part[end : end + AROUND]
    if start > AROUND:
        before = "…" + before.partition(" ")[2]
    if end + AROUND < len(part):
        after = after.rpartition(" ")[0] + "…"
    return Mark(found[0], where, before, after)


def _advice(written: Written) -> Finding | None:
    def counts(part: str, found: re.Match[str]) -> bool:
        if found["verb"] is None:
            return True
        return found["verb"].lower().split()[-1] not in look.NO_ADVICE and not look.OF_RESEARCH.search(
            _before(part, found)
        )

    marks = _found(written, look.ADVICE, counts)
    sentence = (
        "This tells readers what to do. Does the study itself carry the advice? If it rests on more than this study, "
        "say whose advice it is."
    )
    return Finding(Kind.ADVICE, sentence, marks) if marks else None


def _cause(written: Written) -> Finding | None:
    said = look.SAYS_OBSERVATIONAL.search(written.whole) and not look.SAYS_TRIAL.search(written.whole)
    if written.evidence not in CORRELATIONAL and not (written.evidence is None and said):
        return None
    marks = _found(written, look.CAUSE, _claims_a_cause)
    sentence = (
        "Such a study shows what goes together, and cannot show by itself that one causes the other. “Is linked to” or "
        "“was more common in” say what was seen."
    )
    return Finding(Kind.CAUSE, sentence, marks) if marks else None


def _claims_a_cause(part: str, found: re.Match[str]) -> bool:
    """Not what is denied, asked or called possible, and no noun that looks like the verb."""
    before, after, words = _before(part, found), part[found.end() :], found[0].lower()
    if look.NOT_CLAIMED.search(before):
        return False
    if words.startswith("result") and (look.NOUN_BEFORE.search(before) or look.JOURNAL.match(after)):
        return False
    return not (words in look.NOUNS and (look.NOUN_BEFORE.search(before) or look.NOUN_AFTER.match(after)))


def _animals(written: Written) -> Finding | None:
    if written.subject not in {None, Subject.ANIMALS} or look.ANIMALS_NAMED.search(written.headline):
        return None
    marks = _found(written, look.ANIMAL)
    if written.subject is None and (not marks or look.PEOPLE_STUDIED.search(written.text)):
        return None
    sentence = (
        "The study was done in animals, and the headline does not say so. Name the animal there: most readers read no "
        "further, and what holds in mice often does not hold in people."
    )
    return Finding(Kind.ANIMALS, sentence, marks)


def _risk(written: Written) -> Finding | None:
    if look.ABSOLUTE.search(written.whole):
        return None
    marks = _found(written, look.RELATIVE, _is_a_risk)
    sentence = (
        "“Twice as likely” can mean two in ten or two in a million. Say beside it how many of how many "
        "people it happens "
        "to, with and without, such as “from 1 in 100 to 2 in 100”."
    )
    return Finding(Kind.RISK, sentence, marks) if marks else None


def _is_a_risk(part: str, found: re.Match[str]) -> bool:
    """Something that may happen is compared; not a share, a speed or a price."""
    return bool(look.RISK_WORD.search(part[max(0, found.start() - NEAR) : found.end() + NEAR]))


def _superlative(written: Written) -> Finding | None:
    def counts(part: str, found: re.Match[str]) -> bool:
        return not (found[0].lower().startswith("cure") and look.NO_CURE.search(_before(part, found)))

    marks = _found(written, look.SUPERLATIVE, counts)
    sentence = (
        "Such words promise more than one study can keep. What was found, and how large it is, says more; "
        "reporters ask "
        "for it anyway."
    )
    return Finding(Kind.SUPERLATIVE, sentence, marks) if marks else None


def _limitation(written: Written) -> Finding | None:
    if not _is_a_study(written) or look.LIMITATION.search(written.whole):
        return None
    sentence = (
        "Nothing here says what the study could not show. One sentence on its limits makes reporters trust "
        "the rest, and "
        "the authors have it in their paper."
    )
    return Finding(Kind.LIMITATION, sentence)


def _funder(written: Written) -> Finding | None:
    if not _is_a_study(written) or written.has_funder or look.FUNDER.search(written.whole):
        return None
    return Finding(Kind.FUNDER, "Nothing here says who paid for the work. Reporters have to say it; name the funders.")


def _is_a_study(written: Written) -> bool:
    if written.is_study or written.evidence or written.subject:
        return True
    return bool(look.ABOUT_A_STUDY.search(written.whole))


CHECKS: tuple[Callable[[Written], Finding | None], ...] = (
    *(_advice, _cause, _animals, _risk, _superlative),
    *(_limitation, _funder),
)
