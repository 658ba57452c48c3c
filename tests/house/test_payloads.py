"""Some two thousand scripts in disguise: through Markdown, through every text field, into feeds and structured data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import cycle
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pressroom.desk import actions as desk
from pressroom.kit import clock, markdown, text, web
from pressroom.kit.spreadsheets import harmless
from pressroom.pages import actions as pages
from pressroom.pages import queries as pages_queries
from tests.clips.conftest import clip
from tests.conftest import NOON
from tests.house.test_attacks import plain
from tests.payloads import CONTEXTS, ENCODINGS, MARK, RUN, VECTORS, attribute_faults, faults, payloads
from tests.releases.conftest import public
from tests.webcasts.factories import published
from tests.webcasts.factories import webcast as a_webcast

ALLOWED = markdown.BLOCKS | markdown.INLINES
SCHEMES = frozenset(markdown.SCHEMES)


def test_markdown() -> None:
    collection = payloads()
    assert len(collection) >= 2_000
    found = [
        (payload, fault)
        for payload in collection
        for fault in faults(text.to_html(payload), elements=ALLOWED, schemes=SCHEMES)
    ]
    assert found == []
    assert list(faults(VECTORS[4], elements=ALLOWED, schemes=SCHEMES)) == ["{http://www.w3.org/1999/xhtml}img onerror"]


def test_markdown_cleaned_alone_is_safe_too() -> None:
    """The sanitiser behind the renderer, without the renderer's own care: raw HTML goes to it."""
    for payload in payloads()[::2]:
        assert list(faults(markdown.sanitise(payload), elements=ALLOWED, schemes=SCHEMES)) == [], payload


WRITTEN = st.builds(
    lambda context, encode, vectors, around: around + context.replace("{}", encode("".join(vectors))),
    st.sampled_from(CONTEXTS),
    st.sampled_from(ENCODINGS),
    st.lists(st.sampled_from([*VECTORS, "<", ">", "&", '"', "\n", "`", "|", "-", "[", "]("]), min_size=1, max_size=4),
    st.text(max_size=10),
)


@settings(max_examples=60)
@given(WRITTEN)
def test_whatever_they_are_combined_to(written: str) -> None:
    assert list(faults(text.to_html(written), elements=ALLOWED, schemes=SCHEMES)) == []
    assert "<" not in str(web.json_ld({"name": written}))
    assert json.loads(str(web.json_ld({"name": written}))) == {"name": written}


@given(st.text(max_size=60), st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0+", "＝"]))
def test_a_cell_is_no_formula(value: str, begin: str) -> None:
    assert harmless(begin + value).startswith("'")


def test_every_text_field(app: Flask, ada: FlaskClient, client: FlaskClient, staff: Callable[[], Any]) -> None:
    """Each vector in some field of each kind, and the pages that show them, public and on the desk."""
    vectors = cycle(text.clean(vector) for vector in VECTORS)

    def some(length: int) -> str:
        words = next(vectors)
        return " ".join(words.split())[:length]

    addresses = ["/", "/releases/", "/clips/", "/webcasts/", "/fact-sheet", "/contact", "/desk/", "/desk/audit"]
    addresses += ["/desk/releases/", "/desk/clips/", "/desk/webcasts/", "/desk/fact-sheet", "/desk/settings"]
    addresses += [f"/search?q={MARK}", "/desk/media/", "/desk/pages/"]
    with staff() as cast:
        for _ in range(3):
            release = public(
                headline=some(300), subhead=some(300), dateline=some(60), body="\n\n".join(VECTORS), notes=some(500),
                topics=(some(60), some(60)), study_journal=some(200), study_title=some(300), study_funding=some(300),
                study_conflicts=some(300), study_method=some(300),
            )  # fmt: skip
            addresses += [release.address, f"/desk/releases/{release.id}", f"/desk/releases/{release.id}/revisions"]
            found = clip(headline=some(300), outlet=some(100), byline=some(100), excerpt=some(400), topics=(some(50),))
            addresses += [f"/clips/{found.id}", f"/desk/clips/{found.id}"]
            webcast = published(a_webcast(title=some(200), description="\n\n".join(VECTORS)))
            addresses += [webcast.address, f"/desk/webcasts/{webcast.id}"]
            pages.add_fact(
                by=cast.ada, now=NOON, label=some(100), value=some(60), detail=some(200), section=some(60),
                source=some(100), unit=some(20), qualifier=some(40),
            )  # fmt: skip
        page = pages_queries.page("contact")
        pages.edit(page, by=cast.ada, now=NOON, title=some(100), standfirst=some(200), body="\n\n".join(VECTORS))
        names = (
            "organisation_name",
            "organisation_short_name",
            "organisation_address",
            "contact_name",
            "contact_role",
        )
        desk.save_settings({name: some(120) for name in names}, by=cast.ada, now=clock.now())
    for address in addresses:
        reader = plain(ada if address.startswith("/desk") else client)
        answer = reader.get(address)
        assert answer.status_code == 200, address
        assert page_faults(answer.text) == [], address
    for feed in ("releases", "clips", "webcasts"):
        for form in ("rss", "atom"):
            check_feed(plain(client).get(f"/feeds/{feed}.{form}").data)


def page_faults(markup: str) -> list[str]:
    """What of the vectors is alive in a page: our own scripts are modules of files of ours, and data."""
    found = []
    for element in html5lib.parse(markup, treebuilder="etree", namespaceHTMLElements=False).iter():
        name = str(element.tag)
        if name == "script":
            own = str(element.get("src", "")).startswith("/static/") and not element.text
            data = element.get("type") == "application/ld+json"
            found += [] if own or data else [f"script {element.text}"]
            if data:
                json.loads(element.text)
        if name in {"iframe", "object", "embed", "base", "math", "marquee", "xmp", "template", "style", "noscript"}:
            found.append(f"element {name}")
        found += attribute_faults(element, SCHEMES | {"webcal", "data"})
        found += [f"{name} {key}={value}" for key, value in element.attrib.items() if runs(key, value)]
    return found


def runs(key: str, value: str) -> bool:
    """An address that carries our mark and is no plain address."""
    return (
        key in {"href", "src", "action"}
        and RUN in value
        and re.match(r"\s*(javascript|data|vbscript):", value) is not None
    )


def check_feed(content: bytes) -> None:
    """A feed is XML, and the HTML in it is what Markdown may make."""
    root = etree.fromstring(content)
    assert len(root.findall(".//item")) + len(root.findall(".//{*}entry")) == 3
    for tag in ("{http://purl.org/rss/1.0/modules/content/}encoded", "{http://www.w3.org/2005/Atom}content"):
        for element in root.iter(tag):
            shown = element.text or ""
            assert list(faults(shown, elements=ALLOWED | {"figure", "figcaption", "span"}, schemes=SCHEMES)) == []


@pytest.mark.parametrize(
    "path", ["/search", "/clips/", "/search/suggest", "/clips/suggest", "/releases/", "/webcasts/"]
)
def test_what_is_asked_for_comes_back_as_words(client: FlaskClient, path: str) -> None:
    reader = plain(client)
    for vector in VECTORS[::8]:
        for name in ("q", "topic", "sort"):
            answer = reader.get(path, query_string={name: f'"><{vector}'})
            assert answer.status_code < 500
            if answer.mimetype == "text/html":
                assert page_faults(answer.text) == [], vector
