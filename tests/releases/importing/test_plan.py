"""What becomes of each item: decided without a database, so that a dry run and an import say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pressroom.releases.importing import plan
from pressroom.releases.importing.items import Item, Term
from pressroom.releases.importing.plan import Here, OptionError, Options, Planned, Planner
from pressroom.releases.importing.rules import ImportState, Outcome, undo_problem
from pressroom.releases.rules import LIMITS, ReleaseKind

NOW = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
THEN = datetime(2014, 3, 5, 15, 0, tzinfo=UTC)


def item(n: int = 1, **given: Any) -> Item:
    fields: dict[str, Any] = {
        "source": "old.example",
        "guid": f"g{n}",
        "fingerprint": f"f{n}",
        "where": f"line {n}",
        "headline": "Cats",
        "at": THEN,
        "content": "Words.",
        "slug": "cats",
    }
    return Item(**(fields | given))


def planner(here: Here | None = None, **options: Any) -> Planner:
    return Planner(
        Options(**options),
        here or Here(),
        house_zone="America/New_York",
        now=NOW,
        is_page=lambda path: path == "/contact",
    )


def planned(given: Item, here: Here | None = None, **options: Any) -> Planned:
    return planner(here, **options).plan(given)


def test_an_old_release_as_it_would_come_in() -> None:
    found = planned(item(changed_at=THEN + timedelta(days=2), author="Ilse", fields={"subhead": "Twice."}))
    assert found.outcome is Outcome.MAKE
    assert (found.at, found.changed_at, found.waits) == (THEN, THEN + timedelta(days=2), False)
    assert found.address == "/releases/2014/cats"
    assert found.fields == {
        "headline": "Cats",
        "subhead": "Twice.",
        "body": "Words.",
        "kind": ReleaseKind.STATEMENT,
        "topics": (),
        "slug": "cats",
    }


def test_the_year_is_that_of_the_house() -> None:
    assert planned(item(at=datetime(2015, 1, 1, 3, 0, tzinfo=UTC))).address == "/releases/2014/cats"


LEFT = [
    (item(what="page"), "It is a page."),
    (item(what="attachment"), "It is a file."),
    (item(what="event"), "of the type “event”"),
    (item(status="private"), "private"),
    (item(status="password"), "password"),
    (item(status="trash"), "trash"),
    (item(status="wc-completed"), "none that is known here"),
    (item(status="draft"), "It is a draft"),
    (item(status="pending"), "It is a draft"),
    (item(at=None), "It has no date"),
    (item(headline=""), "It has no headline"),
    (item(content=" "), "It has no text"),
    (item(at=NOW + timedelta(seconds=1)), "It lies ahead"),
    (item(status="future", at=NOW + timedelta(days=1)), "It lies ahead"),
    (item(embargo=NOW + timedelta(days=1)), "under embargo until"),
    (item(problem="Line 3: broken."), "Line 3: broken."),
    (item(kind="gossip"), "There is no kind “gossip”"),
    (item(headline="x" * 301), "Shorten the headline to 300"),
    (item(content="x" * 200_001), "Shorten the text to 200,000"),
    (item(fields={"study_doi": "11.5/x"}), "Write the DOI as in"),
    (item(content="<div>" * 3_000 + "x"), "nested more than 250"),
    (item(corrections=((THEN - timedelta(days=3), "x"),)), "lies before the release"),
    (item(corrections=((NOW + timedelta(days=3), "x"),)), "or in the future"),
    (item(corrections=((NOW, "x" * (LIMITS["correction"].characters + 1)),)), "Shorten the correction note"),
]


@pytest.mark.parametrize(("given", "reason"), LEFT)
def test_what_is_left_out_and_why(given: Item, reason: str) -> None:
    found = planned(given)
    assert found.outcome is Outcome.LEFT
    assert reason in found.reason


def test_an_embargo_that_lies_ahead_never_comes_in() -> None:
    for options in ({}, {"scheduled": True}, {"drafts": True, "scheduled": True}):
        for status in ("publish", "future", "draft"):
            ahead = item(status=status, at=NOW + timedelta(days=1), embargo=NOW + timedelta(days=1))
            assert "under embargo" in planned(ahead, **options).reason


def test_drafts_and_what_lies_ahead_come_in_when_asked_for() -> None:
    draft = planned(item(status="draft", at=None, content="", paths=("https://old.example/x",)), drafts=True)
    assert (draft.outcome, draft.at, draft.address, draft.paths) == (Outcome.MAKE, None, "", ())
    ahead = planned(item(status="future", at=NOW + timedelta(days=1)), scheduled=True)
    assert (ahead.outcome, ahead.waits, ahead.changed_at) == (Outcome.MAKE, True, None)
    passed = planned(item(status="future"))
    assert passed.remarks == ("It waited for its time when the file was made; that time has passed.",)


def test_types_and_categories_narrow() -> None:
    categorised = item(terms=(Term("press", "Press", "category"),))
    assert planned(categorised, categories=("press",)).outcome is Outcome.MAKE
    assert "none of the categories" in planned(categorised, categories=("other",)).reason
    assert planned(item(what="page"), types=("page",)).outcome is Outcome.MAKE


def test_what_came_in_before_is_known_and_a_change_is_said_and_nothing_is_written_over() -> None:
    here = Here(origins={("old.example", "g1"): ("f1", 7)})
    known, changed = planned(item(), here), planned(item(fingerprint="new"), here)
    assert (known.outcome, known.release_id, known.fields) == (Outcome.KNOWN, 7, {})
    assert (changed.outcome, changed.release_id, changed.fields) == (Outcome.CHANGED, 7, {})
    assert "stays as it is" in changed.reason
    one = planner()
    assert [one.plan(each).outcome for each in (item(), item(), item(fingerprint="new"))] == [
        *(Outcome.MAKE, Outcome.KNOWN, Outcome.LEFT)
    ]


def test_slugs_are_kept_where_they_can_be_and_made_where_not() -> None:
    one = planner(Here(slugs={(2014, "taken"), (2013, "cats"), (None, "draft")}), drafts=True)
    cases = [
        (item(1), "cats", ""),
        (item(2), "cats-2", "Another release of 2014 has the address “cats”"),
        (item(3), "cats-3", "has the address"),
        (item(4, slug="taken"), "taken-2", "has the address"),
        (item(5, slug="Old_Style.html"), "old-style-html", "was written “Old_Style.html”"),
        (item(6, slug="", headline="Made of words"), "made-of-words", ""),
        (item(7, slug="x" * 200), "x" * 80, "was written"),
        (item(8, slug="x" * 200), "x" * 78 + "-2", "has the address"),
        (item(10, slug="03"), "release-03", "was written “03”; it becomes “release-03”"),
        (item(9, status="draft", slug="draft"), "draft-2", "Another draft has the address"),
    ]
    for given, slug, said in cases:
        found = one.plan(given)
        assert found.fields["slug"] == slug
        assert bool(found.remarks) == bool(said)
        assert said in " ".join(found.remarks)


def test_old_addresses_lead_here_where_nothing_else_stands() -> None:
    one = planner(Here(paths={"/taken"}))
    paths = (
        *(
            "https://old.example/2014/03/05/cats/",
            "/caf%C3%A9/",
            "x/y",
            "https://old.example/?p=1",
            "https://old.example",
        ),
        *("/taken/", "/contact", "/desk/x", "/releases/2014/cats", "/" + "x" * 600, "http://[bad"),
    )
    found = one.plan(item(paths=paths))
    assert found.paths == ("/2014/03/05/cats", "/café", "/x/y")
    said = [remark.rpartition(": ")[2] for remark in found.remarks]
    assert said == [
        "only its question mark tells it apart.",
        "it is no path of its own.",
        "that of another release is the same.",
        "this press room has a page there.",
        "this press room has a page there.",
        "it has more than 500 characters.",
        "it is no path of its own.",
    ]
    assert "the same" in one.plan(item(2, paths=paths[:1])).remarks[-1]


TERMS = (
    Term("press-release", "Press release", "category"),
    Term("awards", "Awards", "category"),
    Term("uncategorized", "Uncategorized", "category"),
    Term("award", "Award", "tag"),
    Term("family-history", "Family, history", "tag"),
    Term("long", "x" * 61, "tag"),
)


def test_categories_and_tags_become_kinds_and_topics_by_the_table() -> None:
    plain = planned(item(terms=TERMS))
    assert plain.fields["kind"] is ReleaseKind.AWARD
    assert plain.fields["topics"] == ("Press release", "Award", "Family history")
    assert "too many or too long" in plain.remarks[0]
    told = planned(
        item(terms=TERMS),
        kinds={"press-release": ReleaseKind.RESEARCH},
        topics={"family-history": "Kin", "award": "", "long": ""},
        default_kind=ReleaseKind.POLICY,
    )
    assert (told.fields["kind"], told.fields["topics"]) == (ReleaseKind.RESEARCH, ("Kin",))
    assert told.remarks == ("Of several kinds the first was taken: Research, Award.",)
    assert planned(item(), default_kind=ReleaseKind.POLICY).fields["kind"] is ReleaseKind.POLICY
    assert planned(item(kind="Media advisory", terms=TERMS)).fields["kind"] is ReleaseKind.ADVISORY
    many = planned(item(terms=tuple(Term(f"t{n}", f"T{n}", "tag") for n in range(15))))
    assert len(many.fields["topics"]) == 12


def test_the_table_counts_what_is_asked_for_and_says_what_each_becomes() -> None:
    one = planner(topics={"cats": ""})
    cats = (Term("cats", "Cats", "category"), Term("award", "Award", "category"))
    for n in range(3):
        one.plan(item(n, terms=(*cats, Term("cats", "cats", "tag")) if n else cats))
    one.plan(item(9, what="page", terms=cats))
    rows = plan.table(one.terms, one.options)
    assert [(row["slug"], row["count"], row["taxonomy"], row["kind"], row["topic"]) for row in rows] == [
        ("cats", 5, "category", "", ""),
        ("award", 3, "category", "award", ""),
    ]
    assert one.types == {"post": 3, "page": 1}


def test_a_summary_too_long_for_a_subhead_is_left_out_and_said() -> None:
    found = planned(item(fields={"subhead": "x" * 401}))
    assert "subhead" not in found.fields
    assert "401 characters" in found.remarks[0]


def test_dates_of_change_and_corrections_keep_to_the_past() -> None:
    assert planned(item(changed_at=NOW + timedelta(days=1))).changed_at == THEN
    assert planned(item(changed_at=THEN - timedelta(days=1))).changed_at == THEN
    same_day = THEN - timedelta(hours=2)
    assert planned(item(corrections=((same_day, "x"),))).corrections == ((THEN, "x"),)


def test_options_are_kept_and_read_again() -> None:
    options = Options(
        zone="Europe/London",
        types=("post", "page"),
        categories=("a",),
        kinds={"b": ReleaseKind.GRANT},
        topics={"c": ""},
        default_kind=ReleaseKind.NOTICE,
        drafts=True,
        scheduled=True,
    )
    assert Options.of_json(options.as_json()) == options
    assert plan.read_pairs(["Press Release=research", "x="], "--kind") == {"press-release": "research", "x": ""}
    with pytest.raises(OptionError, match="is no pair"):
        plan.read_pairs(["research"], "--kind")


@pytest.mark.parametrize(
    ("state", "made", "hours", "words"),
    [
        (ImportState.DONE, 1, 24, ""),
        (ImportState.DONE, 1, 25, "for 24 hours"),
        (ImportState.DONE, 0, 1, "nothing to take back"),
        (ImportState.CHECKED, 0, 1, "nothing to take back"),
        (ImportState.FAILED, 1, 1, ""),
        (ImportState.UNDONE, 0, 1, "already"),
        (ImportState.UNDOING, 1, 99, ""),
    ],
)
def test_how_long_an_import_can_be_taken_back(state: ImportState, made: int, hours: int, words: str) -> None:
    found = undo_problem(state, made=made, finished_at=NOW - timedelta(hours=hours), now=NOW)
    assert words in found
    assert bool(words) == bool(found)


def test_nothing_of_the_plan_of_one_item_leaks_into_the_next() -> None:
    one = planner()
    left = one.plan(item(1, content=""))
    assert left.outcome is Outcome.LEFT
    assert one.plan(replace(item(2), guid="g1", fingerprint="f1")).fields["slug"] == "cats"
