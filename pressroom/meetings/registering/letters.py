"""What is written to those who register for a meeting, and to the press office. Pure: words in, words out."""

from __future__ import annotations

from pressroom.accreditation.letters import Words


def received(*, meeting: str, address: str, house: str, contact: str) -> Words:
    """A registration has come, or came before. It names nothing that was typed: anybody can type anybody's address."""
    text = (
        f"Hello,\n\nsomebody registered for the press at “{meeting}” with this address. Each person registers once: if "
        "you registered before, that registration stands as it was.\n\nHow it stands, and where you change it until "
        f"it is decided:\n{address}\n\nThe address is yours alone: whoever has it sees your registration.\n\n"
        f"If it was not you, nothing is to be done.\n\n{contact}\n{house}\n"
    )
    return Words(f"Press registration: {meeting}", text)


def came(*, name: str, outlet: str, basis: str, meeting: str, address: str) -> Words:
    """For the press office: somebody registered."""
    text = f"{name}, {outlet}, registers for “{meeting}” ({basis}).\n\nDecide here:\n{address}\n"
    return Words(f"Press registration: {outlet}", text)


def approved(*, name: str, meeting: str, days: str, place: str, address: str, house: str, contact: str) -> Words:
    """A registration was approved, and where the badge is."""
    text = (
        f"Dear {name},\n\nyou are registered for the press at “{meeting}”, {days}, {place}.\n\nYour page, with your "
        f"badge to print:\n{address}\n\nBring the badge and a photo ID to the press office. If a press briefing is "
        f"moved, we write to you.\n\n{contact}\n{house}\n"
    )
    return Words(f"You are registered: {meeting}", text)


def declined(*, name: str, meeting: str, reason: str, house: str, contact: str) -> Words:
    """A registration was declined, and why."""
    text = (
        f"Dear {name},\n\nthank you for registering for “{meeting}”. We cannot register you for the press:\n\n"
        f"{reason}\n\nIf something is different from how we understood it, write to us.\n\n{contact}\n{house}\n"
    )
    return Words(f"Press registration: {meeting}", text)


def moved(*, name: str, briefing: str, meeting: str, moment: str, place: str, address: str, house: str) -> Words:
    """A press briefing is at another time, or elsewhere."""
    where = f"\n{place}" if place else ""
    text = (
        f"Dear {name},\n\na press briefing at “{meeting}” was moved:\n\n“{briefing}”\n\nIt is now:\n{moment}{where}\n\n"
        f"The whole programme:\n{address}\n\n{house}\n"
    )
    return Words(f"Moved: {briefing}", text)


def cancelled(*, name: str, briefing: str, meeting: str, moment: str, address: str, house: str) -> Words:
    """A press briefing will not be held."""
    text = (
        f"Dear {name},\n\na press briefing at “{meeting}” will not be held:\n\n“{briefing}”\n{moment}\n\n"
        f"The whole programme:\n{address}\n\n{house}\n"
    )
    return Words(f"Cancelled: {briefing}", text)
