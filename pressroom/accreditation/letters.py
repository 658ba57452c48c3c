"""What is written to journalists and to the press office. Pure: words in, words out.

What tells of something under embargo begins and ends with its line.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A message without its envelope."""

    subject: str
    text: str


def link(*, name: str, house: str, until: str, address: str, days: int, entry: str, new: bool) -> Words:
    """The link that sets a password: after accrediting, or when one was forgotten."""
    why = f"you are accredited with us until {until}. Please set" if new else "with this link you set"
    within = f"within {days} {'day' if days == 1 else 'days'}"
    text = f"Dear {name},\n\n{why} a password {within}:\n\n{address}\n\n"
    text += f"The link is good once. Then sign in here: {entry}\n"
    if not new:
        text += "\nIf you did not ask for it, leave it alone; your password stays as it is.\n"
    return Words(f"Press accreditation, {house}" if new else f"A new password, {house}", f"{text}\n{house}\n")


def declined(*, name: str, house: str, reason: str, contact: str) -> Words:
    """An application was declined, and why."""
    text = f"Dear {name},\n\nthank you for applying. We cannot accredit you:\n\n{reason}\n\n"
    text += "What is public can be read by everybody without accreditation. If something is different from how we "
    text += f"understood it, write to us, or apply again.\n\n{contact}\n{house}\n"
    return Words(f"Your application for accreditation, {house}", text)


def received(*, house: str, contact: str) -> Words:
    """An application has come. It names nothing that was typed: anybody can type anybody's address."""
    text = (
        "Hello,\n\nsomebody applied for press accreditation with this address. The press office reads the application "
    )
    text += "and answers to this address. On deadline, call us.\n\nIf it was not you, nothing is to be done.\n\n"
    return Words(f"Your application is here, {house}", f"{text}{contact}\n{house}\n")


def came(*, name: str, outlet: str, basis: str, address: str) -> Words:
    """For the press office: somebody applied."""
    text = f"{name}, {outlet}, applies for accreditation ({basis}).\n\nDecide here:\n{address}\n"
    return Words(f"Application for accreditation: {outlet}", text)


def changed(*, name: str, line: str, headline: str, what: str, address: str, house: str) -> Words:
    """A release changed that somebody holds under embargo. *headline* is the one that they know."""
    text = f"{line}\n\nDear {name},\n\na release that you were given under embargo has changed:\n\n“{headline}”\n\n"
    text += f"What changed: {what}.\n\nPlease read it again before you publish:\n{address}\n\n{house}\n\n{line}\n"
    return Words(f"Changed, under embargo: {headline}", text)


def taken_back(*, name: str, headline: str, house: str) -> Words:
    """A release that somebody holds is no longer announced."""
    line = "NOT FOR RELEASE"
    text = f"{line}\n\nDear {name},\n\na release that you were given under embargo was taken back:\n\n“{headline}”\n\n"
    text += (
        f"It is no longer announced. Please publish nothing of it. We write again when it is.\n\n{house}\n\n{line}\n"
    )
    return Words(f"Taken back, not for release: {headline}", text)


def corrected(*, name: str, headline: str, note: str, address: str, house: str) -> Words:
    """A public release was corrected that somebody read under embargo before."""
    text = (
        f"CORRECTION\n\nDear {name},\n\na release that you were given under embargo was corrected:\n\n“{headline}”\n\n"
    )
    return Words(f"Correction: {headline}", f"{text}{note}\n\nThe corrected text stands here:\n{address}\n\n{house}\n")


def withdrawn(*, name: str, headline: str, reason: str, address: str, house: str) -> Words:
    """A release was withdrawn that somebody read under embargo before."""
    text = (
        f"WITHDRAWN\n\nDear {name},\n\na release that you were given under embargo was withdrawn:\n\n“{headline}”\n\n"
    )
    return Words(f"Withdrawn: {headline}", f"{text}{reason}\n\nPlease do not use it. {address}\n\n{house}\n")


def lifted(*, name: str, headline: str, moment: str, address: str, house: str) -> Words:
    """An embargo was lifted early, for everybody."""
    text = f"FOR IMMEDIATE RELEASE\n\nDear {name},\n\nthe embargo was lifted early, for everybody, on {moment}:\n\n"
    text += f"“{headline}”\n\nYou may publish now. The release is public at the address that you know:\n{address}\n\n"
    text += f"{house}\n"
    return Words(f"Embargo lifted, for immediate release: {headline}", text)


def release(*, line: str, name: str, outlet: str, headline: str, plain: str, address: str, stop: str) -> Words:
    """A release under embargo. *plain* is its rendition as text, which begins and ends with the line as well."""
    text = f"{line}\n\nFor {name}, {outlet}, under the embargo agreement that you accepted. Please do not pass it on.\n"
    text += f"Pictures, files and the newest version: {address}\n"
    text += f"No more releases by e-mail: {stop}\n\n{plain.strip()}\n"
    return Words(f"{line}: {headline}", text)
