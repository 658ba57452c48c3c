"""What the press room is measured against: the same pages as a Flask application of one file, as a tutorial writes it.

One statement for each page, rows of sqlite3, a template of Jinja. No gate, no revisions, no settings, no session, no
related things, no headers: the least that can show the same words.
"""

from __future__ import annotations

import os
import sqlite3
import threading

from flask import Flask, Response, abort, render_template
from jinja2 import DictLoader

app = Flask(__name__)
_local = threading.local()

LAYOUT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/style.css"></head><body>
<header><a href="/">{{ name }}</a><nav><ul>{% for label, href in navigation %}
<li><a href="{{ href }}">{{ label }}</a></li>{% endfor %}</ul></nav></header><main>{% block main %}{% endblock %}</main>
<footer><p>{{ name }}</p></footer></body></html>"""

RELEASE = """{% extends "layout" %}{% block title %}{{ row.headline }}{% endblock %}{% block main %}<article>
<p>{{ row.kind }}</p><h1>{{ row.headline }}</h1><p>{{ row.subhead }}</p><time>{{ row.public_from }}</time>
{{ row.body_html | safe }}{% if row.notes_html %}<section><h2>Notes</h2>{{ row.notes_html | safe }}</section>{% endif %}
<dl><dt>Journal</dt><dd>{{ row.study_journal }}</dd><dt>Title</dt><dd>{{ row.study_title }}</dd>
<dt>DOI</dt><dd>{{ row.study_doi }}</dd></dl></article>{% endblock %}"""

LIST = """{% extends "layout" %}{% block title %}Releases{% endblock %}{% block main %}<h1>Releases</h1><ol>
{% for row in rows %}<li><article><h3><a href="/releases/{{ row.year }}/{{ row.slug }}">{{ row.headline }}</a></h3>
<p>{{ row.subhead }}</p><time>{{ row.public_from }}</time></article></li>{% endfor %}</ol>{% endblock %}"""

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Releases</title><link>http://x/</link>
{% for row in rows %}<item><title>{{ row.headline }}</title><link>http://x/releases/{{ row.year }}/{{ row.slug }}</link>
<guid>urn:uuid:{{ row.uid }}</guid><pubDate>{{ row.public_from }}</pubDate><description>{{ row.subhead }}</description>
<content>{{ row.body_html }}</content></item>{% endfor %}</channel></rss>"""

app.jinja_loader = DictLoader({"layout": LAYOUT, "release": RELEASE, "list": LIST, "feed.xml": FEED})
ROOMS = ("Releases", "Webcasts", "Clips", "Facts", "Meeting", "Logos", "Science", "Contact")
NAVIGATION = [(label, f"/{label.lower()}/") for label in ROOMS]
# The plus keeps SQLite from choosing the index of what is withdrawn and sorting a hundred thousand rows.
NEWEST = """SELECT year, slug, uid, headline, subhead, public_from, body_html FROM press_release
WHERE public_from <= datetime('now') AND +withdrawn_at IS NULL ORDER BY public_from DESC LIMIT ?"""


def _rows(sql: str, *values: object) -> list[sqlite3.Row]:
    connection = getattr(_local, "connection", None)
    if connection is None:
        connection = _local.connection = sqlite3.connect(os.environ["TRIVIAL_DATABASE"])
        connection.row_factory = sqlite3.Row
    return connection.execute(sql, values).fetchall()


@app.get("/releases/<int:year>/<slug>")
def release(year: int, slug: str) -> str:
    """One release."""
    found = _rows("SELECT * FROM press_release WHERE year = ? AND slug = ?", year, slug)
    return render_template("release", row=found[0], navigation=NAVIGATION, name="Society") if found else abort(404)


@app.get("/releases/")
def index() -> str:
    """The newest twenty."""
    return render_template("list", rows=_rows(NEWEST, 20), navigation=NAVIGATION, name="Society")


@app.get("/feeds/releases.rss")
def feed() -> Response:
    """The newest thirty in full."""
    return Response(render_template("feed.xml", rows=_rows(NEWEST, 30)), mimetype="application/rss+xml")
