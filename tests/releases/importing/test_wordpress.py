"""Block comments and shortcodes go, with their names; brackets that people wrote stay."""

from __future__ import annotations

import pytest

from pressroom.releases.importing import wordpress

POSTS = [
    ("Said [sic] and [the gene] and [1].", "Said [sic] and [the gene] and [1].", ""),
    ('A [gallery ids="1,2"] b', "A b", "gallery"),
    ("A [my_box]inside[/my_box] b", "A inside b", "my_box"),
    ("A [box]inside[/box] b", "A inside b", "box"),
    ("A [contact-form-7 id=4 title='x'] b", "A b", "contact-form-7"),
    ("Write [[gallery]] for one.", "Write [gallery] for one.", ""),
    ("[embed]https://film.example/1?a=1&amp;b=2[/embed]", "<https://film.example/1?a=1&b=2>", ""),
    (
        '[caption id="a" width="3"]<a href="b.jpg"><img src="a.jpg" alt="x" /></a> Four cats[/caption]',
        "*(Picture: Four cats; a.jpg)*",
        "",
    ),
    ("[caption]no picture[/caption]", "no picture", ""),
    ("One<!--more-->\n\nTwo<!-- secret", "One\n\nTwo", ""),
    ('<!-- wp:paragraph {"a":"b --c"} -->\n<p>One\n\ntwo</p>\n<!-- /wp:paragraph -->', "One two", ""),
]


@pytest.mark.parametrize(("content", "markdown", "named"), POSTS)
def test_each_post(content: str, markdown: str, named: str) -> None:
    prose = wordpress.convert(content)
    assert prose.text == markdown
    assert (f"Shortcodes were taken out: {named}." in prose.remarks) == bool(named)


def test_what_the_old_site_filled_is_named() -> None:
    prose = wordpress.convert('<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph --><!-- wp:latest-posts {"n":3} /-->')
    assert prose.text == "a"
    assert prose.remarks == (
        "3 comments were taken out, which only editors saw.",
        "Blocks that the old site filled are not in the export: latest-posts.",
    )
