"""HTML of other systems becomes Markdown that says the same words, and nothing that runs."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pressroom.kit import text
from pressroom.releases.importing import fromhtml

SHAPES = [
    ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
    ("One <em>two</em> <b>three </b>four", "One *two* **three** four"),
    ("<h2>Head</h2><h3>Lower #</h3>", "## Head\n\n### Lower \\#"),
    ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
    ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
    ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
    ("<ol><li><p>a</p><p>b</p></li></ol>", "1. a\n\n   b"),
    ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
    ("<p>a<br>b</p>", "a\\\nb"),
    ("a<hr>b", "a\n\n---\n\nb"),
    ("<pre>a\n  b ```</pre>", "````\na\n  b ```\n````"),
    ("<p>Use <code>a`b</code></p>", "Use ``a`b``"),
    ("<dl><dt>T</dt><dd>D</dd></dl>", "T\n: D"),
    ("CO<sub>2</sub> 10<sup>−8</sup>", "CO₂ 10⁻⁸"),
    ("<q>a</q>", "“a”"),
    ("<table><tr><th>A</th><th>B|C</th></tr><tr><td>1</td><td>2</td></tr></table>",
     "| A | B\\|C |\n| --- | --- |\n| 1 | 2 |"),
    ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", "a\n\nb"),
    ('<a href="https://x.example/a(b)?c=1&amp;copy;=2">t</a>', "[t](https://x.example/a%28b%29?c=1&amp;copy;=2)"),
    ('<p>See! <a href="/old">this</a></p>', "See! [this](https://old.example/old)"),
    ('<p>See!<a href="/old">this</a></p>', "See\\![this](https://old.example/old)"),
    ('<a href="mailto:p@x.example">write</a>', "[write](mailto:p@x.example)"),
    ('<a name="top"></a><a href="#top">up</a>', "up"),
    ('<font><p>a</p></font><center>b</center>', "a\n\nb"),
    ("<em>a</em><em>b</em>", "ab"),  # next to each other they would close each other
    ("<p>https://film.example/1?a_b=1</p>", "<https://film.example/1?a_b=1>"),
]  # fmt: skip

LITERAL = [
    "1. no list", "# no heading", "- no list", "+ no list", "> no quotation", "--- no line", "=== ", "~~~", ": no term",
    "*stars* and _lines_ and `ticks`", "snake_case", "[a](b) [c][d] ![e](f)", "&amp; &copy;", "<b>shown</b> <http://x>",
    "~~no~~", "a | b", "| a |", "\\* kept \\", "2014) no list", "[x]: http://y", "***", "- - -", "    four blanks",
]  # fmt: skip


@pytest.mark.parametrize(("html", "markdown"), SHAPES)
def test_each_shape(html: str, markdown: str) -> None:
    assert fromhtml.convert(html, base="https://old.example/2014/").text == markdown


@pytest.mark.parametrize("words", LITERAL)
def test_words_that_look_like_markdown_stay_words(words: str) -> None:
    html = words.replace("&", "&amp;").replace("<", "&lt;")
    shown = text.to_html(fromhtml.convert(f"<p>{html}</p><p>{html}<br>{html}</p>").text)
    assert text.plain(shown).split() == f"{words} {words} {words}".split()
    assert not any(
        tag in shown for tag in ("<ul", "<ol", "<h2", "<em", "<code", "<blockquote", "<hr", "<table", "<del", "<dl")
    )


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["p", "li", "b", "em", "a", "code", "h2", "blockquote", "td", "span"]),
            st.text("ab1 *_`[]()#>-+.!~|\\<&\n=:", max_size=12),
        ),
        max_size=8,
    )
)
@example([("h2", "#")])
@example([("h2", "##")])
@example([("h2", "a #")])
@example([("h2", "\\#")])
def test_no_word_is_lost_whatever_stands_there(parts: list[tuple[str, str]]) -> None:
    html = "".join(
        f'<{tag} href="https://x.example/">{words.replace("&", "&amp;").replace("<", "&lt;")}</{tag}>'
        for tag, words in parts
    )
    prose = fromhtml.convert(html)
    shown = "".join(text.plain(text.to_html(prose.text)).split())
    assert shown == "".join("".join(words for _, words in parts).split())


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\tscript:alert(1)">x</a>',
        '<a href="JAVASCRIPT&colon;alert(1)">x</a>',
        '<a href="data:text/html,<script>1</script>">x</a>',
        '<a href="vbscript:1">x</a>',
        "x<script>alert(1)</script>",
        "x<style>p{}</style>",
        '<p onclick="alert(1)">x</p>',
        '<svg onload="alert(1)"></svg>x',
        "x<form><input value=1><button>go</button></form>",
    ],
)
def test_nothing_that_runs_comes_along(html: str) -> None:
    prose = fromhtml.convert(html)
    shown = text.to_html(prose.text)
    assert text.plain(shown) == "x"
    assert "<a" not in shown
    if "href" in html:
        assert "lost its address" in prose.remarks[0]


def test_pictures_are_named_where_they_belonged() -> None:
    prose = fromhtml.convert(
        '<figure><img src="https://x.example/a/fence_1.jpg" alt="Cats">'
        "<figcaption>Four <em>cats</em></figcaption></figure>"
        '<p>Text<img src="b.png" alt="A chart">.</p><p><a href="big.jpg"><img src="small.jpg"></a></p>'
        '<img src="count.gif" width="1" height="1"><img class="wp-smiley" alt=":)">'
        '<img src="data:image/png;base64,AAAA">'
    )
    shown = text.plain(text.to_html(prose.text)).split("\n")
    assert shown == [
        "(Picture: Four cats; fence_1.jpg)",
        "Text (Picture: A chart; b.png) .",
        "(Picture: small.jpg)",
        ":) (Picture: a picture kept in the page itself)",
    ]
    assert "4 pictures are named" in prose.remarks[0]
    assert "<img" not in text.to_html(prose.text)


def test_addresses_that_are_none_are_left_out_and_said() -> None:
    prose = fromhtml.convert('<a href="http://[bad">x</a><img src="http://[bad"><iframe src="http://[bad"></iframe>')
    assert text.plain(text.to_html(prose.text)) == "x (Picture: one without a name)"
    assert any("“http://[bad”" in remark for remark in prose.remarks)


def test_players_become_links_and_are_named() -> None:
    prose = fromhtml.convert('<iframe src="https://film.example/embed/1"></iframe><object></object>')
    assert prose.text == "<https://film.example/embed/1>"
    assert [remark.partition(":")[0] for remark in prose.remarks] == [
        "An embedded player or page became a link",
        "Left out",
    ]


def test_tables_that_are_more_than_a_grid_stay_readable() -> None:
    prose = fromhtml.convert(
        '<table><tr><td colspan="2">A</td></tr><tr><td>1<br>2</td><td><ul><li>x</li></ul></td></tr></table>'
    )
    assert prose.text == "| A |  |\n| --- | --- |\n| 1 2 | x |"
    assert any("table was simplified" in remark for remark in prose.remarks)


def test_emphasis_that_markdown_cannot_write_is_left_out_and_said() -> None:
    prose = fromhtml.convert("<p>a<em>(b)</em>c</p>")
    assert prose.text == "a(b)c"
    assert "Emphasis or links of one paragraph" in prose.remarks[0]


def test_deep_nesting_is_plain_words_and_deeper_nesting_is_refused() -> None:
    assert text.plain(fromhtml.convert("<div>" * 60 + "deep" + "</div>" * 60).text) == "deep"
    with pytest.raises(ValueError, match="nested more than 250"):
        fromhtml.convert("<div>" * 5_000 + "deep")


def test_line_ends_count_where_the_old_editor_made_them_count() -> None:
    html = "One\n\nTwo <b>a\n\nb</b>\nthree<br />\nfour\n\n<ul>\n<li>x</li>\n</ul>"
    assert fromhtml.convert(html, breaks=True).text == "One\n\nTwo **a**\n\n**b**\\\nthree\\\nfour\n\n- x"
    assert fromhtml.convert(html).text == "One Two **a b** three\\\nfour\n\n- x"


def test_control_characters_in_disguise_are_none() -> None:
    assert fromhtml.convert("<p>a&#1;b&#x2;c&#13;&#12;d</p>").text in {"abcd", "abc d"}
