"""What is written to reporters and to the press office about an enquiry. Pure: words in, words out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A message without its envelope."""

    subject: str
    text: str


def received(*, house: str, contact: str, address: str, deadline: str) -> Words:
    """An enquiry has come. It names nothing that was typed: anybody can type anybody's address."""
    text = "Hello,\n\nyour question has reached the press office. "
    text += f"Your deadline is {deadline}. " if deadline else ""
    text += f"How it stands, and what we answer, is on this page; keep the link to yourself:\n\n{address}\n\n"
    text += "On deadline, call us. If it was not you who asked, nothing is to be done.\n\n"
    return Words(f"Your question is here, {house}", f"{text}{contact}\n{house}\n")


def came(*, topic: str, deadline: str, about: str, question: str, who: str, address: str) -> Words:
    """For the press office: somebody asks."""
    text = f"{who} asks ({topic}).\n\nDeadline: {deadline or 'none given'}\n"
    text += f"About: {about}\n" if about else ""
    return Words(f"Enquiry: {topic}{f', due {deadline}' if deadline else ''}", f"{text}\n{question}\n\n{address}\n")


def told(*, house: str, contact: str, words: str, address: str, what: str) -> Words:
    """The press office answered, or declined to."""
    text = f"Hello,\n\n{words}\n\nThe whole of it is on this page:\n{address}\n\n{contact}\n{house}\n"
    return Words(f"{what}, {house}", text)
