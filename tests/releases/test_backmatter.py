"""Boilerplates and media contacts: kept once, right everywhere, and public as far as a public release shows them."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pressroom.audit.models import AuditEntry
from pressroom.kit import settings
from pressroom.kit.db import db
from pressroom.releases import actions, backmatter, queries
from pressroom.releases.rules import RefusedError
from tests.conftest import NOON, post, submit
from tests.releases.conftest import draft, public, waiting

BOILERPLATES, CONTACTS = "/desk/boilerplates/", "/desk/contacts/"
SHOW = "/releases/2026/cats-agree-with-their-owners"
DANA = {"name": "Dana Whitfield", "role": "Press officer", "phone": "301-555-0142", "email": "press@cats.example"}
HOURS = {"weekdays": 0b1_1111, "opens_at": time(9), "closes_at": time(17, 30), "zone": "America/New_York"}


def society(**fields: Any) -> Any:
    fields = {"name": "the Society", "body": "We study *cats*.", "standard": True} | fields
    return backmatter.add_boilerplate(by=None, now=NOON, **fields)


def dana(**fields: Any) -> Any:
    return backmatter.add_contact(by=None, now=NOON, **DANA | fields)


def words(answer: Any) -> str:
    return " ".join(answer.page.xpath("string(//main)").split())


def test_a_new_release_begins_with_the_standard_ones_and_chooses_others_in_order(
    staff: Any, noon: Any, client: Any
) -> None:
    with staff():
        society()
        society(name="Fenwick", body="They study [dogs](https://dogs.example/).", standard=False)
        dana(standard=True, **HOURS, after_hours="Ring the mobile")
        dana(name="Imogen Farrow", organisation="Fenwick", standard=False)
        release = public()
        assert (release.boilerplates, release.contacts) == (("the-society",), ("dana-whitfield",))
    page = client.get(SHOW)
    assert "About the Society We study cats." in words(page)
    assert "Fenwick" not in page.text
    (contact,) = page.page.xpath("//aside[@class='contact']")
    assert contact.xpath(".//p[@class='name']/text()") == ["Dana Whitfield"]
    assert "tel:+13015550142" in contact.xpath(".//a/@href")
    assert "Monday to Friday, 09:00–17:30, New York time" in words(page)
    with staff():
        release = queries.by_address(2026, "cats-agree-with-their-owners")
        two = {"boilerplates": ("fenwick", "the-society"), "contacts": ("imogen-farrow", "dana-whitfield")}
        changes = actions.edit(release, by=None, now=NOON, **two)
        assert changes["boilerplates"] == (("the-society",), ("fenwick", "the-society"))
        assert queries.last_revision(release.id).fields["contacts"] == ["imogen-farrow", "dana-whitfield"]
    text = words(client.get(SHOW))
    assert text.index("About Fenwick") < text.index("About the Society")
    assert text.index("Imogen Farrow") < text.index("Dana Whitfield")
    plain = client.get(f"{SHOW}.txt").text
    assert "ABOUT FENWICK\nThey study dogs." in plain
    assert "MEDIA CONTACTS\nImogen Farrow\nPress officer\nFenwick\n301-555-0142" in plain


def test_one_edit_is_right_on_every_release(ada: Any, client: Any, staff: Any, noon: Any) -> None:
    with staff():
        number = society().id
        public()
        public(headline="Dogs, too")
    before = client.get(f"{SHOW}/press-kit.zip")
    noon(timedelta(hours=1))
    page = ada.get(f"{BOILERPLATES}{number}").page
    assert page.xpath("//a[text()='Dogs, too']") and page.xpath("//a[contains(text(), 'Cats agree')]")
    assert submit(ada, f"{BOILERPLATES}{number}", {"body": "We study cats and dogs."}).status_code == 303
    for path in (SHOW, "/releases/2026/dogs-too"):
        assert "We study cats and dogs." in words(client.get(path))
    with staff():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "boilerplate")).all()[-1]
        assert entry.changes["body"] == ["We study *cats*.", "We study cats and dogs."]
    conditions = {"If-Modified-Since": before.headers["Last-Modified"], "If-None-Match": before.headers["ETag"]}
    for name, value in conditions.items():
        assert client.get(f"{SHOW}/press-kit.zip", headers={name: value}).status_code == 200, name


def test_what_only_waiting_releases_show_is_not_public(client: Any, staff: Any, noon: Any) -> None:
    """Neither by its card, nor on the contact page; and all of it in the second of the lift."""
    with staff():
        society(name="Quokka Trust", standard=False)
        dana(name="Quentin Quokka", standard=False)
        fields = {"boilerplates": ("quokka-trust",), "contacts": ("quentin-quokka",)}
        waiting(NOON + timedelta(hours=1), embargoed=True, **fields)
        draft(headline="A draft", **fields)
    card = "/contact/quentin-quokka.vcf"
    assert client.get(card).status_code == 404
    for path in ("/contact", "/releases/", "/", card):
        assert "Quentin" not in client.get(path).text and "Quokka Trust" not in client.get(path).text
    noon(timedelta(hours=1))
    answer = client.get(card)
    assert (answer.status_code, answer.mimetype) == (200, "text/vcard")
    assert "FN:Quentin Quokka" in answer.text
    assert "Quokka Trust" in client.get(SHOW).text
    assert "Quentin" not in client.get("/contact").text, "nobody put him on the list"


def test_a_listed_contact_is_on_the_contact_page_before_any_release(
    ada: Any, client: Any, staff: Any, noon: Any
) -> None:
    typed = {
        "name": "Mateo Arriaga",
        "phone": "301-555-0163",
        "opens_at": "10:00",
        "closes_at": "16:00",
        "listed": "y",
        "weekdays": "0",
        "zone": "Europe/Berlin",
        "after_hours": "Ring Dana",
    }
    assert submit(ada, f"{CONTACTS}new", typed).status_code == 303
    page = client.get("/contact")
    assert "Mateo Arriaga" in words(page)
    assert "Monday, 10:00–16:00, Berlin time" in words(page)
    (href,) = page.page.xpath("//a[@aria-label='Save Mateo Arriaga as a contact']/@href")
    card = client.get(href)
    assert "TZ:Europe/Berlin\r\n" in card.text
    assert "NOTE:Monday\\, 10:00–16:00\\, Berlin time\\nRing Dana\r\n" in card.text
    assert card.headers["Content-Disposition"] == "attachment; filename=mateo-arriaga.vcf"
    for path in (href, "/contact.vcf"):
        etag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304, path
    with staff():
        number = queries.contact_called("mateo-arriaga").id
    assert submit(ada, f"{CONTACTS}{number}", {"listed": None}).status_code == 303
    assert "Mateo" not in client.get("/contact").text
    assert client.get(href).status_code == 404


def test_without_a_contact_of_its_own_a_release_shows_that_of_the_settings(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        settings.edit({"contact_name": "The press office", "contact_phone": "301-555-0100"})
        public()
    assert "The press office" in words(client.get(SHOW))
    assert "MEDIA CONTACT\nThe press office" in client.get(f"{SHOW}.txt").text


BAD_CONTACTS = [
    ({"name": " "}, "Write a name"),
    ({"name": "x" * 121}, "Shorten the name to 120 characters"),
    ({"phone": "", "email": ""}, "Give a telephone number or an e-mail address"),
    ({"phone": "12"}, "Write a telephone number"),
    ({"email": "nobody"}, "Write an e-mail address"),
    ({"opens_at": "09:00"}, "Tick the days"),
    ({"weekdays": "0", "opens_at": "09:00"}, "Say until when"),
    ({"weekdays": "0", "closes_at": "09:00"}, "Say from when"),
    ({"weekdays": "0", "opens_at": "17:00", "closes_at": "09:00"}, "The hours end before they begin"),
    ({"weekdays": "0", "opens_at": "nine", "closes_at": "17:00"}, "This is no time of day"),
    ({"weekdays": "0", "opens_at": "25:00", "closes_at": "26:00"}, "This is no time of day"),
    ({"after_hours": "x" * 301}, "Shorten the note for other hours to 300 characters"),
]


def test_a_refused_contact_keeps_what_was_typed(ada: Any, staff: Any, noon: Any) -> None:
    for changes, sentence in BAD_CONTACTS:
        answer = submit(ada, f"{CONTACTS}new", {**DANA, "role": "Typed at length", **changes})
        assert answer.status_code == 422, changes
        assert sentence in " ".join(answer.page.xpath("//div[@class='errors']//text()")), changes
        assert answer.page.xpath("//input[@name='role']/@value") == ["Typed at length"]
    page = ada.get(f"{CONTACTS}new").page
    sent = {"csrf_token": page.xpath("//input[@name='csrf_token']/@value")[0], **DANA}
    assert ada.post(f"{CONTACTS}new", data=sent | {"weekdays": "9", "zone": "UTC"}).status_code == 422
    assert ada.post(f"{CONTACTS}new", data=sent | {"zone": "Mars/Olympus"}).status_code == 422
    with staff():
        assert not queries.contacts()


def test_a_refused_boilerplate_keeps_what_was_typed(ada: Any, staff: Any, noon: Any) -> None:
    with staff():
        society()
    for changes, sentence in (
        ({"name": ""}, "Write whom it is about"),
        ({"name": "THE society"}, "There is a boilerplate called THE society already"),
        ({"body": " "}, "Write the paragraph"),
        ({"body": "x" * 5001}, "Shorten the text to 5,000 characters. It has 5,001."),
        ({"name": "x" * 121}, "Shorten the name to 120"),
    ):
        answer = submit(ada, f"{BOILERPLATES}new", {"name": "Fenwick", "body": "They study.", **changes})
        assert answer.status_code == 422, changes
        assert sentence in " ".join(answer.page.xpath("//div[@class='errors']//text()")), changes
    with staff():
        assert len(queries.boilerplates()) == 1


def test_markup_in_a_boilerplate_is_inert(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        society(body="<script>alert(1)</script> [click](javascript:alert(1))")
        public()
    page = client.get(SHOW).page
    assert not page.xpath("//main//script[not(@type)]") and not page.xpath("//a[starts-with(@href, 'javascript')]")


def test_whoever_saves_second_is_told_and_keeps_the_text(ada: Any, staff: Any, noon: Any) -> None:
    with staff():
        number, person = society().id, dana().id
    for path, theirs, field in (
        (f"{BOILERPLATES}{number}", "body", "body"),
        (f"{CONTACTS}{person}", "role", "role"),
    ):
        page = ada.get(path).page
        form = dict(page.xpath("//main//form[@method='post']")[0].form_values())
        with staff():
            if path.startswith(BOILERPLATES):
                backmatter.edit_boilerplate(queries.boilerplate(number), by=None, now=NOON, body="Their words")
            else:
                backmatter.edit_contact(queries.contact(person), by=None, now=NOON, listed=False, role="Their words")
        answer = ada.post(path, data=form | {field: "My words"})
        assert answer.status_code == 409
        assert "Their words" in answer.page.xpath("string(//*[@id='theirs-title']/..)")
        assert "My words" in answer.text
        again = dict(answer.page.xpath("//main//form[@method='post']")[0].form_values())
        assert ada.post(path, data=again).status_code == 303, theirs


def test_what_is_used_is_not_removed(ada: Any, staff: Any, noon: Any) -> None:
    with staff():
        used, free = society().id, society(name="Fenwick", standard=False).id
        person = dana(standard=True).id
        draft()
    for path in (f"{BOILERPLATES}{used}/remove", f"{CONTACTS}{person}/remove"):
        assert "These releases use it" in ada.get(path).text
        answer = post(ada, path, form=BOILERPLATES + "new")
        assert answer.status_code == 422
        assert "Take it off these releases first: “Cats agree with their owners”" in words(answer)
    assert submit(ada, f"{BOILERPLATES}{free}/remove", {}).status_code == 303
    with staff():
        assert [row.id for row in queries.boilerplates()] == [used]
        assert queries.contact(person)


def test_their_order_is_that_of_the_desk(ada: Any, staff: Any, noon: Any) -> None:
    with staff():
        for name in ("One", "Two", "Three"):
            society(name=name)
        ids = {row.name: row.id for row in queries.boilerplates()}
    for name, step in (("Three", "up"), ("One", "up"), ("Three", "up")):
        assert post(ada, f"{BOILERPLATES}{ids[name]}/move", {"step": step}, form=BOILERPLATES).status_code == 303
    with staff():
        assert [row.name for row in queries.boilerplates()] == ["Three", "One", "Two"]
    assert post(ada, f"{BOILERPLATES}{ids['One']}/move", {"step": "aside"}, form=BOILERPLATES).status_code == 400


@pytest.mark.parametrize("base", [BOILERPLATES, CONTACTS])
def test_editors_keep_them_and_nobody_else(client: Any, wren: Any, ada: Any, staff: Any, noon: Any, base: str) -> None:
    with staff():
        society()
        dana()
    for path in (base, f"{base}new", f"{base}1", f"{base}1/remove"):
        assert ada.get(path).status_code == 200, path
        assert wren.get(path).status_code == 403, path
        assert client.get(path).status_code == 303, path
    for path in (f"{base}999", f"{base}0", f"{base}99999999999999999999", f"{base}999/remove", f"{base}x"):
        assert ada.get(path).status_code == 404, path
    assert ada.get(f"{base}1/move").status_code == 405
    assert ada.post(f"{base}1", data=DANA).status_code == 400, "without its token"


@pytest.mark.parametrize("slug", ["nobody", "Dana-Whitfield", "a" * 3000, "%00"])
def test_an_unknown_card_is_not_found(client: Any, slug: str) -> None:
    assert client.get(f"/contact/{slug}.vcf").status_code == 404


def test_a_release_refuses_what_is_not_kept(staff: Any, noon: Any) -> None:
    with staff():
        release = draft()
        for fields in ({"boilerplates": ("nobody",)}, {"contacts": ("nobody",)}):
            with pytest.raises(RefusedError, match="“nobody” is not there any more"):
                actions.edit(release, by=None, now=NOON, **fields)
        many = tuple(society(name=f"No {number}", standard=False).slug for number in range(11))
        with pytest.raises(RefusedError, match="Choose at most 10"):
            actions.edit(release, by=None, now=NOON, boilerplates=many)
