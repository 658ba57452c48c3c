"""Related items: what a release points at is shown as far as everybody may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pressroom.pages import actions as pages
from pressroom.releases import actions, items, queries, related
from pressroom.releases.rules import RefusedError, ReleaseKind
from pressroom.webcasts import queries as webcasts
from tests.conftest import NOON, submit
from tests.releases.conftest import draft, public, waiting
from tests.releases.test_desk import value
from tests.webcasts.factories import published, webcast

SHOW = "/releases/2026/cats-agree-with-their-owners"
HOUR = timedelta(hours=1)


def shown(client: Any) -> list[str]:
    return client.get(SHOW).page.xpath("//section[@aria-labelledby='related']//a/text()")


def test_each_is_shown_from_the_second_in_which_it_is_public(client: Any, ada: Any, staff: Any, noon: Any) -> None:
    with staff() as cast:
        pages.ensure(cast.ada, now=NOON)
        later = waiting(NOON + HOUR, embargoed=True, headline="Dogs, under embargo")
        never = draft(headline="A draft of birds")
        film = webcast(title="A film to come")
        lines, problems = related.read(
            f"/desk/releases/{later.id}\n/desk/releases/{never.id}\n/desk/webcasts/{film.id}\n/fact-sheet\n"
            "https://outside.example/cats All about cats\nhttps://outside.example/plain"
        )
        assert problems == []
        assert lines == (
            f"release {later.id}",
            f"release {never.id}",
            f"webcast {film.id}",
            *(line for line in lines if line.startswith("page ")),
            "https://outside.example/cats All about cats",
            "https://outside.example/plain",
        )
        number = public(related=lines).id
        later_id, film_id = later.id, film.id
    always = ["Fact sheet", "All about cats", "outside.example/plain"]
    hidden = ("Dogs, under", "of birds", "A film")
    for path in (SHOW, f"{SHOW}.txt", f"{SHOW}/press-kit.zip"):
        answer = client.get(path)
        assert all(word.encode() not in answer.data for word in hidden), path
        assert b"All about cats" in answer.data, path
    kit = ada.get(f"/desk/releases/{number}/files/press-kit.zip").data
    assert all(word.encode() not in kit for word in hidden), "what the desk makes leaves the desk"
    assert shown(client) == always
    with staff():
        published(webcasts.by_id(film_id))
    assert shown(client) == ["A film to come", *always]
    noon(HOUR)
    assert shown(client) == ["Dogs, under embargo", "A film to come", *always]
    with staff():
        actions.withdraw(queries.by_id(later_id), by=None, now=NOON + HOUR, reason="Wrong cats")
    assert shown(client) == ["A film to come", *always]


def test_an_address_is_recognised_however_it_is_written(app: Any, staff: Any, noon: Any) -> None:
    with staff():
        release = public()
        site = app.config["SITE_URL"]
        named = f"release {release.id}"
        for written in (
            SHOW,
            f"{SHOW}.txt",
            f"{site}{SHOW}?from=mail#text",
            f"{SHOW}/press-kit.zip",
            f"/desk/releases/{release.id}/revisions",
            f"release {release.id}: An older title",
        ):
            assert related.read(written) == ((named,), []), written
        actions.edit(release, by=None, now=NOON, slug="moved-cats")
        assert related.read(SHOW) == ((named,), []), "the address that it left"
        assert related.read(f"{SHOW}\n/releases/2026/moved-cats") == ((named,), []), "once is enough"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/releases/2026/nothing", "at /releases/2026/nothing there is no release, webcast or page"),
        ("/desk/settings", "there is no release, webcast or page"),
        ("release 999", "there is no release 999"),
        ("unicorn 1", "there is no unicorn 1"),
        ("All about cats", "write an address that begins with https://"),
        ("javascript:alert(1)", "write an address that begins with https://"),
        ("//outside.example/x", "write an address that begins with https://"),
        ("https://[bad", "write an address that begins with https://"),
        ("https://outside.example/" + "x" * 500, "shorten the address to 500 characters"),
        ("https://outside.example/ " + "x" * 301, "shorten the title of the related item to 300"),
    ],
)
def test_a_line_that_leads_nowhere_is_refused_with_its_number(
    ada: Any, staff: Any, drafted: int, line: str, sentence: str
) -> None:
    path = f"/desk/releases/{drafted}"
    answer = submit(ada, path, {"related": f"https://outside.example/\r\n{line}"}, button="Save draft")
    assert answer.status_code == 422
    said = " ".join(answer.page.xpath("//p[@id='related-error']//text()"))
    assert "Line 2: " in said and sentence in said
    assert line in value(answer, "related")
    with staff():
        assert queries.by_id(drafted).related == ()


def test_too_much_is_refused(staff: Any, drafted: int) -> None:
    with staff():
        many = tuple(f"https://outside.example/{number}" for number in range(items.MOST + 1))
        with pytest.raises(RefusedError, match=r"Name at most 20 related items\. There are 21\."):
            actions.edit(queries.by_id(drafted), by=None, now=NOON, related=many)
        assert related.read("x" * 20_001)[1] == ["Shorten this to 20,000 characters. It has 20,001."]


def test_the_editor_says_the_titles(ada: Any, staff: Any, drafted: int) -> None:
    with staff():
        other = draft(headline="Dogs: a story").id
    path = f"/desk/releases/{drafted}"
    assert submit(ada, path, {"related": f"/desk/releases/{other}"}, button="Save draft").status_code == 303
    assert value(ada.get(path), "related") == f"release {other}: Dogs: a story"
    assert submit(ada, path, {}, button="Save draft").status_code == 303
    with staff():
        assert queries.by_id(drafted).related == (f"release {other}",)
        assert len(queries.saves(drafted)) == 2, "the second save changed nothing"


def test_an_imported_release_that_is_pointed_at_is_not_taken_back(staff: Any, noon: Any) -> None:
    """Its number would be free again, and lead to the next release that is made."""
    with staff():
        fields = {"kind": ReleaseKind.AWARD, "body": "Long ago.", "contacts": (), "related": ()}
        old = actions.bring_in(by=None, now=NOON, at=NOON - HOUR, headline="Old cats", slug="old-cats", **fields)
        assert (old.boilerplates, old.contacts) == ((), ())
        pointing = draft(related=(f"release {old.id}",))
        with pytest.raises(RefusedError, match="among its related items"):
            actions.take_back(old, by=None, now=NOON)
        actions.edit(pointing, by=None, now=NOON, related=())
        translation = draft(headline="Alte Katzen", language="de", translation_of=f"release {old.id}")
        with pytest.raises(RefusedError, match="so it stays"):
            actions.take_back(old, by=None, now=NOON)
        actions.edit(translation, by=None, now=NOON, translation_of="")
        actions.take_back(old, by=None, now=NOON)
