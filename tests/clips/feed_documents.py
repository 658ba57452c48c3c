"""Feeds and e-mails to test with, as outlets and Google write them."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

RSS = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
HEAD = f"{RSS}<title>The Harbor Ledger</title><link>https://ledger.example/</link><ttl>30</ttl>"


def entry(number: int, *, more: str = "", title: str = "", link: str = "", day: str = "") -> str:
    """An item of RSS."""
    link = link or f"https://ledger.example/2026/{number}"
    day = day or f"Tue, 10 Nov 2026 11:{number % 60:02}:30 +0100"
    title = title or f"Genes and robots, part {number}"
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>id-{number}</guid>"
        f"<pubDate>{day}</pubDate><dc:creator>Rita Okafor</dc:creator>"
        f"<description>&lt;p&gt;Recorded visits, {number}.&lt;/p&gt;</description>{more}</item>"
    )


def rss(entries: Sequence[str] | int, head: str = HEAD) -> bytes:
    """A feed of RSS 2.0."""
    items = [entry(number) for number in range(entries)] if isinstance(entries, int) else entries
    return f"{head}{''.join(items)}</channel></rss>".encode()


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://zeitung.example/">
<title>Die Zeitung</title><link rel="self" href="https://zeitung.example/feed"/><link href="/"/>
<entry><id>tag:zeitung.example,2026:1</id><title type="html">Gene &amp;amp; &lt;b&gt;Roboter&lt;/b&gt;</title>
<link rel="alternate" href="2026/gene"/><published>2026-11-10T23:30:00-05:00</published>
<updated>2026-11-12T08:00:00Z</updated><author><name>Ada Brandt</name><email>ada@zeitung.example</email></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Ein <em>kurzer</em> Text.</p></div></content></entry>
</feed>"""

RDF = """<?xml version="1.0" encoding="iso-8859-1"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://o.example/"><title>Caf\xe9</title><link>https://o.example/</link>
<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
<items><rdf:Seq><rdf:li rdf:resource="https://o.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://o.example/1"><title>Un caf\xe9</title><link>https://o.example/1</link>
<dc:date>2026-11-10T11:05:00+01:00</dc:date><dc:creator>Zo\xeb</dc:creator></item></rdf:RDF>"""

RSS_091 = """<rss version="0.91"><channel><title>Old</title>
<link>https://old.example/</link><description>d</description><item><title>From long ago</title><link>https://old.example/a</link></item></channel></rss>"""

JSON = """{"items": [
 {"id": 7, "url": "/seven", "title": "Seven", "content_html": "<p>One two.</p>",
  "date_published": "2026-11-10T11:05:00Z",
  "authors": [{"name": "Rita Okafor"}, {"name": "Wren Diaz"}], "language": "es"},
 "no entry", {"id": "8", "title": "Eight", "url": "javascript:alert(1)"}, {"id": "9"}],
 "version": "https://jsonfeed.org/version/1.1", "title": "My feed", "home_page_url": "https://j.example/"}"""

ALERT = """<?xml version="1.0" encoding="utf-8"?> <feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:google.com,2005:reader/user/1/state/com.google/alerts/2</id><title>Google Alert - genes</title>
<link href="https://www.google.com/alerts/feeds/1/2" rel="self"></link>
<entry><id>tag:google.com,2013:googlealerts/feed:1</id>
<title type="html">&lt;b&gt;Genes&lt;/b&gt; &amp;amp; robots</title>
<link href="https://www.google.com/url?rct=j&amp;url=https://www.ledger.example/a%3Fid%3D7&amp;ct=ga"></link>
<published>2026-11-10T11:53:37Z</published><updated>2026-11-10T11:53:37Z</updated>
<content type="html">All about &lt;b&gt;genes&lt;/b&gt;&amp;nbsp;...</content>
<author><name></name></author></entry></feed>"""

ALERT_HTML = """<html><head><script type="application/json">{"x": "<a itemprop='url'>"}</script></head><body>
<a href="https://www.google.com/alerts?x=1">Google Alerts</a>
<table><tr itemscope itemtype="http://schema.org/Article"><td>
<a href="https://www.google.com/url?rct=j&amp;url=https://ledger.example/history%3Fid%3D7&amp;ct=ga" itemprop="url">
<span itemprop="name">Clinics skip <b>family history</b></span></a>
<div itemprop="publisher"><span itemprop="name">The Harbor Ledger</span></div>
<div itemprop="description">Recorded visits – naïve …</div>
<a href="https://www.google.com/alerts/feedback?x">Flag as irrelevant</a></td></tr>
<tr itemscope itemtype="http://schema.org/Article"><td><a itemprop="url"
 href="https://www.google.com/url?url=https://valley.example/genes&amp;ct=ga">
<span itemprop="name">A second one</span></a>
</td></tr></table></body></html>"""

ALERT_TEXT = """=== News - 1 new result for ["family history"] ===

Clinics skip family history
The Harbor Ledger
Recorded visits
– naïve …
<https://www.google.com/url?rct=j&sa=t&url=https://ledger.example/history%3Fid%3D7&ct=ga>
See more results: <https://www.google.com/search?q=x>

- - - - - - - - - -
Unsubscribe: <https://www.google.com/alerts/remove?x>
"""


def alert_mail(*, html: str = ALERT_HTML, text: str = ALERT_TEXT, charset: str = "utf-8", cte: str = "base64") -> bytes:
    """A Google Alert as it comes by e-mail."""
    message = EmailMessage()
    message["Subject"], message["Date"] = "Google Alert – family history", "Thu, 19 Nov 2026 09:00:00 +0000"
    if text:
        message.set_content(text, charset=charset, cte=cte)
    if html:
        add = message.add_alternative if text else message.set_content
        add(html, subtype="html", charset=charset, cte=cte)
    return message.as_bytes()
