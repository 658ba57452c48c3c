"""A message as it goes out: no header can be smuggled in, and no server is trusted too far."""

from __future__ import annotations

import ssl
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit import mail
from pressroom.kit.mail import DelayedError, Letter, MailError, RefusedError
from tests.conftest import NOON
from tests.mail import server as servers


def letter(**fields: Any) -> Letter:
    given: dict[str, Any] = {
        "message_id": "<1@society.example>",
        "at": NOON,
        "sender": "press@society.example",
        "sender_name": "A Society",
        "to": "robin@paper.example",
        "to_name": "Robin Vale",
        "subject": "News of cats",
        "text": "Dear Robin,\n\nlook at <https://society.example/cats?a=1&b=2>.\nBye.\n",
    }
    return Letter(**given | fields)


def test_both_parts_and_the_headers_of_a_machine() -> None:
    message = mail.compose(letter())
    assert message["From"] == "A Society <press@society.example>"
    assert message["To"] == "Robin Vale <robin@paper.example>"
    assert message["Date"] == "Thu, 19 Nov 2026 17:00:00 +0000"
    assert message["Message-ID"] == "<1@society.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    assert message["Reply-To"] is None
    answers = mail.compose(letter(reply_to="office@society.example"))
    assert answers["Reply-To"] == "A Society <office@society.example>"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content() == letter().text
    link = "https://society.example/cats?a=1&amp;b=2"
    assert f'look at &lt;<a href="{link}">{link}</a>&gt;.<br>' in html.get_content()
    listed = mail.compose(letter(unsubscribe="https://society.example/stop/1"))
    assert listed["List-Unsubscribe"] == "<https://society.example/stop/1>"
    long = f"https://society.example/{'long/' * 40}"
    assert f"List-Unsubscribe: <{long}>\r\n".encode() in mail.compose(letter(unsubscribe=long)).as_bytes()
    assert b"\nX: y" not in mail.compose(letter(unsubscribe=f"{long}>\r\nX: y")).as_bytes()
    assert listed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


KNOWN = {"from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type"}


@given(
    subject=st.text(max_size=300) | st.just("Cats\r\nBcc: all@paper.example\r\n\r\nText"),
    name=st.text(max_size=80) | st.just('Robin"\r\nX-Evil: yes\r\n <all@paper.example>, "'),
    house=st.text(max_size=80),
)
def test_nothing_that_is_typed_becomes_a_header_or_a_recipient(subject: str, name: str, house: str) -> None:
    clean = [text.encode("utf-8", "replace").decode() for text in (subject, name, house)]
    message = mail.compose(letter(subject=clean[0], to_name=clean[1], sender_name=clean[2]))
    read = message_from_bytes(message.as_bytes(), policy=default)
    assert {header.lower() for header in read} <= KNOWN
    assert [address.addr_spec for address in read["To"].addresses] == ["robin@paper.example"]
    assert [address.addr_spec for address in read["From"].addresses] == ["press@society.example"]
    assert "\n" not in str(read["Subject"])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "robin",
        "robin@",
        "robin@paper.example\nBcc: all@paper.example",
        "robin@paper.example, all@paper.example",
        "<robin@paper.example>",
        "ro bin@paper.example",
        '"robin"@paper.example',
        f"robin@{'x' * 80}.example",
        "robin@paper..example",
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(MailError, match="is no e-mail address"):
        mail.compose(letter(to=address))


def test_a_domain_of_any_script_goes_out_as_servers_know_it() -> None:
    message = mail.compose(letter(to="robin@zeitung-münchen.example"))
    assert b"<robin@xn--zeitung-mnchen-osb.example>" in message.as_bytes()


def test_what_the_server_says_decides(noon_server: servers.Server) -> None:
    there = mail.Server("127.0.0.1", noon_server.port, "none")
    noon_server.rcpt = {"gone@paper.example": "550 No such\tuser here", "full@paper.example": "452 Mailbox full"}
    with mail.connected(there) as connection:
        mail.hand_over(connection, mail.compose(letter()))
        with pytest.raises(RefusedError, match=r"^550 No such user here$"):
            mail.hand_over(connection, mail.compose(letter(to="gone@paper.example")))
        with pytest.raises(DelayedError, match=r"^452 Mailbox full$") as delayed:
            mail.hand_over(connection, mail.compose(letter(to="full@paper.example")))
        assert not delayed.value.of_the_server
        noon_server.data = ["554 We take no cats"]
        with pytest.raises(RefusedError, match="554 We take no cats"):
            mail.hand_over(connection, mail.compose(letter()))
        noon_server.sender = "553 Not your address"
        with pytest.raises(DelayedError, match="553") as delayed:
            mail.hand_over(connection, mail.compose(letter()))
        assert delayed.value.of_the_server, "our own address is wrong, and not the message"
    assert [message["To"] for message in noon_server.came] == ["Robin Vale <robin@paper.example>"]


@pytest.fixture
def noon_server() -> Any:
    with servers.running() as found:
        yield found


def test_never_in_the_open_where_it_should_be_secret(noon_server: servers.Server) -> None:
    for security, said in (("starttls", "STARTTLS"), ("tls", "certificate or encryption")):
        with (
            pytest.raises(DelayedError, match=said),
            mail.connected(mail.Server("127.0.0.1", noon_server.port, security, "press", "room")),
        ):
            pass
    with (
        pytest.raises(DelayedError, match="not sent in the open"),
        mail.connected(mail.Server("mail.example", 25, "none", "press", "room")),
    ):
        pass
    with (
        pytest.raises(DelayedError, match="could not be reached") as away,
        mail.connected(mail.Server("127.0.0.1", servers.free_port(), "none")),
    ):
        pass
    assert away.value.of_the_server


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_signing_in() -> None:
    with servers.running(authenticator=servers.knows, auth_require_tls=False, auth_required=True) as server:
        there = mail.Server("127.0.0.1", server.port, "none", "press", "room")
        with mail.connected(there) as connection:
            mail.hand_over(connection, mail.compose(letter()))
        assert len(server.came) == 1
        with (
            pytest.raises(DelayedError, match="535") as refused,
            mail.connected(mail.Server("127.0.0.1", server.port, "none", "press", "wrong")),
        ):
            pass
        assert "wrong" not in str(refused.value)


def test_a_silent_server_is_not_waited_for() -> None:
    assert mail.said_by(TimeoutError()) == "The server did not answer within 30 seconds."
    assert mail.said_by(ssl.SSLError(1, "x")) == (
        "The server’s certificate or encryption was not accepted (no reason given)."
    )
