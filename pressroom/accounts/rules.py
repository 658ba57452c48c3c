"""Who may do what: one table. And what an e-mail address, a password and a way back must be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
LONGEST_NAME = 120
LONGEST_CODE = 100
RESET_MINUTES = 60  # for which a link to a new password is good that somebody asked for at the door
STEP_MINUTES = 10  # between the password and the code
STEP_TRIES = 5  # codes for one password
SET_UP_MINUTES = 30  # for which a secret is shown that no code has confirmed yet
CHALLENGE_MINUTES = 30  # for which a page can be answered with a passkey
LONGEST_PASSKEY_NAME = 60
MOST_NETWORKS = 5  # that a line about failed tries names
LONGEST_ANSWER = 20_000  # characters of what a browser says about a passkey; the longest attestations have a tenth


class Role(StrEnum):
    """What a person is in the press room."""

    ADMIN = "admin"
    EDITOR = "editor"
    WRITER = "writer"


class LinkFor(StrEnum):
    """What somebody does with a link that is theirs alone. Both end with a password of their own."""

    INVITE = "invite"
    RESET = "reset"


class Permission(StrEnum):
    """What may be done on the desk."""

    WRITE = "write"
    PUBLISH = "publish"
    IMPORT = "import"
    EDIT_PAGES = "edit-pages"
    ACCREDIT = "accredit"
    MANAGE_SETTINGS = "manage-settings"
    MANAGE_PEOPLE = "manage-people"
    READ_AUDIT = "read-audit"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.EDITOR: frozenset(Permission) - {Permission.MANAGE_PEOPLE},
    Role.WRITER: frozenset({Permission.WRITE, Permission.IMPORT}),
}


FACTOR_ROLES = frozenset({Role.ADMIN, Role.EDITOR})
"""Who needs a second factor where the setting asks for one."""


@dataclass(frozen=True)
class Whose:
    """An account in which a try failed.

    Attributes:
        kind: ``user``, or ``journalist``.
        id: its number; None for an account that there is not.
        name: whose it is.
    """

    kind: str
    id: int | None
    name: str

    @staticmethod
    def nobody(kind: str) -> Whose:
        """All the accounts that there are none of; what was typed says too much."""
        return Whose(kind, None, "An account that is not known")


class AccountError(ValueError):
    """Something about an account is refused; the message is a sentence for the person who asked."""


class SignInError(AccountError):
    """The e-mail address and the password do not belong together, or the person no longer has access."""


class LinkError(AccountError):
    """A link is unknown, was used, or is too old."""


class StepOverError(AccountError):
    """There is no half of a sign-in, or no more of it: the password is asked for again."""


def allowed(role: Role, permission: Permission) -> bool:
    """Whether a person of this role may do this."""
    return permission in PERMISSIONS[role]


def normal_email(text: str) -> str:
    """*text* as an address is stored and compared: without outer blanks, in lower case."""
    return text.strip().lower()


def check_email(text: str) -> str:
    """The stored form of *text*.

    Raises:
        AccountError: it has not the form of an e-mail address.
    """
    email = normal_email(text)
    name, at, host = email.rpartition("@")
    plain = email.isprintable() and not any(character.isspace() for character in email)
    if not (plain and at and name and "@" not in name and "." in host.strip(".") and len(email) <= LONGEST_EMAIL):
        raise AccountError("Write an e-mail address, such as ada@example.org.")
    return email


def check_name(text: str) -> str:
    """*text* as a person's name.

    Raises:
        AccountError: it is empty, too long or not printable.
    """
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccountError(f"Write the person’s name, in at most {LONGEST_NAME} characters.")
    return name


def check_passkey_name(text: str) -> str:
    """*text* as what a passkey is called.

    Raises:
        AccountError: it is empty, too long or not printable.
    """
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_PASSKEY_NAME or not name.isprintable():
        raise AccountError(f"Write where the passkey is, in at most {LONGEST_PASSKEY_NAME} characters.")
    return name


def counts_on(before: int, after: int) -> bool:
    """Whether a passkey that said *before* how often it signed can say *after* now (level 3, section 6.1.1).

    One that counts has to go on; one that stays at 0 does not count. A copy of a key that counts falls behind.
    """
    return after > before or after == before == 0


def local_path(text: str) -> str:
    """*text* if it is a path on this site, else nothing: a sign-in never leads elsewhere.

    Browsers read a backslash as a slash and drop tabs and line ends, so that ``/\\evil.example`` and
    ``/<tab>/evil.example`` would leave the site (WHATWG URL standard, section 4.4).
    """
    if not text.startswith("/") or text.startswith("//") or "\\" in text or len(text) > 2000:
        return ""
    if any(character <= " " or character == "\x7f" for character in text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else text


def wait(seconds: int) -> str:
    """What somebody is told who has to wait."""
    minutes = -(-seconds // 60)
    span = (
        "a second"
        if seconds == 1
        else f"{seconds} seconds"
        if seconds < 60
        else "a minute"
        if minutes == 1
        else f"{minutes} minutes"
    )
    return f"Too many tries failed. Wait {span}, then try again."


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """What a person would call the browser and the machine behind a User-Agent header."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "Another browser")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser
