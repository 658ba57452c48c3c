"""The table of settings. ``docs/configuration.md`` is checked against it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from flask import Flask

from pressroom.kit import menus
from pressroom.kit.headers import host_cookie
from pressroom.kit.limits import RATE
from pressroom.kit.logs import FORMATS
from pressroom.kit.mail import SECURITY
from pressroom.kit.settings import Setting, Settings, SettingsError, secret_key

BESIDE = ("instance", "test_database")  # PRESSROOM_INSTANCE chooses the folder; the other is the test suite's
MOST_TEXT = 20_000_000  # bytes in a form; text of that size is answered with a sentence, and comes back


def _zone(value: str) -> None:
    if value not in available_timezones():
        raise ValueError("write the name of a zone, such as America/New_York or Europe/London")
    ZoneInfo(value)


def _colour(value: str) -> None:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("write a colour as # and six hexadecimal digits, such as #0b5a5f")


def _named(value: str) -> None:
    if not value.strip():
        raise ValueError("write a name; it stands on every page")


def _web_address(value: str) -> None:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", value)):
        raise ValueError("write a web address with https://, such as https://www.example.org")


def _host_names(names: tuple[str, ...]) -> None:
    for name in names:
        if not re.fullmatch(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|\[[0-9a-f:]+\]", name):
            raise ValueError(f"write {name} as a name in small letters, without https://, such as press.example.org")


def _proxies(count: int) -> None:
    if not 0 <= count <= 10:
        raise ValueError("write how many web servers stand in front, from 0 to 10")


def _excerpt(words: int) -> None:
    if not 0 <= words <= 200:
        raise ValueError("write how many words of an excerpt are shown, from 0 to 200; more is no excerpt")


def _security_contact(value: str) -> None:
    if value.startswith(("http:", "https:")):
        if not value.startswith("https://"):
            raise ValueError("write the address with https://")
        _web_address(value)
    else:
        _email(value.removeprefix("mailto:"))


def _day(value: str) -> None:
    if value:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError("write a day, such as 2027-06-30") from None


def _months(value: int) -> None:
    if not 1 <= value <= 60:
        raise ValueError("write a number of months from 1 to 60")


def _kept_days(value: int) -> None:
    if not 1 <= value <= 3650:
        raise ValueError("write a number of days from 1 to 3650")


def _letter_days(value: int) -> None:
    if not 0 <= value <= 365:
        raise ValueError("write a number of days from 0 to 365")


def _host_days(value: int) -> None:
    if not 1 <= value <= 90:
        raise ValueError("write a number of days from 1 to 90")


def _tries(value: int) -> None:
    if not 1 <= value <= 100:
        raise ValueError("write a number from 1 to 100")  # SP 800-63B, section 3.2.2: no more than 100 failures


def _wait(value: int) -> None:
    if not 1 <= value <= 24 * 60:
        raise ValueError("write a number of minutes from 1 to 1440")


def _fresh(value: int) -> None:
    if not 5 <= value <= 24 * 60:
        raise ValueError("write a number of minutes from 5 to 1440")


def _megabytes(value: int) -> None:
    if not 0 <= value <= 65_536:
        raise ValueError("write a number of megabytes from 0 to 65536")


def _edge(value: int) -> None:
    if not 0 <= value <= 3600:
        raise ValueError("write a number of seconds from 0 to 3600")


def _email(value: str) -> None:
    if value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise ValueError("write an e-mail address, such as press@example.org")


def _port(value: int) -> None:
    if not 0 < value < 65536:
        raise ValueError("write a number from 1 to 65535")


def _ports(values: tuple[str, ...]) -> None:
    if not all(value.isascii() and value.isdecimal() and 0 < int(value) < 65536 for value in values):
        raise ValueError("write numbers from 1 to 65535, such as 80 and 443")


def _check_days(value: int) -> None:
    if not 1 <= value <= 365:
        raise ValueError("write a number of days from 1 to 365")


def _template(value: str) -> None:
    if value and "{address}" not in value and "{escaped}" not in value:
        raise ValueError("write {address} or {escaped} where the address of the story has to stand")
    _web_address(value.replace("{", "").replace("}", ""))


def _rate(value: str) -> None:
    if not RATE.fullmatch(value):
        raise ValueError("write how many in which time, such as 20 per hour or 300 per 5 minutes")


def _security(value: str) -> None:
    if value not in SECURITY:
        raise ValueError(f"write one of {', '.join(SECURITY)}")


def _log_format(value: str) -> None:
    if value not in FORMATS:
        raise ValueError(f"write one of {', '.join(FORMATS)}")


def _token(value: str) -> None:
    if value and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{20,200}", value):
        raise ValueError("write at least 20 letters and digits that nobody can guess")


def _hours(value: int) -> None:
    if not 0 <= value <= 24 * 31:
        raise ValueError("write a number of hours from 0 (never) to 744")


def _how_many(value: int) -> None:
    if not 0 <= value <= 1_000:
        raise ValueError("write a number from 0 to 1000")


def _not_negative(value: int) -> None:
    if value < 0:
        raise ValueError("write how many, 0 or more")


def _pace(value: int) -> None:
    if not 0 <= value <= 100_000:
        raise ValueError("write a number of messages from 0 to 100000")


def _phone(value: str) -> None:
    if value and len(re.sub(r"[^\w]", "", value)) < 5:
        raise ValueError("write a telephone number, such as 301-555-0142")


SETTINGS = Settings(
    (
        Setting("secret_key", "", "Signs cookies. Left empty, one is made in the instance folder on the first start."),
        Setting(
            "database_url",
            "",
            "SQLAlchemy address of the database. Left empty, an SQLite file in the instance folder. "
            "PostgreSQL: postgresql+psycopg://user:password@host/name (install the extra postgres).",
        ),
        Setting(
            "site_url",
            "",
            "The one address that absolute links begin with. Left empty, http://127.0.0.1:PORT.",
            check=_web_address,
        ),
        Setting(
            "trusted_names",
            (),
            "Further names under which the press room answers, such as press.example.org, or .example.org for every "
            "name below it. Once there is one, or site_url is set, requests for other names are refused.",
            check=_host_names,
        ),
        Setting(
            "proxies",
            0,
            "How many web servers stand in front. As many entries of X-Forwarded-For and X-Forwarded-Proto are "
            "believed; 0 believes none.",
            check=_proxies,
        ),
        Setting(
            "security_contact",
            "",
            "Where weaknesses are reported, for /.well-known/security.txt: an e-mail address, or a web address with "
            "https://. Left empty, that page is not there.",
            check=_security_contact,
        ),
        Setting(
            "security_expires",
            "",
            "The day until which security_contact is good, such as 2027-06-30; at most a year ahead is advised. "
            "`pressroom doctor` warns 30 days before. Without it, or after it, security.txt is not there.",
            check=_day,
        ),
        Setting(
            "security_policy",
            "",
            "The web address of what you promise to those who report a weakness; it stands in security.txt.",
            check=_web_address,
        ),
        Setting("host", "127.0.0.1", "The address that `pressroom serve` listens on."),
        Setting("web_workers", 2, "Web processes of `pressroom serve`; two or more keep answering while one restarts."),
        Setting(
            "web_threads",
            4,
            "Threads in each web process: one for forms that come in, one for pages, the rest for long files.",
        ),
        Setting(
            "search_engine",
            "whoosh",
            "The engine behind search: whoosh, whose index is files in the instance folder; or postgres, whose index "
            "is in the database, for which database_url has to name a PostgreSQL database. See docs/search-engines.md.",
        ),
        Setting(
            "index_host_days",
            7,
            "Where several hosts keep an index each: one that was silent for so many days is forgotten, what is queued "
            "waits for it no longer, and it makes its index anew when it comes back.",
            check=_host_days,
        ),
        Setting("search_cache_mb", 16, "What a web process keeps of its searches for the next one, in megabytes."),
        Setting(
            "page_cache_mb",
            32,
            "What a web process keeps of the pages and feeds that it made for the public, in megabytes; 0 keeps none. "
            "What is kept is never late: see docs/performance.md.",
            check=_megabytes,
        ),
        Setting(
            "edge_seconds",
            0,
            "For how many seconds a web server or a network in front may keep a public page without asking; by so much "
            "a correction or a withdrawal may be late there, and a lift never. 0: it asks each time.",
            check=_edge,
        ),
        Setting(
            "max_upload_mb",
            512,
            "The largest upload of all, in megabytes: a request that says it is larger is refused before it is read.",
        ),
        Setting("max_picture_mb", 40, "The largest picture (JPEG, PNG, WebP, AVIF, TIFF), in megabytes."),
        Setting("max_logo_mb", 2, "The largest logo (SVG), in megabytes."),
        Setting("max_document_mb", 40, "The largest document (PDF, office files), in megabytes."),
        Setting("max_sound_mb", 200, "The largest sound file, in megabytes."),
        Setting("max_film_mb", 512, "The largest film, in megabytes."),
        Setting("max_captions_mb", 2, "The largest captions file, in megabytes."),
        Setting(
            "accel_redirect",
            "",
            "Where the web server in front finds the stored files, such as /stored-media: it sends them itself, by "
            "X-Accel-Redirect. Left empty, this program does. See docs/media.md.",
        ),
        Setting(
            "media_store",
            "",
            "Where files are kept on several hosts: s3://bucket/prefix, in S3 or what speaks like it (install the "
            "extra s3). The keys are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment. Left empty, files "
            "are in the instance folder.",
        ),
        Setting("media_endpoint", "", "The address of what speaks like S3, such as https://s3.example.org."),
        Setting("media_region", "", "The region of the bucket, such as eu-central-1."),
        Setting("media_copies_gb", 10, "What a host keeps of the bucket on its own disk, in gigabytes."),
        Setting(
            "card_typeface",
            "",
            "The file of the typeface in which the cards of shared links are written, .ttf or .otf. Left empty, the "
            "first bold one on the machine that has every letter. See docs/discovery.md.",
        ),
        Setting(
            "fetching",
            True,
            "Whether the press room may read pages of others, to fill in a clip from its address. Switch it off where "
            "the server has no way out. Addresses in private networks are never read.",
        ),
        Setting("fetch_ports", ("80", "443"), "The ports from which pages of others are read.", check=_ports),
        Setting(
            "link_checks",
            True,
            "Whether the worker looks, while fetching is on, whether the stories that clips link to are still there.",
        ),
        Setting("link_check_days", 30, "After so many days a link is looked at again.", check=_check_days),
        Setting(
            "snapshots",
            True,
            "Whether the text of a story is kept for staff when its link is looked at for the first time.",
        ),
        Setting(
            "memento",
            False,
            "Whether archives of the web are asked for copies of stories that are gone. They learn which these are.",
        ),
        Setting(
            "memento_availability",
            "https://archive.org/wayback/available?url={escaped}&timestamp={day}",
            "Where the Wayback Machine is asked for one copy; empty, it is not. {address} and {escaped} stand for that "
            "of the story, {day} for the day on which it appeared.",
            check=_template,
        ),
        Setting(
            "memento_timemap",
            "https://web.archive.org/web/timemap/link/{address}",
            "Where a Memento server (RFC 7089) lists its copies; empty, it is not asked.",
            check=_template,
        ),
        Setting(
            "memento_timegate",
            "",
            "Where a Memento server leads to the copy of a day, such as https://web.archive.org/web/{address}; empty, "
            "it is not asked.",
            check=_template,
        ),
        Setting("fetch_limit", "200 per hour", "Pages that one person may have fetched.", check=_rate),
        Setting(
            "feed_minutes",
            60,
            "How often the feeds of sources are read, in minutes; 15 at least. A feed that asks to be read less often "
            "is.",
        ),
        Setting(
            "feed_max_mb",
            20,
            "The largest feed of a source that is read, in megabytes, unpacked.",
            check=_how_many,
        ),
        Setting(
            "backup_every_hours",
            0,
            "The worker makes a backup when the last one is so many hours old; 0 never does. See docs/operations.md.",
            check=_hours,
        ),
        Setting(
            "backup_folder",
            "",
            "Where these backups go, best on another disk. Left empty, the folder backups in the instance folder.",
        ),
        Setting("backup_keep_daily", 7, "Of so many days the last backup is kept.", check=_how_many),
        Setting(
            "backup_keep_weekly",
            8,
            "Of so many weeks the last backup is kept; what is neither is deleted.",
            check=_how_many,
        ),
        Setting(
            "backup_passphrase_file",
            "",
            "The file whose first line seals these backups (extra encryption). Left empty, they are not sealed.",
        ),
        Setting(
            "freeze_every_hours",
            0,
            "The worker makes a copy of the public site, for outages, when the last one is so many hours old; 0 never "
            "does. See docs/operations.md.",
            check=_hours,
        ),
        Setting("freeze_folder", "", "Where the copy goes. Left empty, the folder copy in the instance folder."),
        Setting(
            "excerpt_words",
            60,
            "So many words of a clip’s excerpt are shown, where its outlet has no rights of its own; 0 shows none. "
            "After a change run `pressroom index rebuild`, so that search knows no other words.",
            check=_excerpt,
        ),
        Setting("freeze_clips", 5_000, "So many of the newest clips have a page in the copy.", check=_not_negative),
        Setting(
            "freeze_papers",
            200,
            "So many of the newest releases have their press kit, and their PDF, in the copy.",
            check=_not_negative,
        ),
        Setting(
            "log_format",
            "text",
            "How the log is written: text, or json for machines, a line for each request, without addresses, names and "
            "what is not public.",
            check=_log_format,
        ),
        Setting(
            "metrics_token",
            "",
            "Whoever sends it may read /metrics (extra metrics) and the numbers of /readyz. Left empty, there is no "
            "/metrics.",
            check=_token,
        ),
        Setting("session_hours", 72, "A sign-in ends after so many hours without a visit."),
        Setting(
            "sign_in_tries",
            5,
            "Failed sign-ins in one account that cost nothing; four times as many from one network. After each further "
            "one the account, or the network, has to wait: 30 seconds, then twice as long each time.",
            check=_tries,
        ),
        Setting("sign_in_longest_wait", 15, "The longest of these waits, in minutes.", check=_wait),
        Setting(
            "fresh_minutes",
            30,
            "Acts such as giving access or changing settings ask for the password again, and for the code of whoever "
            "has a second factor, when the last proof is older than so many minutes.",
            check=_fresh,
        ),
        Setting(
            "second_factor_needed",
            False,
            "Whoever has none sets one up before anything else.",
            True,
            "Administrators and editors need a second factor",
        ),
        Setting(
            "accreditation_months",
            12,
            "For how many months a journalist is accredited when nothing else is said.",
            check=_months,
        ),
        Setting(
            "accreditation_limit",
            "20 per hour",
            "Applications, and press registrations, taken from one network; a newsroom is one.",
            check=_rate,
        ),
        Setting(
            "registration_letter_days",
            30,
            "The letters that came with press registrations are deleted so many days after the meeting.",
            check=_letter_days,
        ),
        Setting(
            "link_limit",
            "20 per hour",
            "Links to a new password sent at the wish of one network, and three an hour for one account.",
            check=_rate,
        ),
        Setting(
            "search_limit",
            "600 per minute",
            "Searches answered for one network, beyond 60 a minute in each web process, which are not counted; "
            "suggestions as many again.",
            check=_rate,
        ),
        Setting(
            "export_limit", "60 per hour", "Results of the clip archive given to one network as files.", check=_rate
        ),
        Setting(
            "check_limit",
            "30 per minute",
            "Texts read for hints at the wish of one network, beyond 20 a minute in each web process.",
            check=_rate,
        ),
        Setting(
            "enquiry_limit", "20 per hour", "Questions of reporters taken from one network by the form.", check=_rate
        ),
        Setting(
            "enquiry_days",
            90,
            "So many days after an enquiry was closed, what says who asked, and what, is erased; the figures stay.",
            check=_kept_days,
        ),
        Setting("hub_limit", "120 per hour", "Requests to our own WebSub hub taken from one network.", check=_rate),
        Setting("upload_limit", "1000 per hour", "Files that one person may send.", check=_rate),
        Setting("invitation_days", 7, "For how many days the link is good with which somebody sets a password."),
        Setting(
            "mail_server",
            "",
            "The mail server that takes our mail, such as smtp.example.org; or folder, and each message is written "
            "into the folder mailbox of the instance folder and read on the desk. Left empty, no mail is sent, and the "
            "desk offers each message as a text to copy; the sample press room has a folder. See docs/mail.md.",
        ),
        Setting("mail_port", 587, "Its port: 587 for starttls, 465 for tls.", check=_port),
        Setting(
            "mail_security",
            "starttls",
            "How the connection is encrypted: starttls, tls (from the beginning), or none, which is for a server on "
            "the same machine.",
            check=_security,
        ),
        Setting("mail_user", "", "The name to sign in with there; left empty, without signing in."),
        Setting(
            "mail_password", "", "The password that goes with it. Rather set it in the environment than in a file."
        ),
        Setting(
            "mail_from",
            "",
            "The address that mail comes from. Left empty, contact_email.",
            check=_email,
        ),
        Setting(
            "mail_bounces",
            "",
            "Where mail comes back to that cannot be delivered (the sender of the envelope). Left empty, mail_from. "
            "Have what comes there piped into `pressroom mail bounces`.",
            check=_email,
        ),
        Setting(
            "mail_pace",
            0,
            "How many messages the mail server gets in a minute at most; 0 is as many as it takes.",
            check=_pace,
        ),
        Setting(
            "alert_limit",
            "20 per hour",
            "Alerts by e-mail asked for from one network, and three messages to confirm a day for one address.",
            check=_rate,
        ),
        Setting(
            "secure_cookies",
            False,
            "True where the press room is served over https. Needs no saying where site_url begins with https://.",
        ),
        Setting(
            "sample",
            False,
            "Says on every page that people, studies and outlets are invented; the demo command sets it.",
            True,
            "This is a sample",
        ),
        Setting("time_zone", "America/New_York", "The organisation's time zone.", True, "Time zone", check=_zone),
        Setting(
            "zones",
            ("America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Berlin", "Asia/Tokyo"),
            "Zones in which an embargo or a webcast is shown as well.",
        ),
        Setting("language", "en-US", "The language of the pages, as a BCP 47 tag."),
        Setting(
            "organisation_name",
            "Our society",
            "The organisation's full name.",
            True,
            "Name of the organisation",
            check=_named,
        ),
        Setting(
            "organisation_short_name", "Press room", "Its short name or initials.", True, "Short name", check=_named
        ),
        Setting("organisation_address", "", "Postal address, one line each.", True, "Postal address", multiline=True),
        Setting("organisation_phone", "", "The organisation's telephone.", True, "Telephone", check=_phone),
        Setting("organisation_url", "", "The organisation's main site.", True, "Main site", check=_web_address),
        Setting("organisation_brand", "#0b5a5f", "The brand colour.", True, "Brand colour", check=_colour),
        Setting(
            "organisation_alert", "#a8321a", "The colour of embargo and errors.", True, "Alert colour", check=_colour
        ),
        Setting("organisation_logo", "", "The logo: the SHA-256 of an asset.", True, "Logo"),
        Setting(
            "organisation_boilerplate",
            "",
            "The first boilerplate of a new press room; afterwards it is kept on the desk, under Boilerplates.",
        ),
        Setting(
            "release_approval",
            False,
            "Nothing goes out, or gets its time, unless somebody approved it who neither wrote nor last changed it.",
            True,
            "Releases need a second person’s approval",
        ),
        Setting(
            "licence",
            "",
            "On which terms others may use our texts and recordings; feeds say it, such as CC BY 4.0.",
            True,
            "Terms of use, in a few words",
        ),
        Setting(
            "licence_address",
            "",
            "Where these terms stand, such as https://creativecommons.org/licenses/by/4.0/.",
            True,
            "Terms of use: address",
            check=_web_address,
        ),
        Setting(
            "websub_hub",
            "",
            "The address of a WebSub hub, which feeds then name. Left empty, they name none.",
            check=_web_address,
        ),
        Setting(
            "embed_hosts",
            ("www.youtube-nocookie.com", "player.vimeo.com"),
            "Hosts whose players may be shown in the page of a webcast, each once a reader asks for it. Left empty, a "
            "film elsewhere is a link only. See docs/webcasts.md.",
            check=_host_names,
        ),
        Setting(
            "podcast_image",
            "",
            "The address of the podcast's cover: a square JPEG or PNG of 1,400 to 3,000 pixels. Directories want one.",
            True,
            "Podcast: address of the cover",
            check=_web_address,
        ),
        Setting(
            "podcast_category",
            "Science",
            "Under which the podcast is found: a category of Apple’s list.",
            True,
            "Podcast: category",
            check=_named,
        ),
        Setting(
            "navigation_main",
            "",
            "The menu on every page: in each line a label, an upright stroke and an address. Left empty, it is ours.",
            True,
            "Navigation",
            multiline=True,
            check=menus.check,
        ),
        Setting(
            "navigation_footer",
            "",
            "The list for reporters in the footer, written in the same way.",
            True,
            "Navigation: footer",
            multiline=True,
            check=menus.check,
        ),
        Setting("contact_name", "", "The media contact's name.", True, "Media contact: name"),
        Setting("contact_role", "Press officer", "The media contact's role.", True, "Media contact: role"),
        Setting("contact_phone", "", "The number on every page.", True, "Media contact: telephone", check=_phone),
        Setting("contact_mobile", "", "Nights and weekends.", True, "Media contact: nights and weekends", check=_phone),
        Setting("contact_email", "", "The press office's address.", True, "Media contact: e-mail", check=_email),
        Setting("contact_hours", "", "When the press office answers.", True, "Media contact: hours"),
    )
)


def load(instance: Path, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of the press room in *instance*, with what Flask and its extensions are told besides."""
    values = SETTINGS.load(instance, os.environ, overrides, beside=BESIDE)
    values["SECRET_KEY"] = values["SECRET_KEY"] or secret_key(instance)
    values["DATABASE_URL"] = _database_url(values["DATABASE_URL"], instance)
    values["SITE_URL_SET"] = bool(values["SITE_URL"])
    values["SECURE_COOKIES"] = values["SECURE_COOKIES"] or values["SITE_URL"].startswith("https://")
    values["SITE_URL"] = (values["SITE_URL"] or f"http://127.0.0.1:{port()}").rstrip("/")
    return values | {
        "MAX_CONTENT_LENGTH": MOST_TEXT + 1_000_000,  # of strangers; who is signed in may upload
        "MAX_FORM_MEMORY_SIZE": MOST_TEXT,
        "SESSION_COOKIE_NAME": host_cookie("desk", secure=values["SECURE_COOKIES"]),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": values["SECURE_COOKIES"],
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": values["SESSION_HOURS"] * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
    }


def port() -> int:
    """The port, from ``PORT``; 8000 without it, or when it is empty."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"PORT={text}: write a number from 1 to 65535")
    return int(text)


def instance_folder() -> Path:
    """The folder of this press room's run-time state: ``PRESSROOM_INSTANCE``, else Flask's choice, ``instance/``."""
    chosen = os.environ.get("PRESSROOM_INSTANCE")
    folder = Path(chosen).expanduser().resolve() if chosen else Path(Flask("pressroom").instance_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'pressroom.sqlite3'}"
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    return url


def documented(row: Setting) -> str:
    """*row* as ``docs/configuration.md`` shows it: name, type, default, help."""
    kind = {str: "text", int: "number", bool: "true or false", tuple: "list"}[type(row.default)]
    default = ", ".join(row.default) if isinstance(row.default, tuple) else str(row.default)
    where = " Staff can change it on the desk." if row.editable else ""
    return f"| `{row.name}` | {kind} | {f'`{default}`' if default else ''} | {row.help}{where} |"
