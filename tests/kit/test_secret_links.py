"""Links that open a row."""

from __future__ import annotations

from flask import Flask
from itsdangerous import URLSafeSerializer

from pressroom.kit.secret_links import NOTHING, SecretLink

SECRET, OTHER = "a" * 43, "b" * 43


def test_a_link_opens_its_row_as_long_as_the_row_has_its_secret() -> None:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "x" * 40
    with app.app_context():
        kind = SecretLink("cats: show")
        token = kind.token(7, SECRET, 8, 9)
        said = kind.read(token)
        assert (said.number, said.more) == (7, (8, 9))
        assert said.fits(SECRET)
        assert not said.fits(OTHER)
        assert not said.fits(""), "an erased secret opens to nobody"
        assert SECRET not in token
        assert kind.read(token[:-1]) == kind.read("") == NOTHING
        assert SecretLink("cats: stop").read(token) == NOTHING, "of another kind"
        signer = URLSafeSerializer(app.config["SECRET_KEY"], salt="cats: show")
        for forged in (7, [7], [7, ""], [7, "aa"], {"7": SECRET}):
            assert kind.read(str(signer.dumps(forged))) == NOTHING, "it opens nothing, whoever signed it"
        assert not NOTHING.fits(SECRET)
