"""A copy of the sample press room, shown by a server that knows nothing but files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask

from pressroom import freezing
from pressroom.kit import clock
from pressroom.kit.headers import HEADERS
from tests.browser.conftest import Visitor


class Files(SimpleHTTPRequestHandler):
    """Files, under the policy that the press room has."""

    def end_headers(self) -> None:
        """With the headers of a page."""
        self.send_header("Content-Security-Policy", HEADERS["Content-Security-Policy"])
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def copy(house: Flask, live: str, tmp_path: Path) -> Iterator[str]:
    """The address of the copy."""
    freezing.make(house, tmp_path / "copy", now=clock.now(), scope=freezing.Scope(clips=10, papers=0))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(tmp_path / "copy")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_search_in_a_copy_with_script_and_lists_without(visitor: Visitor, copy: str) -> None:
    page = visitor(home=copy)
    page.goto("/contact/")
    page.keyboard.press("/")
    page.keyboard.type("FÂMILY hist")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-hits] a")
    assert "/search/?q=" in page.url
    assert "have these words" in page.text_content("[data-said]")
    assert "family" in page.text_content("[data-hits] li").lower()
    assert page.is_hidden("[data-more]")
    page.click("[data-hits] a >> nth=0")
    assert "This is a copy" in page.text_content("aside.frozen")
    page.goto("/search/?q=quillwort")
    page.wait_for_selector("[data-said]:has-text('No headline')")  # a function would be text that the page may not run

    plain = visitor(home=copy, width=360, java_script_enabled=False)
    plain.goto("/search/?q=family")
    assert plain.is_hidden("[data-found-in]")
    plain.click("main li a >> nth=0")
    plain.wait_for_load_state()
    assert plain.locator("main li a").count() > 5
    assert plain.evaluate("document.documentElement.scrollWidth") <= 360
