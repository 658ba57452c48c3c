"""The vCard, by RFC 6350."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit import vcard

FULL = vcard.Contact(
    organisation="Society of Genes; Bethesda, Inc.",
    name="Dana Whitfield",
    role="Press officer",
    phone="301-555-0142",
    mobile="301-555-0187",
    email="press@society.example",
    address="9650 Rockville Pike\nBethesda, MD 20814",
    hours="Monday to Friday, 9 a.m. to 5 p.m. Eastern",
    url="https://society.example/",
)


def unfold(card: str) -> list[str]:
    """The lines of a card as RFC 6350, section 3.2, puts them together."""
    return card.replace("\r\n ", "").split("\r\n")


def unescape(value: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value, flags=re.DOTALL)


def test_a_full_card() -> None:
    lines = unfold(vcard.write(FULL))
    assert lines[:3] == ["BEGIN:VCARD", "VERSION:4.0", "KIND:individual"]
    assert lines[-2:] == ["END:VCARD", ""]
    assert "FN:Dana Whitfield" in lines
    assert r"ORG:Society of Genes\; Bethesda\, Inc." in lines
    assert 'TEL;TYPE="work,voice";PREF=1:301-555-0142' in lines
    assert r"ADR;TYPE=work:;;9650 Rockville Pike\, Bethesda\, MD 20814;;;;" in lines


def test_without_a_name_it_is_the_card_of_the_organisation() -> None:
    lines = unfold(vcard.write(vcard.Contact(organisation="Our society")))
    assert lines == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        "FN:Our society",
        "ORG:Our society",
        "END:VCARD",
        "",
    ]


@given(st.text(min_size=1).filter(lambda s: not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", s)))
def test_a_name_survives_and_no_line_is_too_long(name: str) -> None:
    card = vcard.write(vcard.Contact(organisation="O", name=name))
    assert all(len(line.encode()) <= vcard.FOLD_AT for line in card.split("\r\n"))
    (line,) = (line for line in unfold(card) if line.startswith("FN:"))
    assert unescape(line[3:]) == (name.strip() or "O")


@given(st.text(alphabet=st.sampled_from("ab;,\\n\r\n:"), max_size=40))
def test_no_text_starts_a_property_of_its_own(note: str) -> None:
    lines = unfold(vcard.write(vcard.Contact(organisation="O", hours=note)))
    assert len(lines) <= 8
