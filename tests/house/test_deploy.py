"""What `deploy/` holds, tried as far as can be: systemd's own check, and a real nginx before a real press room."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from pressroom import publishing
from pressroom.application import create_app
from pressroom.config import SETTINGS
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.webcasts import actions as webcasts
from tests import databases
from tests import factories as people
from tests.house.test_commands import free_port, pressroom, serving, until_it_answers
from tests.webcasts import factories

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = "press.example.org"

pytestmark = [pytest.mark.sqlite, pytest.mark.slow, pytest.mark.xdist_group("servers")]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_unit_and_little_exposed(tmp_path: Path) -> None:
    unit = tmp_path / "pressroom.service"
    unit.write_text(
        (DEPLOY / "systemd/pressroom.service").read_text().replace("/opt/pressroom/.venv/bin/pressroom", "/bin/true")
    )
    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    exposed = ["systemd-analyze", "security", "--offline=true", "--threshold=15", unit]
    assert subprocess.run(exposed, capture_output=True, check=False).returncode == 0


def test_the_container_has_what_it_copies_and_knows_what_it_is_told() -> None:
    """As far as can be told without an engine for containers."""
    compose = (DEPLOY / "compose/compose.yaml").read_text()
    image = (DEPLOY / "compose/Dockerfile").read_text()
    let_in = (DEPLOY / "compose/Dockerfile.dockerignore").read_text().splitlines()
    root = (DEPLOY / "compose" / found(r"context: (.+)", compose)).resolve()
    assert (root / found(r"dockerfile: (.+)", compose)).read_text() == image
    copied = [name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", image, re.M) for name in line.split()]
    assert copied
    assert [name for name in copied if not (root / name).exists() or f"!{name}" not in let_in] == []
    told = set(re.findall(r"PRESSROOM_([A-Z_]+)(?:: |=)", compose + image)) - {"INSTANCE"}
    assert told - {name.upper() for name in SETTINGS.by_name} == {"DATABASE_PASSWORD"}, "which is for the database"
    assert re.findall(r"pressroom ([a-z-]+)", found(r"CMD (\[\"sh\".+)", image)) == ["init", "serve"]
    assert found(r"home-dir (\S+)", image) == found(r"VOLUME (.+)", image) == found(r"instance:(.+)", compose)
    assert found(r"EXPOSE (\d+)", image) == found(r"127\.0\.0\.1:\d+:(\d+)", compose)


def found(pattern: str, text: str) -> str:
    """What the first group of *pattern* is in *text*."""
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]


class Front(NamedTuple):
    """nginx, the press room behind it, and how to ask."""

    port: int
    behind: int
    authority: ssl.SSLContext
    instance: Path

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes | None = None):
        """Ask nginx; the answer with its body read, as ``.body``."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=self.authority)
        connection.request(method, path, body, {"Host": NAME, **(headers or {})})
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Front]:
    """The shipped configuration, with the paths and ports of this test; nothing else of it is changed."""
    if not shutil.which("nginx"):
        pytest.skip("no nginx here")
    folder = tmp_path_factory.mktemp("front")
    folder.chmod(0o755)
    instance, port, behind = folder / "instance", free_port(), free_port()
    instance.mkdir(mode=0o710)
    (instance / "config.toml").write_text(
        f'site_url = "https://{NAME}"\nproxies = 1\naccel_redirect = "/stored-media"\nedge_seconds = 60\n'
    )
    databases.copied(sqlite_template, instance)
    authority = trustme.CA()
    authority.issue_cert(NAME).private_key_and_cert_chain_pem.write_to_path(folder / "pair.pem")
    configuration = folder / "nginx.conf"
    configuration.write_text(_as_shipped(folder, port, behind))
    context = ssl.create_default_context()
    authority.configure_trust(context)
    context.check_hostname = False  # the connection goes to the machine's own address
    with serving(instance, behind):
        subprocess.run(["nginx", "-t", "-q", "-c", configuration], check=True)
        nginx = subprocess.Popen(["nginx", "-c", configuration])
        try:
            found = Front(port, behind, context, instance)
            _until_it_listens(found)
            yield found
        finally:
            nginx.send_signal(signal.SIGQUIT)
            nginx.wait(60)


def _as_shipped(folder: Path, port: int, behind: int) -> str:
    changed = {
        r"listen (\[::\]:)?80;": "",
        r"127\.0\.0\.1:8000": f"127.0.0.1:{behind}",
        r"/var/cache/nginx/pressroom": str(folder / "cache"),
        r"/var/lib/pressroom/": f"{folder / 'instance'}/",
    }
    shipped = _changed("pressroom.conf", folder, port, changed)
    shipped = re.sub(r"server \{\s+server_name[^}]*\}[^}]*\}\s+\}", "", shipped, count=1)  # the one on port 80
    return _whole(folder, shipped)


def _changed(name: str, folder: Path, port: int, changed: dict[str, str]) -> str:
    shipped = (DEPLOY / "nginx" / name).read_text()
    for written, here in {
        r"listen \[::\]:443 ssl http2;": "",
        r"listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        r"/etc/letsencrypt/live/press\.example\.org/\w+\.pem": str(folder / "pair.pem"),
        **changed,
    }.items():
        shipped, times = re.subn(written, here, shipped)
        assert times, f"{written} is not in the shipped configuration"
    return shipped


def _whole(folder: Path, shipped: str) -> str:
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    return (
        f"{user} daemon off; pid {folder / 'pid'}; error_log {folder / 'error.log'};"
        f"events {{}} http {{ access_log off; {temporary} {shipped} }}"
    )


def _until_it_listens(front: Front, path: str = "/healthz") -> None:
    until_it_answers(front.behind)
    for _ in range(600):
        try:
            assert front.get(path).status == 200
        except ConnectionRefusedError:
            signal.sigtimedwait([], 0.05)
        else:
            return
    raise AssertionError("nginx did not answer")


def test_pages_come_through_with_their_headers_and_one_name(front: Front) -> None:
    answer = front.get("/", {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert answer.status == 200
    assert b"evil.example" not in answer.body
    assert answer.headers["Strict-Transport-Security"]
    assert len(answer.headers.get_all("Content-Security-Policy")) == 1
    assert front.get("/", {"Host": "evil.example"}).status == 400


def test_what_is_public_is_kept_and_not_for_a_visitor_with_a_cookie(front: Front) -> None:
    """An answer of the sign-in page, which sets a cookie, is nobody else's."""
    kept = [front.get("/releases/").headers["X-Cache"] for _ in range(2)]
    assert kept == ["MISS", "HIT"]
    assert front.get("/releases/", {"Cookie": "__Host-desk=x"}).headers["X-Cache"] == "BYPASS"
    entry = front.get("/sign-in")
    assert entry.status == 200
    cookie = entry.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert "no-store" in entry.headers["Cache-Control"]
    assert front.get("/sign-in").headers["Set-Cookie"] != cookie


def _public_film(instance: Path) -> tuple[str, str]:
    """The address of a film that is public in the press room, and the name of its file."""
    app = create_app(instance)
    with app.app_context(), publishing.as_staff():
        now = clock.now()
        webcast = factories.recorded()
        webcasts.publish(webcast, by=people.person("ada"), now=now)
        db.session.commit()
        assert webcast.recording is not None
        found = webcast.recording.address, webcast.recording.sha256
        db.session.remove()
        db.engine.dispose()
    return found


def test_nginx_sends_the_bytes_of_a_file_and_nobody_gets_around_the_gate(front: Front) -> None:
    path, sha256 = _public_film(front.instance)
    content = factories.FILM
    answer = front.get(path)
    assert (answer.status, answer.body) == (200, content)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "X-Accel-Redirect" not in answer.headers
    part = front.get(path, {"Range": "bytes=0-7"})
    assert (part.status, part.body) == (206, content[:8])
    assert front.get(path, {"If-None-Match": answer.headers["ETag"]}).status == 304
    assert front.get(f"/stored-media/{sha256[:2]}/{sha256}").status == 404
    assert front.get(f"/stored-media/../media/{sha256[:2]}/{sha256}").status == 404


def test_too_much_is_refused_in_words(front: Front) -> None:
    answer = front.get("/sign-in", method="POST", headers={"Content-Length": str(600_000_000)}, body=b"")
    assert answer.status == 413


def test_a_copy_answers_at_the_same_addresses(front: Front, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The shipped configuration of a copy, before a copy of the press room that was asked until now."""
    folder, port = tmp_path_factory.mktemp("copied"), free_port()
    folder.chmod(0o755)
    shutil.copyfile(front.instance.parent / "pair.pem", folder / "pair.pem")
    assert "pages and" in pressroom("freeze", str(folder / "copy"), instance=front.instance).stdout
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _whole(folder, _changed("pressroom-copy.conf", folder, port, {"/srv/press-copy": f"{folder}/copy"}))
    )
    subprocess.run(["nginx", "-t", "-q", "-c", configuration], check=True)
    nginx = subprocess.Popen(["nginx", "-c", configuration])
    try:
        copy = front._replace(port=port)
        _until_it_listens(copy, "/robots.txt")
        for path in ("/", "/contact", "/releases/", "/webcasts/", "/feeds/releases.json", "/feeds/clips.atom"):
            there, here = front.get(path), copy.get(path)
            assert (here.status, here.headers.get_content_type()) == (200, there.headers.get_content_type()), path
            same = ("Content-Security-Policy", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options")
            assert [here.headers[name] for name in same] == [there.headers[name] for name in same], path
        for path, kind in (("/contact.vcf", "text/vcard"), ("/feeds/all.opml", "text/x-opml")):
            assert copy.get(path).headers["Content-Type"].startswith(kind)
        assert b"This is a copy" in copy.get("/search?q=words").body
        lost = copy.get("/releases/2026/nothing")
        assert lost.status == 404
        assert b"We could not find that page" in lost.body
    finally:
        nginx.send_signal(signal.SIGQUIT)
        nginx.wait(60)
