"""``/desk/clips/queue``: what was gathered and waits to be judged.

Each act is a form of its own. With script the same forms are sent by fetch, and are answered with a sentence as JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.clips import rules as clip_rules
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.triage import deciding, queries, ruling
from pressroom.clips.triage.deciding import DayMissingError, DecidedError
from pressroom.clips.triage.queries import Filters
from pressroom.clips.triage.rules import REASONS, RuleDoes, TriageError
from pressroom.kit import clock, dates, text, web
from pressroom.kit.db import db, reading

bp = Blueprint("clips_queue", __name__, url_prefix="/desk/clips/queue")
accounts.protect(bp, Permission.IMPORT)

ONE = "/<int(max=2147483647):number>"
QUEUE, SHOW = "clips/desk/queue.html", "clips/desk/candidate.html"
CHANGED = "Somebody changed this just now. Look at it again, and decide."


@dataclass(frozen=True)
class Problem:
    """Why something was not done, beside what was typed.

    Attributes:
        number: of the candidate; None for several.
        typed: the form as it was sent.
    """

    sentence: str
    number: int | None = None
    typed: MultiDict[str, str] | None = None


@bp.get("")
def index() -> str:
    """What waits, the best first."""
    return _queue()


@bp.get("/decided")
def decided() -> str:
    """What was decided, the latest first; with ``by=rules`` only what rules decided."""
    by_rules = request.args.get("by") == "rules"

    def address(page: int) -> str:
        return url_for("clips_queue.decided", by="rules" if by_rules else None, page=page)

    page = queries.decided(web.page_number(request.args), by_rules=by_rules)
    return render_template(
        "clips/desk/decided.html", page=page, by_rules=by_rules, rules=queries.rule_names(), address=address
    )


@bp.get(ONE)
def show(number: int) -> str:
    """One candidate: everything that is known of it, and what can be done."""
    return _one(_candidate(number))


@bp.post(ONE)
def decide(number: int) -> ResponseReturnValue:
    """Accept, reject, merge, “always” and “never from this outlet”; or take a decision back."""
    do, _, choice = request.form.get("do", "").partition(" ")
    verb = VERBS.get(do) or abort(400)
    candidate = _candidate(number)
    try:
        said = verb(candidate, choice)
        db.session.commit()
    except TriageError as refusal:
        return _refused(number, refusal)
    except (IntegrityError, StaleDataError):
        return _refused(number, DecidedError(CHANGED))
    if do in ("always", "never"):
        jobs.wake()  # what waits beyond the first few hundred, and the scores of all the rest
    if _is_script():
        return jsonify(said=said, waiting=queries.waiting())
    flash(said, "good")
    if do == "undo":
        return web.see_other("clips_queue.show", number=number)
    return web.see_other("clips_queue.index", **_filters().chosen)


@bp.post("")
def decide_chosen() -> ResponseReturnValue:
    """The same with all candidates that were ticked. What cannot be done is said, and the rest is done."""
    do, _, choice = request.form.get("do", "").partition(" ")
    if do not in ("accept", "reject", "undo"):
        abort(400)
    ids = [
        int(value) for value in request.form.getlist("id") if value.isascii() and value.isdigit() and len(value) < 10
    ]
    if not ids:
        return _answer_page(Problem("Tick the stories that you mean first.", typed=request.form), 422)
    act, done, problems = deciding.new_act(), 0, []
    for number in dict.fromkeys(ids[: queries.PER_PAGE * 4]):
        try:
            with db.session.begin_nested():
                _decide_one(do, choice, number, act)
            done += 1
        except TriageError as refusal:
            problems.append(str(refusal))
        except (IntegrityError, StaleDataError):
            problems.append(f"{number}: {CHANGED}")
    db.session.commit()
    if done:
        flash(f"{done} {'story' if done == 1 else 'stories'} {SAID[do]}.", "good")
    for problem in problems[:10]:
        flash(problem, "error")
    if do == "undo":
        return web.see_other("clips_queue.decided", by=request.args.get("by"))
    return web.see_other("clips_queue.index", **_filters().chosen)


def _decide_one(do: str, choice: str, number: int, act: str) -> None:
    candidate = queries.candidate(number)
    if candidate is None:
        raise TriageError(f"There is no story {number} any more.")
    try:
        VERBS[do](candidate, choice, act)
    except TriageError as refusal:
        raise TriageError(f"“{candidate.headline}”: {refusal}") from refusal


@bp.post("/undo")
def undo() -> ResponseReturnValue:
    """Take back one's last decision: all that was decided in one act. Again takes back the one before."""
    me, now = accounts.current_user(), clock.now()
    last = queries.last_act(me.id, now)
    back = deciding.take_back(last[0], by=me, now=now) if last else []
    db.session.commit()
    said = "There is no decision of yours of the last 24 hours to take back."
    if len(back) == 1:
        said = f"“{back[0].headline}” waits again."
    elif back:
        said = f"{len(back)} stories wait again."
    if _is_script():
        return jsonify(said=said, back=[candidate.id for candidate in back], waiting=queries.waiting())
    flash(said, "good" if back else "error")
    return web.see_other("clips_queue.index", **_filters().chosen)


# Verbs: what each does with a candidate, and the sentence that it answers with ------------------------------


def _accept(candidate: Candidate, _choice: str, act: str = "") -> str:
    by, now = accounts.current_user(), clock.now()
    return deciding.accept(candidate, by=by, now=now, act=act, day=_day(candidate)).said


