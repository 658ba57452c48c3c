"""How a question was read: "Searched for <b>gene</b> and <b>therapy</b>, 2019 to 2021."."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from pressroom.search.tree import All, Any, Between, Filed, Node, Not, Prefix, Words

LONGEST_SHOWN = 120
LABELS = {"outlet": "outlet", "topic": "topic", "medium": "medium", "language": "language"}


def sentence(tree: Node, *, left_out: Sequence[str] = (), most_terms: int = 0, cut: bool = False) -> Markup:
    """The sentence, as safe HTML.

    Args:
        left_out: words that were left out because every text has them.
        most_terms: how many terms were read, if there were more; else 0.
        cut: only the beginning was read.
    """
    if tree == All(()):
        return Markup("There is no word to search for in this, so everything is shown.")
    said = Markup("Searched for {}").format(_said(tree))
    if left_out:
        words = Markup(", ").join(map(_bold, dict.fromkeys(left_out)))
        said += Markup("; without the common {} {}").format("word" if len(set(left_out)) == 1 else "words", words)
    if most_terms:
        said += Markup("; only the first {} words count").format(most_terms)
    if cut:
        said += Markup("; only the beginning of the text was read")
    return said + Markup(".")


def _said(node: Node, *, inside: bool = False) -> Markup:
    """A node in words; *inside* another one, with brackets where they are needed."""
    if isinstance(node, Words | Prefix):
        return _leaf(node)
    if isinstance(node, Any):
        said = Markup(" or ").join(_said(child, inside=True) for child in node.nodes)
        return Markup("({})").format(said) if inside else said
    if isinstance(node, All):
        said = _all(node.nodes)
        return Markup("({})").format(said) if inside else said
    return Markup("everything{}").format(_limit(node))


def _all(nodes: Sequence[Node]) -> Markup:
    words = [node for node in nodes if isinstance(node, Words | Prefix | Any | All)]
    limits = [node for node in nodes if not isinstance(node, Words | Prefix | Any | All)]
    said = Markup(" and ").join(_said(node, inside=True) for node in words) or Markup("everything")
    return said + Markup("").join(map(_limit, limits))


def _limit(node: Node) -> Markup:
    if isinstance(node, Not):
        return Markup(", but not {}").format(
            _limit(node.node).removeprefix(", ")
            if isinstance(node.node, Filed | Between)
            else _said(node.node, inside=True)
        )
    if isinstance(node, Filed):
        end = Markup(" …") if node.begun else Markup("")
        return Markup(", {} {}{}").format(LABELS[node.facet], _bold(node.shown), end)
    if isinstance(node, Between):
        return Markup(", {}").format(_between(node.first, node.last))
    return Markup("")


def _leaf(node: Words | Prefix) -> Markup:
    by = Markup("by-line ") if node.within == "people" else Markup("")
    if isinstance(node, Prefix):
        return by + Markup("words that begin with {}").format(_bold(node.shown))
    quoted = len(node.words) > 1 and " " in node.shown
    return by + _bold(f"“{node.shown}”" if quoted else node.shown)


def _bold(text: str) -> Markup:
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return Markup("<b>{}</b>").format(short)


def _between(first: date | None, last: date | None) -> str:
    whole = (first is None or (first.month, first.day) == (1, 1)) and (
        last is None or (last.month, last.day) == (12, 31)
    )
    if first and last:
        if whole:
            return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
        return _day(first) if first == last else f"{_day(first)} to {_day(last)}"
    if first:
        return f"from {first.year} on" if whole else f"from {_day(first)} on"
    assert last is not None
    if whole or last == date.max:
        return f"until {last.year}"
    return f"before {_day(last + timedelta(1))}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
