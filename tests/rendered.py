"""A form as a browser has it: which fields it would send, and where to."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from urllib.parse import urldefrag, urljoin

from lxml import html

FIRST = "//main//form[@method='post'][not(contains(@action, '/discard'))]"
"""Where the form stands that a desk page is about; a notice above it may have one that throws unsaved text away."""

UNSENT = {"submit", "button", "reset", "image", "file"}


def form_of(page: html.HtmlElement, where: str = FIRST) -> html.HtmlElement:
    """The first form at the XPath *where*."""
    forms = page.xpath(where)
    assert forms, f"no form at {where}"
    return forms[0]


def fields(form: html.HtmlElement) -> dict[str, list[str]]:
    """What is sent if nobody types anything; a box that is not checked is not sent."""
    sent: dict[str, list[str]] = {}
    for field in _named(form):
        if field.tag == "select":
            sent.setdefault(field.get("name"), []).extend(_chosen(field))
        elif field.tag == "textarea":
            sent.setdefault(field.get("name"), []).append(_lines(field))
        elif field.get("type") in {"checkbox", "radio"}:
            if field.get("checked") is not None:
                sent.setdefault(field.get("name"), []).append(field.get("value", "on"))
        elif field.get("type") not in UNSENT:
            sent.setdefault(field.get("name"), []).append(field.get("value", ""))
    return sent


def filled(form: html.HtmlElement, changes: dict[str, Any], button: str | None = None) -> dict[str, Any]:
    """What is sent after somebody made *changes* and pressed *button*.

    Args:
        changes: field → what is typed or chosen, or None to take the field away or the check out of a box.
        button: its text; None presses the only one.
    """
    named = _named(form)
    missing = changes.keys() - {field.get("name") for field in named}
    assert not missing, f"the form has no {', '.join(sorted(missing))}"
    for field in named:
        if field.tag == "select" and changes.get(field.get("name")) is not None:
            offered = [option.get("value") for option in field.iter("option")]
            assert changes[field.get("name")] in offered, f"{field.get('name')} offers only {offered}"
    empty = {field.get("name"): (BytesIO(), "") for field in named if field.get("type") == "file"}
    sent = {**(empty if _multipart(form) else {}), **fields(form), **changes}
    pressed = _button(form, button)
    if pressed.get("name"):
        sent[pressed.get("name")] = pressed.get("value", "")
    return {name: value for name, value in sent.items() if value is not None}


def sending(form: html.HtmlElement, path: str, button: str | None = None) -> dict[str, Any]:
    """Where *form* on the page at *path* goes, and in which encoding, as arguments of ``client.post``."""
    action = _button(form, button).get("formaction") or form.get("action") or ""
    kind = "multipart/form-data" if _multipart(form) else "application/x-www-form-urlencoded"
    return {"path": urldefrag(urljoin(path, action)).url, "content_type": kind}


def _named(form: html.HtmlElement) -> list[html.HtmlElement]:
    return form.xpath(".//*[self::input or self::select or self::textarea][@name and not(@disabled)]")


def _chosen(select: html.HtmlElement) -> list[str]:
    options = list(select.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and select.get("multiple") is None:
        chosen = options[:1]
    return [option.get("value", option.text_content()) for option in chosen]


def _lines(area: html.HtmlElement) -> str:
    """Without the line break after the tag, and with those line ends that a browser sends."""
    text = re.sub(r"\r\n?", "\n", area.text or "").removeprefix("\n")
    return text.replace("\n", "\r\n")


def _multipart(form: html.HtmlElement) -> bool:
    return form.get("enctype") == "multipart/form-data"


def _button(form: html.HtmlElement, text: str | None) -> html.HtmlElement:
    """The button *text*. One that stands first as well, for the Enter key, is the same."""
    buttons = form.xpath(".//button[not(@type) or @type='submit'][not(@disabled)]")
    fitting = [button for button in buttons if text is None or " ".join(button.text_content().split()) == text]
    found = {(button.text_content(), *map(button.get, ("name", "value", "formaction"))): button for button in fitting}
    assert len(found) == 1, f"{len(found)} buttons {text or ''} of {[button.text_content() for button in buttons]}"
    return fitting[-1]
