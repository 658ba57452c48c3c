"""Which clip is most like a text: what is one story and what only looks like it, measured on labelled clips."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.clips import stories
from pressroom.clips.stories import looking, prints, rules
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.stories import labelled
from tests.conftest import NOON

DAY = date(2026, 11, 12)


def test_precision_and_recall_of_the_labelled_clips() -> None:
    """No pair is joined that is not one story; and a story's clips are together, though not each pair is alike."""
    stories_ = labelled.COPIES + labelled.SERIES + labelled.SUBJECTS
    texts = [(number, each) for number, story in enumerate(stories_) for each in story]
    made = rules.made([each for _, each in texts])
    bands = [rules.bands(each) for each in made]
    joined = [
        (one, other)
        for one, other in combinations(range(len(texts)), 2)
        if rules.alike(made[one], made[other]) is not None and _met(bands[one], bands[other])
    ]
    right = [(one, other) for one, other in joined if texts[one][0] == texts[other][0]]
    assert right == joined, [(texts[one][1][0], texts[other][1][0]) for one, other in set(joined) - set(right)]
    pairs = sum(len(story) * (len(story) - 1) // 2 for story in labelled.COPIES)
    assert len(right) / pairs >= 0.8
    groups = {n: n for n in range(len(texts))}
    for one, other in right:
        old, new = groups[other], groups[one]
        groups = {n: new if group == old else group for n, group in groups.items()}
    assert len(set(groups.values())) == len(stories_), "single linkage finds each story whole"


def test_clips_that_the_thresholds_never_saw() -> None:
    """Six of eight pairs, and none wrongly; one of the eight was written anew by another paper."""
    texts = [(number, each) for number, story in enumerate(labelled.HELD_OUT) for each in story]
    made = rules.made([each for _, each in texts])
    bands = [rules.bands(each) for each in made]
    found = [
        texts[one][0] == texts[other][0]
        for one, other in combinations(range(len(texts)), 2)
        if rules.alike(made[one], made[other]) is not None and _met(bands[one], bands[other])
    ]
    assert (found.count(True), found.count(False)) == (6, 0)


def _met(one: tuple[list[int], list[int] | None], other: tuple[list[int], list[int] | None]) -> bool:
    headline = any(a == b for a, b in zip(one[0], other[0], strict=True))
    return headline or any(a == b for a, b in zip(one[1] or (), other[1] or (), strict=False))


def test_a_translation_is_not_seen() -> None:
    """It is joined by hand: letters do not tell."""
    one, other = rules.made(labelled.TRANSLATED)
    assert rules.alike(one, other) is None


def test_the_nearest_clip(staff: Any, clock_at: Callable) -> None:
    clock_at(NOON)
    with staff():
        (headline, excerpt), copy, *_ = labelled.COPIES[1]
        first = clip(headline=headline, excerpt=excerpt, published_on=DAY)
        clip(headline="Letters to the editor", excerpt="Our readers write.", published_on=DAY)
        for story in labelled.SERIES:
            clip(headline=story[0][0], excerpt=story[0][1], published_on=DAY)
        db.session.flush()
        number = first.id
        assert stories.nearest(headline, excerpt, DAY) == (number, 0)
        near = stories.nearest(*copy, DAY + timedelta(days=rules.WINDOW))
        assert near
        assert near[0] == number
        assert stories.nearest(*copy, DAY + timedelta(days=rules.WINDOW + 1)) is None
        assert stories.nearest(*copy, None) == near
        assert stories.nearest("The Gene Hour, Episode 15", labelled.SERIES[0][0][1], DAY) is None
        assert stories.nearest("Letters to the editor", "A reader from the north tells about her garden.", DAY) is None
        assert stories.nearest("", "", None) is None


def test_each_band_is_looked_up_by_an_index(staff: Any) -> None:
    with staff():
        made = rules.made([labelled.COPIES[0][0]])[0]
        headline, excerpt = rules.bands(made)
        statement = looking._statement(True).compile(db.engine)
        values = dict(zip((*looking.HEADLINE, *looking.EXCERPT), [*headline, *(excerpt or ())], strict=True))
        values |= {"first": 1, "last": 9, "but": 0}
        if db.engine.dialect.name != "sqlite":
            pytest.skip("a small table is read as it stands")
        parameters = [statement.construct_params(values)[name] for name in statement.positiontup or ()]
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters)).all()
    searched = [row[-1] for row in plan if "clip_print" in row[-1]]
    assert len(searched) == 13
    assert all("USING INDEX ix_clip_print_" in line and "day>?" in line for line in searched), searched


@given(st.text(), st.text())
def test_any_text_has_a_print(headline: str, excerpt: str) -> None:
    one, again = rules.made([(headline, excerpt), (headline, excerpt)])
    assert one == again
    assert rules.alike(one, again) in (0, None)
    for number in (one.whole, one.headline, one.excerpt):
        assert -(2**63) <= number < 2**63
    assert len(one.numbers) <= rules.MOST_NUMBERS
    headline_bands, excerpt_bands = rules.bands(one)
    assert all(0 <= band < 2**16 for band in headline_bands + (excerpt_bands or []))


def test_a_print_is_the_same_for_ever() -> None:
    """It is kept in the database: a change of it needs another ``prints.VERSION``."""
    assert prints.of(["clinics skip family history", "", "a"]) == KNOWN


KNOWN = [-1575286770893847394, 0, -9186610901932440772]


def test_what_copyists_change_is_folded_away() -> None:
    assert prints.folded("  “Café”—ÉTUDE: well-known Ｆｕｌｌ\u00ad ﬁne") == "cafe etude well known full fine"
    assert prints.folded("GROẞ und groß") == "gross und gross"


def test_numbers_of_a_headline() -> None:
    assert rules.numbers("Episode 12: 1,200 genes, part IV, on Monday in June") == "12 1200 IV june monday"
    assert rules.numbers("I march; genes may") == ""
