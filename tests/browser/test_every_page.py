"""Every page: no barrier that axe knows, in both schemes; nothing that leaves the screen sideways; nothing loud."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from pressroom import publishing, sample
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.releases import actions as releases
from pressroom.releases.rules import ReleaseKind
from tests.browser.conftest import Visitor

AXE = Axe()
EXPORT = Path(__file__).parents[1] / "releases" / "importing" / "files" / "press.xml"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
WIDTHS = (1440, 768, 360, 320)

PUBLIC = [
    "/",
    "/search",
    "/search?q=family+history",
    "/search?q=xylophone",
    "/releases/",
    "/releases/?peer-review=yes&study-type=observational",
    "/clips/",
    "/clips/?q=family+history&medium=radio",
    "/clips/?q=famly+histry&year=1999",
    "/clips/1",
    "/webcasts/",
    "/fact-sheet",
    "/annual-meeting",
    "/logos",
    "/reporting-science",
    "/communicating-science",
    "/communicating-science/check",
    "/enquiries/new",
    "/experts/",
    "/glossary/",
    "/contact",
    "/privacy",
    "/feeds/",
    "/sign-in",
    "/sign-in/password/nothing",
    "/accreditation/",
    "/embargo/",
    "/embargo/forgotten",
    "/nothing-is-here",
]

DESK = [
    "/desk/",
    "/desk/releases/",
    "/desk/releases/new",
    "/desk/releases/import",
    "/desk/releases/1",
    "/desk/releases/1/revisions",
    "/desk/releases/1/revisions/1",
    "/desk/releases/1/revisions/1/restore",
    "/desk/releases/1/compare",
    "/desk/releases/1/review",
    "/desk/clips/",
    "/desk/clips/new",
    "/desk/clips/import",
    "/desk/clips/import/all",
    "/desk/clips/addresses",
    "/desk/clips/queue",
    "/desk/clips/queue/1",
    "/desk/clips/queue/1/edit",
    "/desk/clips/queue/decided",
    "/desk/clips/rules",
    "/desk/clips/rules/1",
    "/desk/webcasts/",
    "/desk/webcasts/1",
    "/desk/media/",
    "/desk/media/1",
    "/desk/media/1/delete",
    "/desk/media/progress",
    "/desk/releases/1/files",
    "/desk/releases/1/coverage",
    "/desk/enquiries/1",
    "/desk/rota/",
    "/desk/experts/1",
    "/desk/boilerplates/",
    "/desk/boilerplates/1",
    "/desk/boilerplates/1/remove",
    "/desk/contacts/",
    "/desk/contacts/1",
    "/desk/pages/",
    "/desk/pages/logos",
    "/desk/fact-sheet",
    "/desk/accreditation/",
    "/desk/accreditation/agreements",
    "/desk/accreditation/applications/2",
    "/desk/accreditation/journalists/1",
    "/desk/accreditation/ledger",
    "/desk/accreditation/releases/14",
    "/desk/accreditation/releases/14/send",
    "/desk/mail/",
    "/desk/settings",
    "/desk/audit",
    "/desk/audit?kind=release&since=2026-01-01",
    "/desk/audit/9",
    "/desk/patterns",
    "/desk/account",
    "/desk/account/second-factor",
    "/desk/account/passkeys",
    "/desk/account/confirm",
]


def inspect(page: Page, path: str) -> list[str]:
    """The faults of the page at *path*."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(path)
    faults = []
    page.evaluate(AXE.axe_script)  # once for both: it is half a megabyte
    for scheme, rules in (("light", RULES), ("dark", COLOURS)):  # a scheme changes colours and nothing else
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = page.evaluate("async rules => (await axe.run(rules)).violations", rules)
        faults += [
            f"{path} ({scheme}): {one['id']}: {one['help']}: {node['html'][:160]}"
            for one in found
            for node in one["nodes"]
        ]
    return faults + [f"{path}: at {width} px it is {over} px too wide" for width, over in sideways(page) if over > 0]


