"""``/desk/clips/rules``: the rules by which candidates are scored, how they do, and their editor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.triage import precision, queries, rules, ruling
from pressroom.clips.triage.forms import RuleForm
from pressroom.clips.triage.models import ClipRule
from pressroom.clips.triage.precision import Record
from pressroom.clips.triage.rules import REASONS
from pressroom.kit import clock, web
from pressroom.kit.db import db

bp = Blueprint("clips_rules", __name__, url_prefix="/desk/clips/rules")
accounts.protect(bp, Permission.IMPORT)

ONE = "/<int(max=2147483647):number>"
EDITOR = "clips/desk/rule.html"
TRIED = 500  # candidates that a rule is tried with
SHOWN = 50  # of those that it fits
NOTHING = (Record(), Record())


@dataclass(frozen=True)
class Trial:
    """What a rule that is not saved yet would fit.

    Attributes:
        of: how many candidates were looked at.
        fits: those that it fits, with what it finds, the latest first.
        kept: how many of them were accepted or merged; likewise ``rejected`` and ``waiting``.
    """

    of: int
    fits: list[tuple[Any, rules.Fit]]
    kept: int
    rejected: int
    waiting: int


@bp.get("")
def index() -> str:
    """Every rule and every source, with what became of the stories that it fitted or brought."""
    since = clock.now() - queries.LATELY
    of_rules, of_sources = queries.by_rule(since), queries.by_source(since)
    return render_template(
        "clips/desk/rules.html",
        rules=[(rule, *of_rules.get(rule.id, NOTHING)) for rule in queries.all_rules()],
        sources=[(number, name, *of_sources.get(number, NOTHING)) for number, name in queries.sources()],
        misleads=precision.misleads,
        unscored=queries.unscored(),
    )


@bp.get("/new")
def new() -> str:
    """An empty form."""
    return _page(RuleForm())


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Save a new rule, or try it."""
    form = RuleForm()
    if not form.validate():
        return web.refused(EDITOR, **_shown(form))
    if _is_trial():
        return _page(form, _tried(form))
    if form.has_strangers():
        return web.refused(EDITOR, **_shown(form))
    rule = ruling.add(by=accounts.current_user(), now=clock.now(), sources=form.source_ids(), **form.fields())
    db.session.commit()
    jobs.wake()
    flash(f"The rule “{rule.name}” is there. What waits is scored with it within a minute.", "good")
    return web.see_other("clips_rules.index")


@bp.get(ONE)
def edit(number: int) -> str:
    """The form of a rule."""
    rule = _rule(number)
    return _page(RuleForm(rule), rule=rule)


@bp.post(ONE)
def save(number: int) -> ResponseReturnValue:
    """Save a rule, or try it as it is in the form."""
    rule = _rule(number)
    form = RuleForm(rule)
    if not form.validate():
        return web.refused(EDITOR, **_shown(form, rule=rule))
    if _is_trial():
        return _page(form, _tried(form), rule)
    if form.version.data != rule.version:
        return _conflict(form, number)
    if form.has_strangers():
        return web.refused(EDITOR, **_shown(form, rule=rule))
    by, now = accounts.current_user(), clock.now()
    try:
        changed = ruling.edit(rule, by=by, now=now, sources=form.source_ids(), **form.fields())
        db.session.commit()
    except StaleDataError:
        return _conflict(form, number)
    if changed:
        jobs.wake()
    flash(
        f"“{rule.name}” is saved. What waits is scored anew within a minute." if changed else "Nothing was changed.",
        "good",
    )
    return web.see_other("clips_rules.index")


def _is_trial() -> bool:
    return request.form.get("do") == "try"


def _tried(form: RuleForm) -> Trial:
    """What the rule in the form fits among the latest candidates. Nothing is saved."""
    latest = queries.latest(TRIED)
    fits = ruling.tried(ruling.as_rule(form.fields(), form.source_ids()), latest)
    states = [candidate.state for candidate, _ in fits]
    kept = states.count(CandidateState.ACCEPTED) + states.count(CandidateState.MERGED)
    rejected = states.count(CandidateState.REJECTED)
    return Trial(len(latest), fits, kept, rejected, states.count(CandidateState.WAITING))


def _conflict(form: RuleForm, number: int) -> ResponseReturnValue:
    """What was typed, beside what somebody else saved meanwhile."""
    db.session.rollback()
    rule = _rule(number)
    form.version.data, form.version.raw_data = rule.version, None
    return web.conflict(EDITOR, **_shown(form, rule=rule, saved=_saved(rule)))


def _saved(rule: ClipRule) -> list[tuple[str, str]]:
    rows = (
        ("Name", rule.name),
        ("All of these words", rule.must),
        ("Any of these words", rule.any_of),
        ("None of these words", rule.never),
        ("People", rule.people),
        ("DOIs", rule.dois),
        ("Outlets", rule.outlets),
        ("Points", str(rule.points)),
        ("It", rule.does.label),
        ("Reason", rule.reason),
        ("Switched on", "yes" if rule.active else "no"),
    )
    return [(label, value) for label, value in rows if value]


def _rule(number: int) -> ClipRule:
    return queries.a_rule(number) or abort(404)


def _shown(form: RuleForm, **more: Any) -> dict[str, Any]:
    return {"form": form, "reasons": REASONS, "shown": SHOWN, "most_tried": TRIED} | more


def _page(form: RuleForm, trial: Trial | None = None, rule: ClipRule | None = None) -> str:
    return render_template(EDITOR, **_shown(form, rule=rule, trial=trial))
