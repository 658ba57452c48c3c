"""A small strict reader: what it reads it reads as YAML and TOML do, and the rest it refuses with its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressroom.releases.importing import frontmatter
from pressroom.releases.importing.frontmatter import HeadError

HEAD = """\
---
# a comment
Title: "A: quoted \\"title\\""   # and one behind
plain: words with # sign: no
flat: it's here # gone
empty:
none: ~
list: [a, "b, c", 'it''s', d # no
  ]
lines:
  - one
  # between

- "two: 2"
folded: >
  First
  second

last: |
    a
    b
---
Body
"""


def test_what_is_read() -> None:
    head = frontmatter.read(HEAD.replace("plain: words with # sign: no\n", "").replace("d # no\n  ]", "d]"))
    assert head.values == {
        "title": 'A: quoted "title"',
        "flat": "it's here",
        "empty": "",
        "none": "",
        "list": ["a", "b, c", "it's", "d"],
        "lines": ["one", "two: 2"],
        "folded": "First second",
        "last": "a\nb",
    }
    assert head.body == "Body\n"
    assert head.lines["title"] == 3
    assert head.first_line == 21


def test_toml_and_no_head() -> None:
    head = frontmatter.read('+++\nTitle = "x"\n\n[more]\na = 1\n+++\ntext')
    assert head.values == {"title": "x", "more": {"a": 1}}
    assert (head.lines["title"], head.body, head.first_line) == (2, "text", 7)
    assert frontmatter.read("just text").body == "just text"


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("---\ntitle: x", 1, "never closed"),
        ("---\ntitle: x\nnonsense\n---", 3, "no key with a value"),
        ("---\na: 1\nA: 2\n---", 3, "twice; the first is on line 2"),
        ("---\na: [1, 2\n---", 2, "never closed"),
        ("---\na: [1, [2]]\n---", 2, "list in a list"),
        ("---\na: one: two\n---", 2, "second colon"),
        ('---\na: "x\n---', 2, "not closed"),
        ('---\na: "x" y\n---', 2, "stands behind it"),
        ('---\na: "\\x41"\n---', 2, "not read here"),
        ("---\na: {b: c}\n---", 2, "not read here"),
        ("---\na: &b c\n---", 2, "not read here"),
        ("---\na: !!python/object:os.system x\n---", 2, "not read here"),
        ("---\n  a: x\n---", 2, "indented"),
        ("---\na:\n  b: c\n---", 3, "indented under nothing"),
        ("---\na: x\n  - y\n---", 3, "indented"),
        ("+++\na = 1\nb = \n+++", 3, "TOML cannot be read"),
        ("+++\na = 1", 1, "never closed"),
    ],
)
def test_what_is_refused_with_its_line(source: str, line: int, words: str) -> None:
    with pytest.raises(HeadError, match=words) as refused:
        frontmatter.read(source)
    assert str(refused.value).startswith(f"Line {line}: ")


def test_toml_as_deep_as_it_gets_is_refused() -> None:
    with pytest.raises(HeadError):
        frontmatter.read("+++\na = " + "[" * 5_000 + "\n+++")


@settings(max_examples=100)
@given(st.text("abc:-#[]{}'\",|>\\ \n&*!", max_size=80))
def test_it_reads_or_refuses_and_never_breaks(inside: str) -> None:
    try:
        head = frontmatter.read(f"---\n{inside}\n---\nbody")
    except HeadError as error:
        assert str(error).startswith("Line ")
    else:
        assert all(isinstance(value, str | list) for value in head.values.values())
