"""The address of one more value is put together from two pieces; it is the one that would be built whole."""

from __future__ import annotations

from urllib.parse import quote_plus

from hypothesis import given
from hypothesis import strategies as st

from pressroom.clips.browsing import PARAMETERS, PER_PAGES, SORTS, Asked

WORDS = st.text(max_size=12) | st.sampled_from(["outlet=&", "a b=c&lang=", "&topic=", "%26"])


@given(
    text=WORDS,
    chosen=st.dictionaries(st.sampled_from(sorted(PARAMETERS)), st.lists(WORDS.filter(bool), max_size=2).map(tuple)),
    sort=st.sampled_from(["", *SORTS]),
    per=st.sampled_from(PER_PAGES),
    facet=st.sampled_from(sorted(PARAMETERS)),
    value=WORDS.filter(bool),
)
def test_one_more_value(
    text: str, chosen: dict[str, tuple[str, ...]], sort: str, per: int, facet: str, value: str
) -> None:
    asked = Asked(text, {**chosen, facet: tuple(one for one in chosen.get(facet, ()) if one != value)}, sort, 3, per)
    before, after = asked.around(facet)
    assert before + quote_plus(value) + after == asked.turned(facet, value).address()
