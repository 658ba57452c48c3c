"""What form fields share."""

from __future__ import annotations

import importlib.util
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from wtforms.widgets import core

from pressroom.kit.fields import attributes

WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.one_of(st.booleans(), st.integers(), WORDS, WORDS.map(Markup))
NAMES = st.one_of(st.sampled_from(["class_", "data_counts", "aria_label", "for_", "id", "data-x", "<b>"]), WORDS)


def theirs() -> Any:
    """WTForms' own, which ours stands for."""
    spec = importlib.util.find_spec("wtforms.widgets.core")
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    return fresh.html_params


THEIRS = theirs()


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_attributes_are_written_as_wtforms_writes_them(named: dict[str, Any]) -> None:
    assert attributes(**named) == THEIRS(**named)
    assert isinstance(attributes(**named), Markup)


def test_every_widget_writes_them_so() -> None:
    assert core.html_params is core.Input.html_params is core.Button.html_params is attributes
