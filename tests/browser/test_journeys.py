"""What people do, from beginning to end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from pressroom import sample
from tests.browser.conftest import Visitor

TERMS = "zebrafish heart"


def test_search_from_the_home_page_by_keyboard(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    expect(page.get_by_label("Search releases, clips and webcasts")).to_be_focused()
    page.keyboard.type('"family history"')
    page.keyboard.press("Enter")
    expect(page).to_have_url("/search?q=%22family+history%22")
    expect(page.locator(".hits mark").first).to_be_visible()
    page.get_by_role("link", name="Clips").first.focus()
    first = page.locator(".hits h3 a").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_count(1)


ASKING = "/webcasts/asking-about-family-a-conversation-with-genetic-counsellors"


def test_what_was_said_is_searched_and_heard_at_its_second(page: Page, visitor: Visitor) -> None:
    page.goto("/search?q=%22both+sides%22&kind=webcast")
    hit = page.get_by_role("list", name="Where it is said").get_by_role("link")
    expect(hit).to_have_text("Play from 00:08")
    hit.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{ASKING}#t-8000")
    film = page.locator("video")
    expect(film).to_be_focused()
    expect(film).to_have_js_property("currentTime", 8)
    expect(film).to_be_in_viewport()
    page.get_by_role("link", name="When nobody knows").click()
    expect(film).to_have_js_property("currentTime", 16)
    page.get_by_label("Quality").select_option(index=1)
    expect(film).to_have_js_property("videoHeight", 360)
    expect(film).to_have_js_property("currentTime", 16)
    page.goto(f"{ASKING}?t=0:04")
    expect(film).to_have_js_property("currentTime", 4)
    plain = visitor(java_script_enabled=False)
    plain.goto(f"{ASKING}#t-8000")
    expect(plain.locator("li:target")).to_contain_text("Ask about both sides.")
    expect(plain.locator("li:target")).to_be_in_viewport()
    expect(plain.get_by_label("Quality")).to_be_hidden()


def test_suggestions_by_keyboard(page: Page) -> None:
    page.goto("/clips/?year=2026")
    box = page.get_by_role("combobox", name="Search the clip archive")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("fam")
    rows = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(rows.first).to_contain_text("family")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(rows.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "q-list-0")
    box.press("ArrowUp")
    box.press("ArrowUp")
    expect(rows.last).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(rows).to_have_count(0)
    expect(box).to_have_value("fam")
    box.press_sequentially("i")
    expect(rows.first).to_contain_text("family")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url("/clips/?q=family&year=2026")


def test_suggestions_by_pointer_and_in_the_header(page: Page) -> None:
    page.goto("/clips/")
    outlet = page.locator(".facet", has=page.get_by_role("heading", name="Outlet")).locator("a span").first.inner_text()
    page.get_by_role("combobox", name="Search the clip archive").press_sequentially(outlet)
    page.get_by_role("option", name=f"{outlet} outlet").click()
    expect(page.locator(".chip")).to_have_text([outlet])
    page.get_by_role("combobox", name="Search releases, clips and webcasts").press_sequentially("fam")
    page.get_by_role("option", name="family").first.click()
    expect(page).to_have_url("/search?q=family")


def test_the_archive_without_script(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False)
    page.goto("/clips/")
    page.get_by_role("searchbox", name="Search the clip archive").fill("famly histry")
    page.get_by_role("button", name="Search").last.click()
    page.locator(".meant a").click()
    expect(page.locator(".hits mark").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_the_first_tab_skips_to_the_content(page: Page) -> None:
    page.goto("/releases/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/releases/#main")


def test_the_menu_on_a_telephone_without_script(visitor: Visitor) -> None:
    page = visitor(width=360, java_script_enabled=False)
    page.goto("/")
    menu = page.get_by_role("navigation", name="Main")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(menu).to_be_visible()
    menu.get_by_role("link", name="Fact sheet").click()
    expect(page.locator("h1")).to_contain_text("Fact sheet")


def test_the_filters_on_a_telephone(visitor: Visitor) -> None:
    page = visitor(width=360)
    page.goto("/clips/")
    page.get_by_role("button", name="Filters").click()
    filters = page.get_by_role("complementary", name="Filters")
    filters.get_by_role("link", name="Radio").first.click()
    expect(page.locator(".chip").first).to_be_visible()


def test_the_contact_is_above_the_fold(visitor: Visitor) -> None:
    for width in (360, 1280):
        page = visitor(width=width)
        page.goto("/")
        expect(page.locator(".reach .phone").first).to_be_in_viewport()


def test_sign_in_write_publish_find(visitor: Visitor) -> None:
    page = visitor(width=1440)
    page.goto("/desk/")
    page.get_by_label("E-mail").fill(sample.EMAIL)
    page.get_by_label("Password").fill(sample.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="New release").click()
    page.get_by_label("Headline").fill(f"One gene steers the {TERMS}")
    page.get_by_label("Text", exact=False).first.fill(
        f"A **first** look at the {TERMS}.\n\n> “Said.”\n> — A. Name, PhD, chair"
    )
    preview = page.get_by_role("region", name="Preview")
    expect(preview.locator("strong")).to_have_text("first")
    expect(preview.locator("cite")).to_have_text("A. Name, PhD")
    beside = preview.bounding_box(), page.locator("textarea.source").bounding_box()
    assert beside[0]["x"] > beside[1]["x"] + beside[1]["width"], "at this width the preview stands beside the text"
    page.get_by_role("button", name="Publish now").click()
    page.get_by_role("link", name="Public page").click()
    expect(page.locator("h1")).to_have_text(f"One gene steers the {TERMS}")
    page.goto(f"/search?q={TERMS.replace(' ', '+')}")
    expect(page.locator(".hits h3").first).to_contain_text("One gene steers")
    assert TERMS in page.request.get("/feeds/releases.rss").text()


def test_a_refused_form_leads_to_its_fields(desk: Page) -> None:
    desk.goto("/desk/settings")
    desk.get_by_label("Time zone").fill("Mars/Olympus")
    desk.get_by_role("button", name="Save settings").click()
    summary = desk.locator(".errors")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(desk.get_by_label("Time zone")).to_be_in_viewport()
    expect(desk.get_by_label("Time zone")).to_have_value("Mars/Olympus")


def test_import_clips_from_a_list(desk: Page, tmp_path: Path) -> None:
    file = tmp_path / "clips.csv"
    rows = ["date,venue,title,link"]
    rows += [f"2026-10-{day:02},Quarry Post,Quarry story {day},https://quarry.example/{day}" for day in range(1, 6)]
    rows += ["no day,Quarry Post,Broken row,https://quarry.example/x"]
    file.write_text("\n".join(rows))
    for expected in ("5 clips were added", "Quarry Post"):
        desk.goto("/desk/clips/import")
        desk.get_by_label("File", exact=True).set_input_files(file)
        desk.get_by_role("button", name="Upload").click()
        desk.get_by_role("button", name="Import 6 rows").click()
        expect(desk.locator("main")).to_contain_text("Rows read")
        if expected.startswith("5"):
            expect(desk.locator("main")).to_contain_text(expected)
            expect(desk.locator("main")).to_contain_text("no day")
        else:
            expect(desk.locator(".numbers")).to_contain_text("5")
    desk.goto("/clips/?q=quarry")
    expect(desk.locator(".bar h2")).to_contain_text("5 clips")


def test_announce_a_webcast(desk: Page) -> None:
    desk.goto("/desk/webcasts/new")
    desk.get_by_label("Title").fill("A briefing on lichens")
    desk.get_by_label("Summary").fill("Twenty minutes on lichens.")
    desk.get_by_label("Day").fill("2031-03-04")
    desk.get_by_label("Time", exact=True).fill("14:00")
    desk.get_by_label("Length in minutes").fill("20")
    desk.get_by_role("button", name="Save").first.click()
    desk.get_by_role("link", name="Publish or schedule").click()
    desk.get_by_role("button", name="Publish").click()
    expect(desk.locator(".flash")).to_be_visible()
    desk.goto("/webcasts/")
    desk.get_by_role("link", name="A briefing on lichens", exact=True).click()
    expect(desk.locator("h1")).to_have_text("A briefing on lichens")
    expect(desk.locator("main")).to_contain_text("Announced")


def test_edit_the_fact_sheet(desk: Page) -> None:
    desk.goto("/desk/fact-sheet")
    desk.get_by_role("link", name="Members", exact=True).click()
    desk.get_by_label("Value").fill("8,123")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator(".flash")).to_be_visible()
    desk.goto("/fact-sheet")
    expect(desk.locator("main")).to_contain_text("8,123")


def test_change_the_colours(desk: Page) -> None:
    desk.goto("/desk/settings")
    desk.get_by_label("Brand colour").fill("#7a1f5c")
    desk.get_by_role("button", name="Save settings").click()
    expect(desk.locator(".flash")).to_contain_text("Saved")
    desk.goto("/")
    accent = desk.evaluate("getComputedStyle(document.querySelector('.kicker b')).color")
    desk.goto("/desk/settings")
    desk.get_by_label("Brand colour").fill("#0b5a5f")
    desk.get_by_role("button", name="Save settings").click()
    expect(desk.locator(".flash")).to_contain_text("Saved")
    desk.goto("/")
    assert accent != desk.evaluate("getComputedStyle(document.querySelector('.kicker b')).color")


def test_typed_text_is_kept_while_it_is_written(desk: Page) -> None:
    desk.clock.install()
    desk.goto("/desk/releases/new")
    desk.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # from here on it moves only when it is told to
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.url) if request.url.endswith("/unsaved") else None)
    desk.clock.run_for(60_000)
    assert not sent, "nothing was typed, so nothing is sent"
    desk.get_by_label("Headline").fill("Birds agree")
    desk.clock.run_for(4_000)
    expect(desk.locator("[data-autosave-says]")).to_contain_text("not saved")
    for letter in "abc":
        desk.get_by_label("Subhead").press_sequentially(letter)
        desk.clock.run_for(4_000)
    assert len(sent) == 1, "not more often than every twenty seconds"
    with desk.expect_response(lambda answer: answer.url.endswith("/unsaved")) as answer:
        desk.clock.run_for(20_000)
    assert answer.value.ok
    desk.goto("/desk/releases/new")
    expect(desk.get_by_role("heading", name="You have unsaved text")).to_be_visible()
    desk.get_by_role("link", name="Go on with it").click()
    expect(desk.get_by_label("Headline")).to_have_value("Birds agree")
    expect(desk.get_by_label("Subhead")).to_have_value("abc")
    desk.goto("/desk/releases/new")
    desk.get_by_role("button", name="Throw it away").click()
    expect(desk.get_by_role("heading", name="You have unsaved text")).to_have_count(0)


def test_a_file_comes_to_a_release_by_keyboard(desk: Page, tmp_path: Path) -> None:
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script>1</script><path d='M0 0h9v9z'/></svg>"
    (tmp_path / "Little mark.svg").write_text(drawing)
    desk.goto("/desk/media/")
    desk.get_by_text("Upload files").click()
    desk.get_by_label("Files", exact=True).set_input_files(tmp_path / "Little mark.svg")
    desk.get_by_role("button", name="Upload").press("Enter")
    expect(desk.get_by_text("Left out of little-mark.svg: script.")).to_be_visible()
    desk.get_by_label("What it shows").fill("A triangle.")
    desk.get_by_role("button", name="Save").press("Enter")
    expect(desk.get_by_text("Saved.")).to_be_visible()
    # The picture may still be on its way; `decode` waits for it, and fails where it is none.
    assert desk.locator("figure img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    desk.goto("/desk/releases/1/files?q=little")
    desk.get_by_label("little-mark.svg").press("Space")
    desk.get_by_role("button", name="Attach what is ticked").press("Enter")
    expect(desk.get_by_text("Attached: little-mark.svg.")).to_be_visible()
    desk.get_by_role("button", name="Take little-mark.svg away").press("Enter")
    expect(desk.get_by_text("Taken away; it stays in the library.")).to_be_visible()


def test_a_file_that_is_too_large_is_said_before_it_is_sent(
    desk: Page, house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(house.config, "MAX_UPLOAD_MB", 1)
    desk.goto("/desk/media/")
    desk.get_by_text("Upload files").click()
    box = desk.get_by_label("Files", exact=True)
    for size, said in ((1_000_001, "large.pdf is larger than 1 MB. Choose a smaller copy."), (1_000_000, "")):
        box.set_input_files({"name": "large.pdf", "mimeType": "application/pdf", "buffer": bytes(size)})
        assert box.evaluate("box => box.validationMessage") == said


def test_a_release_is_copied_whole_and_printed(visitor: Visitor) -> None:
    page = visitor(permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("window.print = () => { document.title = 'printed'; };")
    page.goto("/releases/")
    page.locator("main h3 a").first.click()
    headline = page.locator("h1").inner_text()
    page.get_by_role("button", name="Copy as plain text").click()
    expect(page.locator("[data-said]")).to_have_text("Copied as plain text.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("FOR IMMEDIATE RELEASE")
    assert headline in copied
    assert "MEDIA CONTACT" in copied
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("printed")


def test_coverage_is_confirmed_on_the_desk_and_shown_to_everybody(desk: Page, page: Page) -> None:
    desk.goto("/desk/releases/")
    desk.locator("#out ~ table, .panel table").get_by_role("link", name="Family health history goes unasked").click()
    desk.get_by_role("link", name="Coverage").click()
    proposal = desk.locator("section[aria-labelledby=proposals] tbody tr").first
    headline = proposal.get_by_role("link").inner_text()
    proposal.get_by_role("button", name="Covers it").click()
    expect(desk.locator("section[aria-labelledby=tied]")).to_contain_text(headline)
    desk.get_by_role("link", name="Family health history goes unasked").click()
    public = desk.get_by_role("link", name="Public page").get_attribute("href") or ""
    page.goto(public)
    story = page.locator("section[aria-labelledby=coverage]").get_by_role("link", name=headline)
    story.click()
    expect(page.get_by_role("link", name="Family health history goes unasked")).to_have_attribute("href", public)