def sideways(page: Page) -> list[tuple[int, int]]:
    """By how much the page is wider than the screen, at each width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        found.append((width, page.evaluate(wide)))
    return found


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(reader: Page, path: str) -> None:
    assert inspect(reader, path) == []


def test_one_release_and_one_webcast_of_each_state(page: Page) -> None:
    page.goto("/releases/")
    paths = page.locator("main h3 a").evaluate_all("links => links.slice(0, 2).map(a => a.getAttribute('href'))")
    for facet in ("year", "month"):
        paths.append(page.locator(f"#{facet} a").first.get_attribute("href"))
        page.goto(paths[-1])
    page.goto("/webcasts/")
    webcasts = page.locator("main a[href^='/webcasts/']")
    paths += sorted(set(webcasts.evaluate_all("links => links.map(a => a.getAttribute('href'))")))
    pages = [path for path in paths if re.fullmatch(r"/(releases|webcasts)/[\w/-]+", path)]
    assert len(pages) >= 6
    pages.append(next(path for path in pages if path.startswith("/webcasts/asking")) + "/embed")
    assert [fault for path in pages for fault in inspect(page, path)] == []


@pytest.mark.parametrize("path", DESK)
def test_desk_pages(editor: Page, path: str) -> None:
    assert inspect(editor, path) == []


def test_what_an_import_would_bring_in(desk: Page) -> None:
    desk.goto("/desk/releases/import")
    desk.get_by_label("File").set_input_files(EXPORT)
    desk.get_by_role("button", name="Read the file").click()
    expect(desk.get_by_role("heading", name="2 releases would come in")).to_be_visible()
    report = desk.url
    desk.get_by_text("How the file is read", exact=True).click()
    expect(desk.get_by_role("button", name="Read the file again")).to_be_visible()
    assert AXE.run(desk, options=RULES).response["violations"] == []
    assert [pair for pair in sideways(desk) if pair[1] > 0] == []
    assert inspect(desk, f"{report}?show=left") + inspect(desk, f"{report}/undo") == []


def test_what_a_journalist_reads_under_embargo(page: Page) -> None:
    page.goto("/embargo/")
    page.get_by_label("E-mail").fill(sample.JOURNALIST_EMAIL)
    page.get_by_label("Password").fill(sample.JOURNALIST_PASSWORD)
    page.keyboard.press("Enter")
    release = page.locator("main h2 a").first
    expect(release).to_be_visible()
    paths = ["/embargo/", "/embargo/agreement", release.get_attribute("href") or ""]
    assert [fault for path in paths for fault in inspect(page, path)] == []
    page.emulate_media(media="print")
    lines = page.locator(".release-line", has_text="EMBARGOED UNTIL")
    expect(lines).to_have_count(2)
    expect(lines.first).to_be_visible()
    expect(lines.last).to_be_visible()


def test_very_long_words_stay_on_the_screen(page: Page, house: Flask) -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
    with house.app_context(), publishing.as_staff():
        now = clock.now()
        release = releases.create(
            by=None, now=now, kind=ReleaseKind.RESEARCH, headline=word, subhead=word, body=f"{word}\n\n> {word}\n"
        )
        releases.publish(release, by=None, now=now)
        db.session.commit()
        address = release.address
    for path in (address, "/", "/releases/", f"/search?q={word}", f"/clips/?q={word}"):
        page.goto(path)
        assert [pair for pair in sideways(page) if pair[1] > 0] == [], path


def test_the_open_menu(visitor: Visitor) -> None:
    page = visitor(width=360)
    page.goto("/")
    page.get_by_role("button", name="Menu").click()
    assert AXE.run(page, options=RULES).response["violations"] == []


def test_forced_colours_and_motion(visitor: Visitor) -> None:
    page = visitor(forced_colors="active", reduced_motion="reduce")
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    edge = page.evaluate("getComputedStyle(document.querySelector('.button')).borderTopStyle")
    assert edge == "solid", "a button without its ground keeps its edge"


def test_on_paper_the_contact_stays_and_the_navigation_goes(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/fact-sheet")
    page.emulate_media(media="print")
    assert not page.locator("#nav").is_visible()
    assert page.locator(".contact .phone").first.is_visible()


def test_no_script_is_needed(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False)
    page.goto("/clips/")
    page.locator("#q").fill("family history")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clips/?q=family+history*")
    assert page.locator(".hits li").count() > 0
