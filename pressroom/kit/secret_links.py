"""Links that open a row: signed, with a part of a secret of the row, so that another secret ends them.

A link opens no row that came later in the place of one that was deleted, and none of another press room.
"""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


class Said(NamedTuple):
    """What a link says.

    Attributes:
        number: that of the row; 0 in a link that is none of ours.
        part: of the secret of the row.
        more: other numbers that were signed.
    """

    number: int
    part: str
    more: tuple[int, ...]

    def fits(self, secret: str) -> bool:
        """Whether it was made with *secret*, which the row has now; a row without one opens to nobody."""
        return bool(self.number and secret and self.part) and compare_digest(secret[: len(self.part)], self.part)


NOTHING = Said(0, "", ())


@dataclass(frozen=True)
class SecretLink:
    """One kind of links.

    Attributes:
        salt: its name; a link of one kind is none of another.
        length: characters of the secret that stand in a link.
    """

    salt: str
    length: int = 12

    def token(self, number: int, secret: str, *more: int) -> str:
        """What stands at the end of an address."""
        return str(self._signer.dumps([number, secret[: self.length], *more]))

    def read(self, token: str) -> Said:
        """What was signed; :data:`NOTHING` where that was not done here."""
        try:
            said = self._signer.loads(token)
        except BadSignature:
            return NOTHING
        if not isinstance(said, list) or len(said) < 2 or len(str(said[1])) != self.length:
            return NOTHING
        return Said(said[0], said[1], tuple(said[2:]))

    @property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=self.salt)
