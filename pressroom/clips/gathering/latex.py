"""What BibTeX writes for letters and signs, as letters and signs. Of what is unknown the words stay."""

from __future__ import annotations

import re
import unicodedata

_MARKS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
          "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "k": "\u0328",
          "r": "\u030a", "t": "\u0361"}  # fmt: skip
_ACCENT = re.compile(
    r"""\\(?:(['`^"~=.])\s*|([uvHcdbkrt])(?:\s+|(?=\{)))(?:\{\s*(?:\\([ij])|([^\W\d_]))\s*\}|\\([ij])(?![A-Za-z])|([^\W\d_]))"""
)
_WORDS = {"ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "aa": "å", "AA": "Å", "oe": "œ", "OE": "Œ", "l": "ł",
          "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
          "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“",
          "textquotedblright": "”", "ldots": "…", "dots": "…", "textellipsis": "…", "copyright": "©", "pounds": "£",
          "texteuro": "€", "euro": "€", "S": "§", "slash": "/", "textbackslash": "\\", "textasciitilde": "~",
          "textunderscore": "_", "guillemotleft": "«", "guillemotright": "»", "quotedblbase": "„", "glqq": "„",
          "grqq": "“"}  # fmt: skip
_WORD = re.compile(r"\\([A-Za-z]+)\*?(?:\s+|\{\}|(?![A-Za-z]))")
_SIGN = re.compile(r"\\([&%$#_{} ,;!-])")
_SIGNS = {" ": " ", ",": " ", ";": " ", "!": "", "-": ""}
_OPEN, _CLOSE = "\ue000", "\ue001"  # braces that are meant as braces, until the others are gone


def as_text(written: str) -> str:
    """*written* without TeX."""
    if not any(sign in written for sign in "\\{}~-`'$"):
        return written
    said = _ACCENT.sub(_accented, written)
    said = _SIGN.sub(_sign, said)
    said = _WORD.sub(lambda found: _WORDS.get(found[1], ""), said)
    said = said.replace("\\", "").replace("{", "").replace("}", "").replace("~", " ")
    said = said.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return unicodedata.normalize("NFC", said.replace(_OPEN, "{").replace(_CLOSE, "}"))


def _accented(found: re.Match[str]) -> str:
    letter: str = next(filter(None, found.groups()[2:]))
    return letter + _MARKS[found[1] or found[2]]


def _sign(found: re.Match[str]) -> str:
    return {"{": _OPEN, "}": _CLOSE}.get(found[1]) or _SIGNS.get(found[1], found[1])
