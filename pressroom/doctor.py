"""``pressroom doctor``: looks an installation over, and says what to do. It changes nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from packaging.requirements import Requirement
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from pressroom import freezing, publishing, sample, search
from pressroom.accounts import passkeys, passwords
from pressroom.accounts.models import Passkey, User
from pressroom.accounts.rules import Role
from pressroom.accreditation.models import Journalist, LedgerEntry, LedgerHead
from pressroom.audit.models import AuditEntry, AuditHead
from pressroom.clips.links import queries as links
from pressroom.clips.links.jobs import is_on as links_on
from pressroom.enquiries import queries as enquiries
from pressroom.front import health, security_txt
from pressroom.front.health import LITTLE_ROOM, NO_ROOM
from pressroom.kit import chain, clock
from pressroom.kit.db import Base, db, reading
from pressroom.kit.settings import setting
from pressroom.mail import configured
from pressroom.mail import queries as mail
from pressroom.mail.models import Mail
from pressroom.mail.queries import SHOWN
from pressroom.media.models import Asset
from pressroom.operations import schedule
from pressroom.pages import past
from pressroom.pages import queries as pages
from pressroom.reporting import queries as reporting
from pressroom.version import VERSION

LEAST_SECRET = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NEAR = timedelta(days=30)
FAR = timedelta(days=366)
LATE = timedelta(hours=1)
AHEAD = timedelta(minutes=5)  # by so much clocks of honest machines differ
OLD = timedelta(days=7)  # a backup, where nothing says how often one is made
APART = timedelta(seconds=5)  # the clocks of the press room and of its database
LEAST_SQLITE = (3, 35, 0)  # RETURNING, and dropping of columns
RELEASED = datetime(2026, 11, 1, tzinfo=UTC)  # no clock is right that says it is earlier


class Level(StrEnum):
    """How bad it is."""

    FINE = "fine"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and what to do about it; nothing, where it is fine."""

    level: Level
    about: str
    found: str
    do: str = ""


Findings = Iterator[Finding]


def fine(about: str, found: str) -> Finding:
    """As it should be."""
    return Finding(Level.FINE, about, found)


def warning(about: str, found: str, do: str) -> Finding:
    """It works, and should be better."""
    return Finding(Level.WARNING, about, found, do)


def error(about: str, found: str, do: str) -> Finding:
    """Not to be left so."""
    return Finding(Level.ERROR, about, found, do)


