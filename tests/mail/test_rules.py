"""What an answer of a server says of the address."""

from __future__ import annotations

import pytest

from pressroom.mail.rules import is_about_us, is_for_good


@pytest.mark.parametrize(
    ("said", "for_good"),
    [
        ("550 5.1.1 No such user", True),
        ("550 No such user here", False),
        ("550 Relaying denied", False),
        ("553 5.1.3 Bad address", True),
        ("5.1.1", True),
        ("5.1.10 null MX", True),
        ("550 5.2.1 Mailbox disabled", True),
        ("5.0.0", True),
        ("550 5.7.1 Looks like spam", False),
        ("554 5.7.26 Not authenticated", False),
        ("552 5.2.2 Mailbox full", False),
        ("554 Transaction failed", False),
        ("451 4.7.1 Greylisted", False),
        ("4.2.2", False),
        ("The server closed the connection.", False),
        ("", False),
    ],
)
def test_only_what_concerns_the_address_ends_delivery_at_once(said: str, for_good: bool) -> None:
    assert is_for_good(said) is for_good


def test_what_is_wrong_with_the_message_or_its_sender_is_not_the_readers() -> None:
    said = [
        "550 5.7.1 Looks like spam",
        "554 5.7.26 Not authenticated",
        "550 5.6.0 Bad",
        "550 5.1.1 None",
        "550 No",
        "",
    ]
    assert list(map(is_about_us, said)) == [True, True, True, False, False, False]
