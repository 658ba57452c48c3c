"""What the settings say about mail."""

from __future__ import annotations

from pressroom.kit.mail import Server
from pressroom.kit.settings import setting


def is_on() -> bool:
    """Whether this press room sends mail: it has a server, and an address to send from."""
    return bool(setting("mail_server") and sender())


def sender() -> str:
    """The address that mail comes from."""
    return str(setting("mail_from") or setting("contact_email"))


def server() -> Server:
    """Where mail is handed over."""
    return Server(
        host=setting("mail_server"),
        port=setting("mail_port"),
        security=setting("mail_security"),
        user=setting("mail_user"),
        password=setting("mail_password"),
    )


def lacking() -> str:
    """Why no mail is sent, as a sentence for the desk; empty when it is."""
    if not setting("mail_server"):
        return (
            "This press room sends no mail: no mail server is set. Whoever runs it sets mail_server; see docs/mail.md."
        )
    if not sender():
        return "This press room sends no mail: it has no address to send from. Set the media contact’s e-mail address."
    return ""
