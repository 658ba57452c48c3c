"""Languages of a text: tags as BCP 47 (RFC 5646) writes them, and what speakers call them. Pure."""

from __future__ import annotations

import re

LONGEST = 35  # RFC 5646, section 4.4.1: nothing longer is needed

# RFC 5646, section 2.1, without private use and the grandfathered tags, which no page is written in.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE,
)

NAMES = {
    "ar": "العربية",
    "bn": "বাংলা",
    "ca": "Català",
    "cs": "Čeština",
    "cy": "Cymraeg",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "eu": "Euskara",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "ga": "Gaeilge",
    "he": "עברית",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "is": "Íslenska",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "nn": "Norsk nynorsk",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sr": "Српски",
    "sv": "Svenska",
    "sw": "Kiswahili",
    "ta": "தமிழ்",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "yi", "ps", "dv"}


def read(written: str) -> str:
    """*written* with the capitals that RFC 5646, section 2.1.1, recommends: ``pt-BR``, ``zh-Hant``."""
    parts = written.strip().replace("_", "-").split("-")
    return "-".join(_cased(part, first=number == 0) for number, part in enumerate(parts))


def problem(tag: str) -> str | None:
    """The sentence for a tag that is none; None when it is well, or empty."""
    if tag and (len(tag) > LONGEST or not _TAG.fullmatch(tag)):
        return "Write the language as a tag such as es, de or pt-BR."
    return None


def name(tag: str) -> str:
    """What its speakers call the language: "Português (BR)"; the tag itself where that is not known."""
    found = _TAG.fullmatch(tag)
    own = NAMES.get(found["language"].lower()) if found else None
    if found is None or own is None:
        return tag
    more = [part for part in (found["script"], found["region"]) if part]
    return f"{own} ({', '.join(more)})" if more else own


def same(one: str, other: str) -> bool:
    """Whether two tags are one language to a reader who chooses: capitals say nothing."""
    return one.casefold() == other.casefold()


def direction(tag: str) -> str:
    """``rtl`` or ``ltr``, as the language is written unless the tag names another script."""
    found = _TAG.fullmatch(tag)
    if found is None or (found["script"] and found["script"].casefold() not in {"arab", "hebr"}):
        return "ltr"
    return "rtl" if found["language"].lower() in _RIGHT_TO_LEFT else "ltr"


def _cased(part: str, *, first: bool) -> str:
    if first:
        return part.lower()
    if len(part) == 2:
        return part.upper()
    return part.capitalize() if len(part) == 4 and part.isalpha() else part.lower()
