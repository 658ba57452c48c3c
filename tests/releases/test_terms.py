"""Terms of the glossary in the text of a release: the first of each, where a link may stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.releases import terms
from pressroom.releases.terms import Term

GENE = Term("/glossary/gene", ("gene", "genes"))
VARIANT = Term("/glossary/variant", ("variant",))
UNSURE = Term("/glossary/vus", ("variant of uncertain significance", "VUS"))
DNA = Term("/glossary/dna", ("DNA",))
ALS = Term("/glossary/als", ("ALS", "R&D plan"))
SOURCE = "<footer><cite>Gene Smith</cite>, DNA laboratory</footer>"
KNOWN = terms.compiled([GENE, VARIANT, UNSURE, DNA, ALS])


def link(term: Term, words: str) -> str:
    return f'<a class="term" href="{term.href}">{words}</a>'


@pytest.mark.parametrize(
    ("html", "linked"),
    [
        ("<p>A gene, a gene.</p>", f"<p>A {link(GENE, 'gene')}, a gene.</p>"),
        ("<p>Genes and a gene.</p>", f"<p>{link(GENE, 'Genes')} and a gene.</p>"),
        (
            "<p>A variant of\nuncertain significance</p>",
            f"<p>A {link(UNSURE, chr(10).join(['variant of', 'uncertain significance']))}</p>",
        ),
        ("<p>A variant of the gene</p>", f"<p>A {link(VARIANT, 'variant')} of the {link(GENE, 'gene')}</p>"),
        ('<p><a href="/gene">gene</a> gene</p>', f'<p><a href="/gene">gene</a> {link(GENE, "gene")}</p>'),
        ("<h2>The gene</h2><p>a gene</p>", f"<h2>The gene</h2><p>a {link(GENE, 'gene')}</p>"),
        ("<p><code>gene</code> <em>gene</em></p>", f"<p><code>gene</code> <em>{link(GENE, 'gene')}</em></p>"),
        (
            f"<blockquote><p>A gene.</p>{SOURCE}</blockquote><p>DNA</p>",
            f"<blockquote><p>A {link(GENE, 'gene')}.</p>{SOURCE}</blockquote><p>{link(DNA, 'DNA')}</p>",
        ),
        (
            '<p><span class="dateline">GENE, Ohio – </span>A gene</p>',
            f'<p><span class="dateline">GENE, Ohio – </span>A {link(GENE, "gene")}</p>',
        ),
        ('<p><img src="/x" alt="a gene">gene</p>', f'<p><img src="/x" alt="a gene">{link(GENE, "gene")}</p>'),
        (
            "<p>genetic, general, gene-wide, multi-gene, dna, als</p>",
            "<p>genetic, general, gene-wide, multi-gene, dna, als</p>",
        ),
        ("<p>Our R&amp;D plan</p>", f"<p>Our {link(ALS, 'R&amp;D plan')}</p>"),
        ("<p>DNA’s, a VUS</p>", f"<p>DNA’s, a {link(UNSURE, 'VUS')}</p>"),
        ("plain gene", f"plain {link(GENE, 'gene')}"),
        ("", ""),
    ],
)
def test_where_terms_are_linked(html: str, linked: str) -> None:
    assert terms.linked(html, KNOWN) == linked


def test_without_terms_a_text_stays_as_it_is() -> None:
    assert terms.linked("<p>A gene.</p>", terms.compiled([])) == "<p>A gene.</p>"


def test_the_fingerprint_says_what_would_be_linked() -> None:
    assert terms.compiled([GENE, DNA]).fingerprint == terms.compiled([DNA, GENE]).fingerprint
    others = [[GENE], [GENE, DNA, VARIANT], [Term("/glossary/gene", ("gene",)), DNA], [Term("/x", GENE.forms), DNA]]
    assert terms.compiled([GENE, DNA]).fingerprint not in {terms.compiled(other).fingerprint for other in others}


def test_the_first_of_two_terms_with_one_form_has_it() -> None:
    found = terms.compiled([GENE, Term("/glossary/other", ("Gene", ""))])
    assert terms.linked("<p>Gene</p>", found) == f"<p>{link(GENE, 'Gene')}</p>"


pieces = st.sampled_from(
    ["<p>", "</p>", "<code>", "</code>", "<a href='/x'>", "</a>", " gene ", "DNA", "&amp;", "variant of", "\n"]
)


@given(st.lists(pieces, max_size=30).map("".join))
def test_nothing_is_taken_away(html: str) -> None:
    linked = terms.linked(html, KNOWN)
    for term in (GENE, VARIANT, UNSURE, DNA):
        opening = f'<a class="term" href="{term.href}">'
        assert linked.count(opening) <= 1
        before, found, after = linked.partition(opening)
        linked = before + after.replace("</a>", "", 1) if found else linked
    assert linked.replace("</a>", "") == html.replace("</a>", "")
