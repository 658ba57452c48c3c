"""A release in several languages."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from pressroom.releases import actions, languages, queries
from pressroom.releases.rules import RefusedError
from tests.conftest import NOON, submit
from tests.releases.conftest import draft, public, waiting

SHOW = "/releases/2026/cats-agree-with-their-owners"
GERMAN, SPANISH = "/releases/2026/katzen", "/releases/2026/gatos"
HOUR = timedelta(hours=1)


def alternates(client: Any, path: str) -> list[tuple[str, str]]:
    links = client.get(path).page.xpath("//head/link[@rel='alternate'][@hreflang]")
    return [(link.get("hreflang"), link.get("href").removeprefix("http://127.0.0.1:8000")) for link in links]


def article(client: Any, path: str) -> dict[str, Any]:
    source, _ = client.get(path).page.xpath("//script[@type='application/ld+json']/text()")
    return json.loads(source)


@pytest.mark.parametrize(
    ("written", "tag", "good"),
    [
        ("DE", "de", True),
        ("pt_br", "pt-BR", True),
        ("ZH-hant-tw", "zh-Hant-TW", True),
        ("es-419", "es-419", True),
        ("sl-rozaj", "sl-rozaj", True),
        ("", "", True),
        ("german", "german", False),
        ("d", "d", False),
        ("de-", "de-", False),
        ("de de", "de de", False),
        ('en"><script>', 'en"><script>', False),
        ("de-" + "a" * 40, "de-" + "a" * 40, False),
    ],
)
def test_tags(written: str, tag: str, good: bool) -> None:
    assert languages.read(written) == tag
    assert (languages.problem(tag) is None) is good


def test_names_and_directions() -> None:
    assert languages.name("pt-BR") == "Português (BR)"
    assert languages.name("zh-Hant") == "中文 (Hant)"
    assert languages.name("xx") == "xx"
    assert languages.direction("ar") == languages.direction("he-IL") == "rtl"
    assert languages.direction("de") == languages.direction("ar-Latn") == "ltr"


def test_the_versions_lead_to_each_other_as_they_become_public(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        original = public()
        of = f"release {original.id}"
        public(headline="Katzen sind sich einig", slug="katzen", language="de", translation_of=of)
        waiting(NOON + HOUR, headline="Los gatos", slug="gatos", language="es", translation_of=of, embargoed=True)
    two = [("en-US", SHOW), ("de", GERMAN), ("x-default", SHOW)]
    assert alternates(client, SHOW) == alternates(client, GERMAN) == two
    page = client.get(GERMAN).page
    assert page.xpath("//nav[@class='languages']//a/text()") == ["English (US)"]
    assert page.xpath("//nav[@class='languages']//*[@aria-current]/text()") == ["Deutsch"]
    assert page.xpath("//h1/@lang") == page.xpath("//*[@id='text']/@lang") == ["de"]
    assert page.xpath("/html/@lang") == ["en-US"], "the words around it are the press room's"
    german, english = article(client, GERMAN), article(client, SHOW)
    assert (german["inLanguage"], english["inLanguage"]) == ("de", "en-US")
    assert german["translationOfWork"]["url"].endswith(SHOW)
    assert [work["inLanguage"] for work in english["workTranslation"]] == ["de"]
    for path in (SHOW, GERMAN):
        assert "gatos" not in client.get(path).text
    noon(HOUR)
    assert ("es", SPANISH) in alternates(client, SHOW)
    assert 'lang="es"' in client.get(SHOW).text
    feed = json.loads(client.get("/feeds/releases.json").data)
    assert {item["title"]: item.get("language") for item in feed["items"]}["Los gatos"] == "es"
    assert b"<dc:language>es</dc:language>" in client.get("/feeds/releases.rss").data
    assert b'xml:lang="es"' in client.get("/feeds/releases.atom").data


def test_of_a_translation_alone_nothing_of_the_original_is_told(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        original = draft(headline="A hushed original")
        public(headline="Katzen", slug="katzen", language="de", translation_of=f"release {original.id}")
    assert alternates(client, GERMAN) == []
    assert "translationOfWork" not in article(client, GERMAN)
    assert "hushed" not in client.get(GERMAN).text


def test_a_text_from_right_to_left(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        public(headline="قطط", slug="qitat", language="ar")
    assert client.get("/releases/2026/qitat").page.xpath("//h1/@dir") == ["rtl"]


def test_what_is_no_translation_is_refused(staff: Any, noon: Any) -> None:
    with staff():
        original = draft()
        of = f"release {original.id}"
        german = draft(headline="Katzen", language="de", translation_of=of)
        cases = [
            ({"translation_of": "release 999"}, "There is no such release"),
            ({"translation_of": "a page somewhere"}, "There is no such release"),
            ({"translation_of": f"release {german.id}", "language": "es"}, "is a translation itself"),
            ({"translation_of": of, "language": "de"}, "“Katzen” is in de already"),
            ({"translation_of": of}, "“Cats agree with their owners” is in en-US already"),
            ({"language": "german"}, "Write the language as a tag"),
        ]
        for fields, sentence in cases:
            with pytest.raises(RefusedError, match=sentence):
                draft(headline="One more", **fields)
        with pytest.raises(RefusedError, match="no translation of itself"):
            actions.edit(german, by=None, now=NOON, translation_of=f"release {german.id}")
        with pytest.raises(RefusedError, match="are translations of this one"):
            actions.edit(original, by=None, now=NOON, translation_of=f"release {draft(headline='New').id}")


def test_the_desk_takes_the_address_of_the_original(ada: Any, staff: Any, drafted: int) -> None:
    with staff():
        original = public(headline="Dogs agree").id
    path = f"/desk/releases/{drafted}"
    typed = {"language": "DE", "translation_of": "http://127.0.0.1:8000/releases/2026/dogs-agree"}
    assert submit(ada, path, typed, button="Save draft").status_code == 303
    with staff():
        release = queries.by_id(drafted)
        assert (release.language, release.translation_of_id) == ("de", original)
    page = ada.get(path).page
    assert page.xpath("//input[@name='translation_of']/@value") == [f"release {original}: Dogs agree"]
    wrong = submit(ada, path, {"translation_of": "https://elsewhere.example/dogs"}, button="Save draft")
    assert wrong.status_code == 422
    assert "There is no such release" in wrong.page.xpath("string(//p[@id='translation_of-error'])")
    assert wrong.page.xpath("//input[@name='translation_of']/@value") == ["https://elsewhere.example/dogs"]
