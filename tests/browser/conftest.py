"""The sample press room behind a real server, and a real browser that tells when something is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from pressroom import publishing, sample, search
from pressroom.application import create_app
from pressroom.kit import clock
from pressroom.kit.db import db
from tests import databases
from tests.browser import chromium

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FLAGS = [
    "--no-sandbox",  # the tests may run as root in a container
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
]
ANSWER = "pressroom.tests.answer"
PATIENCE = 15_000  # milliseconds: a slow machine is no fault of the page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser, and one worker does it, with one browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


class Quiet(WSGIRequestHandler):
    """No line for each request, and no file left open when the browser goes on before its answer has come.

    Werkzeug reads what is left of a request before it closes the answer; where the connection was reset, that
    reading fails and the answer, a file of `static/`, stays open.
    """

    def log(self, *_: object) -> None:
        """Nothing."""

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Close what `closable` kept."""
        if environ is not None and (close := getattr(environ.get(ANSWER), "close", None)):
            close()


def closable(app: WSGIApplication) -> WSGIApplication:
    """``app``, with each answer kept where `Quiet` finds it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[ANSWER] = app(environ, start_response)
        return environ[ANSWER]

    return answer


@pytest.fixture(scope="session")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A press room with the sample content."""
    folder = tmp_path_factory.mktemp("browser") / "instance"
    folder.mkdir(mode=0o700)
    databases.copied(sqlite_template, folder)
    overrides = {"secret_key": databases.SECRET, "fresh_minutes": 1440}
    app = create_app(folder, overrides)  # however long the tests take, they are asked once who they are
    with app.app_context(), publishing.as_staff():
        sample.load(now=clock.now())
        db.session.commit()
    with app.app_context():
        search.rebuild()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def live(house: Flask) -> Iterator[str]:
    """The address of the sample press room."""
    server = make_server("127.0.0.1", 0, closable(house), threaded=True, request_handler=Quiet)
    house.config["SITE_URL"] = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield house.config["SITE_URL"]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = chromium.find()
    if path is None:
        pytest.fail("Chromium is not installed: `make browser` says how to get it")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def desk_state(browser: Browser, live: str) -> object:
    """The cookie of the editor of the sample, signed in once."""
    context = browser.new_context(base_url=live)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto("/sign-in?next=/desk/")
    page.get_by_label("E-mail").fill(sample.EMAIL)
    page.get_by_label("Password").fill(sample.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk/")
    state = context.storage_state()
    context.close()
    return state


class Watch:
    """What a page complains of, and where it reaches for."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.faults: list[str] = []
        self.home = home
        context.on("console", lambda line: self._say(line.type, line.text))
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("request", lambda request: self._asked(request.url))

    def _say(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "with a status of 4" not in text:
            self.faults.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.home, "data:", "blob:")):
            self.faults.append(f"a request left the house: {url}")


class Visits:
    """Pages of one browser, and what was wrong on any of them."""

    def __init__(self, browser: Browser, live: str) -> None:
        self.browser, self.live = browser, live
        self.contexts: list[BrowserContext] = []
        self.watches: list[Watch] = []

    def __call__(self, *, width: int = 1280, state: object = None, home: str = "", **options: object) -> Page:
        context = self.browser.new_context(
            base_url=home or self.live, viewport={"width": width, "height": 900}, storage_state=state, **options
        )
        self.contexts.append(context)
        self.watches.append(Watch(context, home or self.live))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    def faults(self) -> list[str]:
        """What was wrong since this was asked last."""
        found = [fault for watch in self.watches for fault in watch.faults]
        for watch in self.watches:
            watch.faults.clear()
        return found

    def close(self) -> None:
        """Close every page."""
        for context in self.contexts:
            context.close()


Visitor = Callable[..., Page]


@pytest.fixture
def visitor(browser: Browser, live: str) -> Iterator[Visitor]:
    """``visitor(width=360)`` opens a page; at the end nothing may have been wrong on any of them."""
    visits = Visits(browser, live)
    yield visits
    visits.close()
    assert not visits.faults()


@pytest.fixture(scope="module")
def standing(browser: Browser, live: str, desk_state: object) -> Iterator[tuple[Visits, Page, Page]]:
    """A page of somebody of the public and one of the editor, which many tests lead from address to address."""
    visits = Visits(browser, live)
    yield visits, visits(), visits(state=desk_state)
    visits.close()


@pytest.fixture
def reader(standing: tuple[Visits, Page, Page]) -> Iterator[Page]:
    """That of the public: opening one of its own takes longer than to look at most pages."""
    visits, page, _ = standing
    yield page
    assert not visits.faults()


@pytest.fixture
def editor(standing: tuple[Visits, Page, Page]) -> Iterator[Page]:
    """That of the editor."""
    visits, _, page = standing
    yield page
    assert not visits.faults()


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """A page of somebody of the public."""
    return visitor()


@pytest.fixture
def desk(visitor: Visitor, desk_state: object) -> Page:
    """A page of the editor, signed in."""
    return visitor(state=desk_state)
