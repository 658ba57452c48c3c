"""What every page is looked through for is found, though pages with the same tags were sound before."""

from __future__ import annotations

import pytest

from tests import hygiene

PAGE = """<!doctype html><html lang="en"><head><title>T</title></head><body><main><h1>A</h1>
<p class="x">{words}</p>
<form><label for="a">L</label><input id="a" name="a" value="{value}"></form></main></body></html>
"""

FAULTS = {
    "never closed": {"words": "fine <b>bold"},
    "closed twice": {"words": "fine</span>"},
    "a block in a paragraph": {"words": "<div>y</div>"},
    "a bare ampersand": {"words": "AT&T &copy now"},
    "an unknown reference": {"words": "&nosuch;"},
    "a reference to nothing": {"words": "&#0;"},
    "a control character": {"words": "a\x01b"},
    "a null character": {"words": "a\0b"},
    "half a character": {"words": "a\udc80b"},
    "none that may be": {"words": "a\ufdd0"},
    "a reference in a value": {"value": "?a=1&copy=2"},
    "a value that ends early": {"value": 'a" onclick="b'},
    "an attribute twice": {"value": 'a" name="a'},
    "two first headings": {"words": "</p><h1>B</h1><p>"},
    "an id twice": {"words": '<b id="a">b</b>'},
    "a link to nowhere": {"words": '<a href="#nowhere">b</a>'},
    "a picture that says nothing": {"words": "<img src='a.png'>"},
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What html5lib was given."""
    given: list[str] = []
    errors = hygiene._errors
    monkeypatch.setattr(hygiene, "_errors", lambda text: given.append(text) or errors(text))
    return given


def test_words_alone_are_not_read_again(read: list[str]) -> None:
    for words, value in (("fine", "v"), ("others, 5 &gt; 3 &amp; more", "é &#34;"), ("naïve — ‘so’", "")):
        hygiene.check(PAGE.format(words=words, value=value), "here")
    assert len(read) <= 1


def test_each_fault_is_found() -> None:
    hygiene.check(PAGE.format(words="fine", value="v"), "here")
    for name, given in FAULTS.items():
        with pytest.raises(AssertionError, match=r"^here: "):
            hygiene.check(PAGE.format(**{"words": "fine", "value": "v", **given}), "here")
            pytest.fail(f"not found: {name}")