def _reject(candidate: Candidate, choice: str, act: str = "") -> str:
    by, now = accounts.current_user(), clock.now()
    return deciding.reject(candidate, _reason(choice), by=by, now=now, act=act).said


def _merge(candidate: Candidate, choice: str, act: str = "") -> str:
    clip_id = None if choice == "nearest" else _clip_number(request.form.get("clip", ""))
    return deciding.merge(candidate, clip_id, by=accounts.current_user(), now=clock.now(), act=act).said


def _always(candidate: Candidate, _choice: str, act: str = "") -> str:
    by, now, act = accounts.current_user(), clock.now(), act or deciding.new_act()
    done = deciding.accept(candidate, by=by, now=now, act=act, day=_day(candidate))
    rule, more = ruling.of_outlet(candidate, RuleDoes.ACCEPT, by=by, now=now, act=act)
    return f"{done.said} {_with_more(more)}From now on all of {rule.outlets} is accepted at once."


def _never(candidate: Candidate, _choice: str, act: str = "") -> str:
    by, now, act = accounts.current_user(), clock.now(), act or deciding.new_act()
    done = deciding.reject(candidate, REASONS[0], by=by, now=now, act=act)
    rule, more = ruling.of_outlet(candidate, RuleDoes.REJECT, by=by, now=now, act=act)
    return f"{done.said} {_with_more(more)}From now on all of {rule.outlets} is rejected at once."


def _undo(candidate: Candidate, _choice: str, _act: str = "") -> str:
    me = accounts.current_user()
    if candidate.clip_id and candidate.decided_by_id != me.id and not accounts.may(Permission.PUBLISH):
        raise TriageError("A clip was made of it by somebody else. Ask an editor to take it back.")
    deciding.take_back_one(candidate, by=me, now=clock.now())
    return f"“{candidate.headline}” waits again."


VERBS: dict[str, Callable[..., str]] = {
    "accept": _accept,
    "reject": _reject,
    "merge": _merge,
    "always": _always,
    "never": _never,
    "undo": _undo,
}
SAID = {"accept": "accepted", "reject": "rejected", "undo": "taken back"}


def _with_more(count: int) -> str:
    return f"{count:,} more that waited went with it. " if count else ""


def _day(candidate: Candidate) -> date | None:
    """The day that was typed, where the source gives none."""
    typed = " ".join(text.clean(request.form.get("day", "")).split())
    if candidate.published_on is not None or not typed:
        return None
    try:
        return dates.parse_day(typed)
    except dates.DateError as error:
        raise TriageError(str(error)) from None


def _reason(choice: str) -> str:
    """One of the usual reasons by its number, or what was typed."""
    if choice.isascii() and choice.isdigit() and 0 < int(choice[:9]) <= len(REASONS):
        return REASONS[int(choice[:9]) - 1]
    return text.clean(request.form.get("reason", ""))


def _clip_number(typed: str) -> int:
    """The number of the clip that was typed, or the one at the end of its address."""
    number = text.clean(typed).strip().rstrip("/").rpartition("/")[2].lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return int(number)
    raise TriageError("Write the number of the clip, or its address as in /clips/12.")


# Pages ----------------------------------------------------------------------------------------------------


def _candidate(number: int) -> Candidate:
    return queries.candidate(number) or abort(404)


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _refused(number: int, refusal: TriageError) -> Response:
    status = 409 if isinstance(refusal, DecidedError) else 422
    if _is_script():
        with reading():
            field = "day" if isinstance(refusal, DayMissingError) else ""
            answer = jsonify(error=str(refusal), decided=status == 409, field=field, waiting=queries.waiting())
        answer.status_code = status
        return answer
    return _answer_page(Problem(str(refusal), number, request.form), status)


def _answer_page(problem: Problem, status: int) -> Response:
    """The page on which it was tried, with why it was not done."""
    with reading():
        if problem.number is None or request.args.get("on") == "queue":
            return make_response(_queue(problem), status)
        return make_response(_one(_candidate(problem.number), problem), status)


def _filters() -> Filters:
    args = request.args
    return Filters(
        source=_number(args.get("source")),
        batch=_number(args.get("batch")),
        rule=_number(args.get("rule")),
        least=_number(args.get("least")),
        words=text.clean(args.get("q", "")).strip()[:200],
    )


def _number(typed: str | None) -> int | None:
    """A whole number of an address, or None."""
    typed = (typed or "").strip()
    digits = typed.removeprefix("-")
    return int(typed) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _queue(problem: Problem | None = None) -> str:
    filters, me, now = _filters(), accounts.current_user(), clock.now()
    page = queries.queue(filters, web.page_number(request.args))

    def address(number: int) -> str:
        return url_for("clips_queue.index", **filters.chosen, page=number)

    return render_template(
        QUEUE,
        page=page,
        filters=filters,
        address=address,
        sources=queries.sources(),
        batches=queries.batches(),
        rules=queries.rule_names(),
        unscored=queries.unscored(),
        last=queries.last_act(me.id, now),
        problem=problem,
        **_shown(),
    )


def _one(candidate: Candidate, problem: Problem | None = None) -> str:
    return render_template(
        SHOW,
        candidate=candidate,
        fits=queries.fitting(candidate.id),
        standing=deciding.said_of(candidate),
        came_from=queries.came_from([candidate.import_id]).get(candidate.import_id, ""),
        problem=problem,
        **_shown(),
    )


def _shown() -> dict[str, Any]:
    return {"reasons": REASONS, "now": clock.now(), "capped": clip_rules.capped, "no_day": deciding.NO_DAY}
