"""Telephone numbers: written for people, dialled by machines."""

from __future__ import annotations

import re

_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_NORTH_AMERICAN = re.compile(r"1?([2-9]\d\d[2-9]\d{6})")


def dialled(number: str) -> str:
    """*number* for a ``tel:`` link (RFC 3966): digits, with ``+`` where it is known to be international.

    Ten digits in the North American plan get its country code. Letters are those of the keys.

    >>> dialled("301-555-0142"), dialled("1-866-HUM-GENE"), dialled("+44 (20) 7946 0000")
    ('+13015550142', '+18664864363', '+442079460000')
    """
    digits = re.sub(r"\D", "", number.upper().translate(_KEYS))
    if number.strip().startswith("+"):
        return f"+{digits}"
    if found := _NORTH_AMERICAN.fullmatch(digits):
        return f"+1{found[1]}"
    return digits
