"""Mail that came back: a report (RFC 3464) is read, and told to whoever sent the message that it is about.

Anybody can write such a report, so it counts only if it names a message of ours by its Message-ID, and the address that
this was sent to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from pressroom.kit.mail import one_line
from pressroom.mail import purposes, queries
from pressroom.mail.rules import LENGTHS, is_for_good


@dataclass(frozen=True)
class Report:
    """What became of one recipient.

    Attributes:
        message_id: of the message that came back, as its header says it.
        recipient: the address that it was sent to.
        action: ``failed``, ``delayed``, ``delivered`` …
        said: the status, and what the server there said.
    """

    message_id: str
    recipient: str
    action: str
    said: str


def read(raw: bytes) -> list[Report]:
    """The recipients of a report. Never raises; what is no report has none."""
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    parts = list(message.walk())
    names = [name for part in parts if (name := _message_id(part, message)) and name.isprintable()]
    if not names:
        return []
    return [report for part in parts for report in _recipients(part, names[0])]


def _message_id(part: Message, whole: Message) -> str:
    """The Message-ID of what was sent, which stands in the last part: the message, or its header alone."""
    if part is whole:
        return ""
    try:
        if part.get_content_type() == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            inner = message_from_bytes(text if isinstance(text, bytes) else b"", policy=default)
            return str(inner["Message-ID"] or "").strip()
        return str(part["Message-ID"] or "").strip()
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _recipients(part: Message, message_id: str) -> Iterator[Report]:
    if part.get_content_type() != "message/delivery-status":
        return
    for fields in part.get_payload():
        if not isinstance(fields, Message):
            continue
        recipient = _typed(fields, "Original-Recipient") or _typed(fields, "Final-Recipient")
        status = str(fields.get("Status", "")).split("(")[0].strip()
        if recipient and status:
            said = one_line(f"{status} {_typed(fields, 'Diagnostic-Code')}").strip()
            action = str(fields.get("Action", "")).strip().lower()
            yield Report(message_id, recipient, action, said[: LENGTHS["problem"]])


def _typed(fields: Message, name: str) -> str:
    """What stands behind the type of a field, such as ``rfc822; robin@paper.example``."""
    return str(fields.get(name, "")).partition(";")[2].strip()


def take(reports: list[Report], *, now: datetime) -> int:
    """Tell whoever sent the messages; gives how many reports were about messages of ours. The caller commits."""
    counted = 0
    for report in reports:
        mail = queries.by_message_id(report.message_id)
        if mail is None or mail.to_address.lower() != report.recipient.lower():
            continue
        counted += 1
        if report.action == "failed":
            known, mail.problem = bool(mail.settled_at and mail.problem), report.said
            if not known or is_for_good(report.said):
                purposes.of(mail).refused(mail, report.said, now)
    return counted