def examine() -> list[Finding]:
    """All findings, in a fixed order. A check that cannot be made is a finding, not the end."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            with publishing.as_staff(), reading():
                found += check()
        except (SQLAlchemyError, OSError) as trouble:
            name = (check.__doc__ or check.__name__).rstrip(".")
            found.append(
                error(name, f"could not be looked at: {type(trouble).__name__}.", "See the messages above it.")
            )
    return found


# Files ----------------------------------------------------------------------------------------------------


def check_files() -> Findings:
    """Instance folder and secret key."""
    folder = Path(current_app.instance_path)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o022:
        yield error("instance folder", f"{folder} can be written by others.", f"chmod 700 {folder}")
    elif mode & (0o067 if current_app.config["ACCEL_REDIRECT"] else 0o077):  # nginx goes through it, in the group
        yield warning("instance folder", f"{folder} can be read by others.", f"chmod 700 {folder}")
    else:
        yield fine("instance folder", "closed to others.")
    if len(current_app.config["SECRET_KEY"]) < LEAST_SECRET:
        yield error(
            "secret key",
            f"it is shorter than {LEAST_SECRET} characters, so cookies could be forged.",
            "Delete secret_key from the settings: a good one is made in the instance folder.",
        )
        return
    held = [file for file in (folder / "secret_key", folder / "config.toml") if file.exists()]
    open_ones = [file for file in held if stat.S_IMODE(file.stat().st_mode) & 0o077]
    for file in open_ones:
        yield error("secret key", f"others can read {file.name}, which may hold secrets.", f"chmod 600 {file}")
    if not open_ones:
        yield fine("secret key", "long enough, and closed to others.")


def check_room() -> Findings:
    """Disk space."""
    places = {"the instance folder": Path(current_app.instance_path), "what is uploaded": Path(tempfile.gettempdir())}
    if setting("backup_every_hours") and schedule.folder().is_dir():
        places["the backups"] = schedule.folder()
    for name, place in places.items():
        yield _room(name, place)


def _room(name: str, place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    said = f"{free / 1e9:,.1f} GB are free where {name} is."
    if free < NO_ROOM:
        return error("disk", said, "Free some space: nothing can be saved on a full disk.")
    if free < LITTLE_ROOM:
        return warning("disk", said, "Free some space, or move the folder.")
    return fine("disk", said)


def check_versions() -> Findings:
    """Versions of the program and of what it stands on."""
    wrong = [line for line in map(Requirement, metadata.requires("pressroom") or ()) if _does_not_fit(line)]
    for line in wrong:
        yield error(
            "versions",
            f"{line.name}: {line.specifier or 'it'} is needed, and another version is installed.",
            "pip install --require-hashes -r requirements.lock",
        )
    if db.engine.dialect.name == "sqlite" and sqlite3.sqlite_version_info < LEAST_SQLITE:
        yield error("versions", f"SQLite is {sqlite3.sqlite_version}.", "Use a Python with SQLite 3.35 or later.")
    elif not wrong:
        python = ".".join(map(str, sys.version_info[:3]))
        yield fine("versions", f"Pressroom {VERSION}, Python {python}, {db.engine.dialect.name}, all that it asks for.")


def _does_not_fit(line: Requirement) -> bool:
    """Whether *line* is asked for here, and what is installed is another version; an extra need not be there."""
    if line.marker and not line.marker.evaluate({"extra": ""}):
        return False
    try:
        return not line.specifier.contains(metadata.version(line.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return line.name != "Whoosh"  # whoosh3 may stand in its place: the command would not run without either


def check_backups() -> Findings:
    """Backups."""
    every, last, now = setting("backup_every_hours"), schedule.state(), clock.now()
    allowed = timedelta(hours=2 * every) if every else OLD
    if last.problem:
        yield error("backups", f"the last one failed: {last.problem}", "Mend that; the worker tries again by itself.")
    elif last.made is None:
        yield warning(
            "backups",
            "none was made yet.",
            "Set backup_every_hours, or have cron call pressroom backup (operations.md).",
        )
    elif now - last.made > allowed:
        do = "Look whether the worker runs." if every else "Set backup_every_hours, or have cron call pressroom backup."
        yield warning("backups", f"the last one is of {last.made:%Y-%m-%d %H:%M} UTC.", do)
    else:
        yield fine("backups", f"the last one is of {last.made:%Y-%m-%d %H:%M} UTC. Restore one now and then.")
    if every and schedule.folder().is_dir() and _same_disk(schedule.folder(), Path(current_app.instance_path)):
        yield warning(
            "backups",
            "they lie on the disk that they are a backup of.",
            "Set backup_folder to a folder on another one.",
        )


def check_aside() -> Findings:
    """What restores have put aside."""
    kept = sorted(path.name for path in Path(current_app.instance_path).glob("before-restore-*"))
    if kept:
        yield warning(
            "put aside", f"{', '.join(kept)}: the press room before a restore.", "Delete the folder when all is well."
        )
    if db.engine.dialect.name == "postgresql":
        schemas = db.session.scalars(text(_ASIDE)).all()
        drop = " ".join(f'DROP SCHEMA "{name}" CASCADE;' for name in schemas)
        if schemas:
            yield warning(
                "put aside",
                f"{len(schemas)} schemas with the rows before a restore.",
                f"When all is well, psql: {drop}",
            )


_ASIDE = r"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before\_restore\_%' ORDER BY nspname"


def check_copy() -> Findings:
    """The copy of the public site for outages."""
    every, last, now = setting("freeze_every_hours"), freezing.schedule.state(), clock.now()
    if not every:
        return
    if last.problem:
        yield error("copy for outages", f"the last one failed: {last.problem}", "Mend that; the worker tries again.")
    elif last.made is None or now - last.made > timedelta(hours=2 * every):
        said = f"the last one is of {last.made:%Y-%m-%d %H:%M} UTC." if last.made else "none was made yet."
        yield warning("copy for outages", said, "Look whether the worker runs.")
    else:
        yield fine("copy for outages", f"in {freezing.schedule.folder()}, of {last.made:%Y-%m-%d %H:%M} UTC.")


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


# The web --------------------------------------------------------------------------------------------------


def check_address() -> Findings:
    """Site address, cookies and names."""
    config = current_app.config
    parts = urlsplit(config["SITE_URL"])
    own_machine = parts.hostname in LOOPBACK
    if not config["SITE_URL_SET"]:
        yield warning(
            "site address",
            "site_url is not set: links in feeds and messages lead to this machine, and any name is answered.",
            'Set site_url = "https://…" to the address that readers use.',
        )
    elif parts.scheme != "https" and not own_machine:
        yield error(
            "site address", "site_url is no https address.", "Serve the press room over https, and say so there."
        )
    else:
        yield fine("site address", config["SITE_URL"])
    if config["SECURE_COOKIES"]:
        yield fine("cookies", "sent over https only.")
    elif not own_machine:
        yield error("cookies", "they are sent over plain http as well.", "Set secure_cookies = true.")
    if parts.scheme == "https" and config["HOST"] in LOOPBACK and not config["PROXIES"]:
        yield warning(
            "proxies",
            "the server listens on this machine only, so a web server stands in front, and proxies is 0: limits count "
            "all visitors as one.",
            "Set proxies = 1, or how many there are one behind the other.",
        )


def check_security_txt() -> Findings:
    """The page for those who find a weakness."""
    contact, day = current_app.config["SECURITY_CONTACT"], current_app.config["SECURITY_EXPIRES"]
    end, now = security_txt.expires(day), clock.now()
    renew = "Set security_expires to a day within a year, after asking whether the contact is still good."
    if not contact:
        yield warning(
            "security.txt", "nobody is told where to report a weakness.", "Set security_contact and security_expires."
        )
    elif end is None:
        yield error("security.txt", "security_expires is not set, so the page is not there.", renew)
    elif end <= now:
        yield error("security.txt", f"it expired on {day}, so the page is not there.", renew)
    elif end - now <= NEAR:
        yield warning("security.txt", f"it expires on {day}.", renew)
    elif end - now > FAR:
        yield warning("security.txt", f"it expires only on {day}; a contact is seldom good for so long.", renew)
    else:
        yield fine("security.txt", f"good until {day}.")


# The database ---------------------------------------------------------------------------------------------


def check_database() -> Findings:
    """Migrations and clock."""
    state = health.migrations()
    if state == "current":
        yield fine("database", "its tables are those of this version.")
    else:
        yield error("database", "its tables are not those of this version.", "Make a copy of it, then: pressroom init")
        return
    now = clock.now()
    newest = db.session.scalar(select(func.max(AuditEntry.at)))
    if now < RELEASED or (newest is not None and newest > now + AHEAD):
        yield error(
            "clock",
            f"it says {now:%Y-%m-%d %H:%M} UTC, which is too early. Embargoes end by this clock.",
            "Let the machine take its time from the network (NTP).",
        )
    elif db.engine.dialect.name == "postgresql" and abs(_databases_clock() - datetime.now(UTC)) > APART:
        yield error("clock", "it differs from that of the database.", "Let both machines take their time by NTP.")
    else:
        yield fine("clock", f"it says {now:%Y-%m-%d %H:%M} UTC; compare it with another one.")


def _databases_clock() -> datetime:
    said: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    return said


def check_chains() -> Findings:
    """Ledger and audit."""
    if health.migrations() != "current":
        return
    for name, entries, head in (("ledger", LedgerEntry, LedgerHead), ("audit", AuditEntry, AuditHead)):
        table, heads = (Base.metadata.tables[model.__tablename__] for model in (entries, head))
        db.session.rollback()
        connection = db.session.connection()
        length, last, fault = chain.end(connection, table, heads)
        if fault:
            yield error(name, f"{fault}.", f"pressroom {name} verify says where. Keep a copy of the database as it is.")
        elif not chain.is_kept(connection, table):
            yield error(
                name,
                "the database would let somebody change it: triggers are missing or switched off.",
                f"Find out who did that; pressroom {name} verify; then make them again, as migration 0011 does.",
            )
        else:
            yield fine(name, f"{length:,} entries, the last hash is {last}. The whole: pressroom {name} verify")


def check_mail() -> Findings:
    """Mail."""
    if health.migrations() != "current":
        return
    server, late = setting("mail_server"), clock.now() - LATE
    waiting = select(func.count(Mail.id)).where(Mail.state.in_(SHOWN["queued"]), Mail.due_at < late)
    if why := configured.lacking():
        yield warning("mail", why, "docs/mail.md says how; without mail, messages are copied from the desk.")
    elif configured.folder():
        yield warning("mail", "it is written into the folder mailbox, and nothing is sent.", "Set mail_server.")
    elif setting("mail_security") == "none" and server not in LOOPBACK:
        yield error(
            "mail", f"it goes to {server} unencrypted, password and all.", "Set mail_security = starttls, or tls."
        )
    elif overdue := db.session.scalar(waiting):
        yield warning("mail", f"{overdue:,} messages wait for more than an hour.", "Look whether the worker runs.")
    elif failed := mail.counts()["failed"]:
        yield warning("mail", f"{failed:,} messages could not be sent.", "The desk says why, under Mail.")
    else:
        yield fine("mail", f"handed to {server}.")


def check_index() -> Findings:
    """The search index."""
    if health.migrations() != "current":
        return
    try:
        indexed, public, waiting = search.counted()
    except search.IndexUnusableError as trouble:
        yield error("index", f"there is none: {trouble}.", "pressroom index rebuild")
        return
    said = f"{indexed:,} documents in the index, {public:,} are public, {waiting:,} changes wait."
    if abs(indexed - public) > waiting:
        yield error("index", said, "pressroom index verify says which differ; pressroom index rebuild mends it.")
    elif waiting > 1_000 or _waits_long():
        yield warning("index", said, "Look whether the worker runs: pressroom serve starts it.")
    else:
        yield fine("index", said)


def _waits_long() -> bool:
    since = search.how_far(None, now=clock.now()).since
    return since is not None and clock.now() - since > LATE


def check_expiring() -> Findings:
    """What ends within thirty days: rights of pictures, accreditations."""
    if health.migrations() != "current":
        return
    now = clock.now()
    rights = select(func.count(Asset.id)).where(Asset.rights_until.between(now.date(), (now + NEAR).date()))
    if ending := db.session.scalar(rights):
        yield warning("rights", f"those of {ending:,} files end within 30 days.", "Renew or replace them: desk, Media.")
    until = Journalist.valid_until.between(now, now + NEAR)
    if ending := db.session.scalar(select(func.count(Journalist.id)).where(until, Journalist.ended_at.is_(None))):
        yield warning(
            "journalists",
            f"{ending:,} accreditations end within 30 days.",
            "Renew those that should go on: desk, Journalists.",
        )


def check_links() -> Findings:
    """Links of clips."""
    if health.migrations() != "current":
        return
    now = clock.now()
    counts = links.counts(now)
    if not links_on():
        yield fine("links", "they are not looked at, as link_checks or fetching says.")
    elif counts.bare:
        yield warning(
            "links",
            f"{counts.bare:,} stories are gone and have no copy.",
            "Set memento, or name copies by hand: desk, Clips, Links.",
        )
    elif late := links.late(now - OLD):
        yield warning("links", f"{late:,} wait to be looked at for a week.", "Look whether the worker runs.")
    else:
        yield fine("links", f"{counts.all:,} of clips, {counts.failing:,} fail, {counts.copies:,} shown as copies.")


def check_facts() -> Findings:
    """Facts that nobody has looked at in time, or that have no date."""
    if health.migrations() != "current":
        return
    found = pages.to_review(past.today(clock.now()))
    undated = [fact for fact in found if fact.as_of is None]
    if overdue := [fact for fact in found if fact.as_of is not None]:
        oldest = min(overdue, key=lambda fact: fact.review_by or date.max)
        yield warning(
            "facts",
            f"{len(overdue):,} are overdue, since {oldest.review_by} the first: “{oldest.key}”.",
            "Ask their owners, and set as of and review by: desk, Fact sheet.",
        )
    if undated:
        yield warning("facts", f"{len(undated):,} have no date.", "Say as of when they are true: desk, Fact sheet.")


def check_enquiries() -> Findings:
    """Experts whose consent ends soon; reporters who wait beyond their deadline."""
    if health.migrations() != "current":
        return
    now = clock.now()
    if ending := reporting.ending(now, NEAR):
        names = ", ".join(one.name for one in ending[:5])
        yield warning(
            "experts",
            f"the consent of {len(ending):,} ends within 30 days: {names}.",
            "Ask them again, or let them go: desk, Experts.",
        )
    if overdue := enquiries.queue(now, 1).overdue:
        yield warning("enquiries", f"{overdue:,} passed their deadline without an answer.", "Answer: desk, Enquiries.")


def check_people() -> Findings:
    """Administrators, and the people of the sample."""
    if health.migrations() != "current":
        return
    admins = select(func.count(User.id)).where(User.role == Role.ADMIN, User.active.is_(True))
    if not db.session.scalar(admins):
        yield warning("people", "there is no administrator.", "pressroom create-user … --role admin")
    else:
        yield fine("people", "there is an administrator.")
    staff = select(User.password_hash).where(User.email == sample.EMAIL, User.active.is_(True))
    reader = select(Journalist.password_hash).where(
        Journalist.email == sample.JOURNALIST_EMAIL, Journalist.ended_at.is_(None)
    )
    known = ((staff, sample.EMAIL, sample.PASSWORD), (reader, sample.JOURNALIST_EMAIL, sample.JOURNALIST_PASSWORD))
    for statement, email, password in known:
        if passwords.is_right(password, db.session.scalar(statement)):
            say = warning if setting("sample") else error
            yield say(
                "people",
                f"{email} still has the password that every copy of the sample has.",
                "Take their access away on the desk (People, Journalists) before anybody else can reach this machine.",
            )


def check_passkeys() -> Findings:
    """Passkeys that open nothing here."""
    if health.migrations() != "current":
        return
    every = db.session.scalar(select(func.count(Passkey.id))) or 0
    if every and (obstacle := passkeys.obstacle()):
        yield error("passkeys", f"{every} are kept, and none can be checked.", obstacle)
    elif every and (site := passkeys.site()):
        elsewhere = db.session.scalar(select(func.count(Passkey.id)).where(Passkey.host != site.host))
        if elsewhere:
            do = "Their owners take them away and add new ones; see docs/accounts.md."
            yield warning("passkeys", f"{elsewhere} of {every} were made for another name than {site.host}.", do)
        else:
            yield fine("passkeys", f"{every}, all for {site.host}.")


CHECKS: tuple[Callable[[], Findings], ...] = (
    check_files,
    check_room,
    check_versions,
    check_backups,
    check_aside,
    check_copy,
    check_address,
    check_security_txt,
    check_database,
    check_chains,
    check_mail,
    check_index,
    check_expiring,
    check_links,
    check_facts,
    check_enquiries,
    check_people,
    check_passkeys,
)

MARKS = {Level.FINE: "fine   ", Level.WARNING: "WARNING", Level.ERROR: "ERROR  "}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a machine.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Look the installation over.

    Files, disks, versions, backups, address, security.txt, database, clock, ledger, audit, mail, index and its queue,
    what expires soon, links of clips, facts to look at again, people. Says what was found and what to do; changes
    nothing. The exit code is 1 when there is an error.
    """
    found = examine()
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=1, ensure_ascii=False))
        sys.exit(any(finding.level is Level.ERROR for finding in found))
    for finding in found:
        click.echo(f"{MARKS[finding.level]} {finding.about}: {finding.found}")
        if finding.do:
            click.echo(f"        → {finding.do}")
    errors, warnings = (sum(one.level is level for one in found) for level in (Level.ERROR, Level.WARNING))
    click.echo(f"{len(found)} findings: {errors} errors, {warnings} warnings.")
    sys.exit(bool(errors))


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(doctor)
