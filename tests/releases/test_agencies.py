"""ninjs 2.1 and NewsML-G2 of a release: by the rules of both standards, and exactly as public as its page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from pressroom.accreditation import actions as accreditation
from pressroom.accreditation.models import LedgerEntry
from pressroom.kit.db import db
from pressroom.releases import actions, newsml
from tests.accreditation.conftest import accept, client_of, robin
from tests.conftest import NOON
from tests.releases.conftest import draft, public
from tests.releases.test_views import SHOW, full_release

# ninjs 2.1 ------------------------------------------------------------------------------------------------

CONTACT = {"type": str, "role": str, "lang": str, "name": str, "value": str, "address": dict}
NAMED = {"name": str, "rel": str, "uri": "uri", "literal": str, "contactinfo": [CONTACT]}
VALUE = {"role": str, "contenttype": str, "value": str}
NINJS: dict[str, Any] = {
    "uri": "uri", "type": {"text", "audio", "video", "picture", "graphic", "composite", "component"},
    "representationtype": {"full", "partial"}, "profile": str, "version": str, "firstcreated": "date-time",
    "versioncreated": "date-time", "contentcreated": "date-time", "embargoed": "date-time",
    "pubstatus": {"usable", "withheld", "canceled"}, "urgency": int, "copyrightholder": str, "copyrightnotice": str,
    "usageterms": str, "ednote": str, "language": str, "descriptions": [VALUE],
    "bodies": [VALUE | {"charcount": int, "wordcount": int}], "headlines": [VALUE], "people": [NAMED],
    "organisations": [NAMED], "places": [NAMED],
    "subjects": [{"name": str, "rel": str, "uri": "uri", "literal": str, "creator": str}],
    "infosources": [{"name": str, "role": str, "uri": "uri", "literal": str, "contactinfo": [CONTACT]}],
    "title": str, "by": str, "slugline": str, "located": str,
    "renditions": [{"name": str, "href": "uri", "contenttype": str, "title": str, "height": int, "width": int,
                    "sizeinbytes": int, "duration": int, "format": str}],
    "altids": [{"role": str, "value": str}], "standard": {"name": str, "version": str, "schema": "uri"},
    "genres": [{"name": str, "uri": str, "literal": str}], "expires": "date-time",
}  # fmt: skip
"""Each property that the schema names: a type, a format, the words of a list, or the rules of an object."""

NINJS["associations"] = [NINJS | {"name": str}]
REQUIRED = {"": ["uri"], "bodies": ["value"], "headlines": ["value"], "renditions": ["name"]}
REQUIRED |= {"descriptions": ["value"], "associations": ["name", "uri"]}
FORMATS = {
    "uri": re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"),
}


def wrong(said: Any, rule: Any, at: str = "") -> list[str]:
    """What of *said* breaks *rule*, each with where it stands."""
    if isinstance(rule, list):
        if not isinstance(said, list):
            return [f"{at} is no list"]
        return [problem for one in said for problem in wrong(one, rule[0], at)]
    if isinstance(rule, Mapping):
        name = at.rpartition(".")[2]
        missing = [f"{at} has no {one}" for one in REQUIRED.get(name, []) if one not in said]
        unknown = [f"{at} may not have {one}" for one in said if one not in rule]
        inside = [p for one, value in said.items() if one in rule for p in wrong(value, rule[one], f"{at}.{one}")]
        return missing + unknown + inside
    if isinstance(rule, set):
        return [] if said in rule else [f"{at}: {said!r} is none of the list"]
    if isinstance(rule, str):
        return [] if isinstance(said, str) and FORMATS[rule].fullmatch(said) else [f"{at}: {said!r} is no {rule}"]
    return [] if isinstance(said, rule) and said != "" else [f"{at}: {said!r} is no {rule.__name__}"]


# NewsML-G2 ------------------------------------------------------------------------------------------------

ORDER = {
    "newsItem": "catalogRef hopHistory pubHistory rightsInfo itemMeta contentMeta partMeta assert contentSet",
    "itemMeta": "itemClass provider versionCreated firstCreated embargoed pubStatus role fileName generator profile "
    "service title edNote memberOf instanceOf signal altRep deliverableOf hash expires origRep link",
    "contentMeta": "urgency contentCreated contentModified digitalSourceType located infoSource creator contributor "
    "audience language genre keyword subject slugline headline dateline by creditline description",
    "contentSet": "inlineXML inlineData remoteContent",
    "rightsInfo": "copyrightHolder copyrightNotice usageTerms",
}
NEEDED = {
    "newsItem": "catalogRef itemMeta",
    "itemMeta": "itemClass provider versionCreated",
    "rightsInfo": "copyrightHolder",
}
QCODES = {"itemClass": r"ninat:text", "pubStatus": r"stat:(usable|withheld|canceled)"}


def parts(element: etree._Element) -> list[str]:
    return [etree.QName(child).localname for child in element]


def check_newsml(content: bytes) -> etree._Element:
    """The item, after it was seen to have what it has to, in the order of the schema."""
    root = etree.fromstring(content)
    assert etree.QName(root).text == f"{{{newsml.SPACE}}}newsItem"
    assert {"guid", "version", "standard", "standardversion", "conformance"} <= set(root.keys())
    assert root.get("standard") == "NewsML-G2"
    assert root.get("version", "").isdecimal()
    for element in root.iter(f"{{{newsml.SPACE}}}*"):
        name, found = etree.QName(element).localname, parts(element)
        if name in ORDER:
            places = [ORDER[name].split().index(part) for part in found]
            assert places == sorted(places), f"{name}: {found}"
        assert set(NEEDED.get(name, "").split()) <= set(found), name
        if name in QCODES:
            assert re.fullmatch(QCODES[name], element.get("qcode", "")), name
        if name in {"versionCreated", "firstCreated", "embargoed", "contentCreated", "contentModified"}:
            assert FORMATS["date-time"].fullmatch(element.text or ""), name
    return root


def text_of(root: etree._Element, path: str) -> str:
    return str(root.xpath(f"string({path})", namespaces={"n": newsml.SPACE, "h": newsml.XHTML}))


# Tests ----------------------------------------------------------------------------------------------------


def test_the_rules_are_rules() -> None:
    """A checker that finds nothing would prove nothing."""
    good = {"uri": "urn:uuid:x", "pubstatus": "usable", "headlines": [{"value": "x"}]}
    assert wrong(good, NINJS) == []
    bad: Sequence[dict[str, Any]] = (
        {}, good | {"uri": "no uri"}, good | {"pubstatus": "public"}, good | {"headline": "x"}, good | {"version": 1},
        good | {"headlines": [{"role": "x"}]}, good | {"embargoed": "tomorrow"},
        good | {"associations": [{"uri": "a:b"}]},
    )  # fmt: skip
    for said in bad:
        assert wrong(said, NINJS), said


def test_a_release_for_agencies(client: FlaskClient, staff: Any, noon: Callable[[timedelta], None]) -> None:
    with staff():
        full_release()
    noon(timedelta(days=1))
    answer = client.get(f"{SHOW}.ninjs.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    said = orjson.loads(answer.data)
    assert wrong(said, NINJS) == []
    assert (said["pubstatus"], said["language"], "embargoed" in said) == ("usable", "en-US", False)
    assert said["headlines"][0]["value"] == "Cats agree with their owners"
    assert said["located"] == "BETHESDA, Md."
    assert "41 cats, </script> not 40." in said["ednote"]
    assert {one["name"] for one in said["subjects"]} == {"Cats", "Surveys"}
    html, plain = (body["value"] for body in said["bodies"])
    assert html.startswith("<p>")
    assert plain.startswith("BETHESDA")
    assert [one["role"] for one in said["altids"]] == ["page", "study-doi"]
    (picture,) = said["associations"]
    assert picture["by"] == "A. Lens"
    assert client.get(picture["renditions"][0]["href"].removeprefix("http://127.0.0.1:8000")).status_code == 200

    answer = client.get(f"{SHOW}.newsml.xml")
    assert (answer.status_code, answer.mimetype) == (200, newsml.MEDIA_TYPE)
    root = check_newsml(answer.data)
    assert root.get("guid") == said["uri"]
    assert text_of(root, "n:contentMeta/n:headline") == "Cats agree with their owners"
    assert text_of(root, "n:itemMeta/n:pubStatus/@qcode") == "stat:usable"
    assert text_of(root, "//h:body").startswith("BETHESDA")
    page = client.get(SHOW).page  # type: ignore[attr-defined]
    linked = page.xpath("//link[@rel='alternate'][contains(@title, 'ninjs') or contains(@title, 'NewsML')]/@href")
    assert linked == [f"{SHOW}.ninjs.json", f"{SHOW}.newsml.xml"]


@pytest.mark.parametrize("ending", [".ninjs.json", ".newsml.xml"])
def test_withdrawn_is_canceled_and_what_was_never_public_is_not_there(
    client: FlaskClient, staff: Any, noon: Callable[[timedelta], None], ending: str
) -> None:
    with staff() as cast:
        release = public()
        uid, path = release.uid, f"{release.address}{ending}"
        actions.withdraw(release, by=cast.ada, now=NOON + timedelta(hours=1), reason="It was \x0bwrong.")
    noon(timedelta(hours=2))
    answer = client.get(path)
    assert answer.status_code == 410
    if ending == ".newsml.xml":
        root = check_newsml(answer.data)
        assert text_of(root, "n:itemMeta/n:pubStatus/@qcode") == "stat:canceled"
        guid, note = root.get("guid"), text_of(root, "n:itemMeta/n:edNote")
    else:
        said = orjson.loads(answer.data)
        assert wrong(said, NINJS) == []
        assert (said["pubstatus"], said.get("bodies")) == ("canceled", None)
        guid, note = said["uri"], said["ednote"]
    assert guid == f"urn:uuid:{uid}"
    assert note.startswith("WITHDRAWN: It was")
    for nothing in (f"/releases/2026/nothing{ending}", f"/releases/2026/NO{ending}"):
        assert client.get(nothing).status_code == 404


def test_under_embargo_they_are_withheld_and_for_who_may_read_alone(
    app: Flask, client: FlaskClient, staff: Any, noon: Callable[[timedelta], None]
) -> None:
    with staff() as cast:
        release = draft()
        lift = NOON + timedelta(days=2)
        actions.schedule(release, by=cast.ada, now=NOON, at=lift, zone="UTC", embargoed=True)
        path, headline = release.address, release.headline
        accreditation.write_agreement("Keep it to yourself.", by=None, now=NOON)
        journalist = robin()
        accept(journalist)
        reporter = client_of(app, journalist)
    said = orjson.loads(reporter.get(f"{path}.ninjs.json").data)
    assert wrong(said, NINJS) == []
    assert said["pubstatus"] == "withheld"
    assert datetime.fromisoformat(said["embargoed"]) == lift
    assert "EMBARGO" in said["bodies"][1]["value"].splitlines()[0].upper()
    answer = reporter.get(f"{path}.newsml.xml")
    assert "no-store" in answer.headers["Cache-Control"]
    root = check_newsml(answer.data)
    assert text_of(root, "n:itemMeta/n:pubStatus/@qcode") == "stat:withheld"
    assert datetime.fromisoformat(text_of(root, "n:itemMeta/n:embargoed")) == lift
    with staff():
        assert set(db.session.scalars(select(LedgerEntry.detail))) == {"ninjs", "NewsML-G2"}
    for ending in (".ninjs.json", ".newsml.xml"):
        answer = client.get(f"{path}{ending}")
        assert (answer.status_code, headline in answer.text) == (404, False)
    noon(timedelta(days=2))
    said = orjson.loads(client.get(f"{path}.ninjs.json").data)
    assert (said["pubstatus"], "embargoed" in said) == ("usable", False)
