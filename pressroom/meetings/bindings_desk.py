"""``/desk/meetings/bindings/<number>``: the embargo of a release follows the schedule of a meeting, or no more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, url_for
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, dates, web
from pressroom.kit.db import db
from pressroom.meetings import asking, bindings, queries, rules, schedule
from pressroom.meetings.forms import BindForm
from pressroom.meetings.models import Meeting, MeetingSession
from pressroom.meetings.rules import EmbargoRule, MeetingError, SessionKind, Unsure, When
from pressroom.meetings.schedule_desk import said
from pressroom.releases import queries as releases
from pressroom.releases.models import Release
from pressroom.releases.rules import RefusedError

bp = Blueprint("meetings_bindings", __name__, url_prefix="/desk/meetings/bindings/<int(max=2147483647):release_id>")
accounts.protect(bp, Permission.PUBLISH)

PAGE = "meetings/desk/binding.html"
STALE = "Somebody saved this release at the same moment. Look at it, then do it again."
Groups = dict[str, list[tuple[str, str]]]


@bp.get("")
def show(release_id: int) -> str:
    """What a release follows, and what it could."""
    return render_template(PAGE, **_shown(release_id, _form(clock.now())))


@bp.post("")
def bind(release_id: int) -> Response:
    """Let it follow what was chosen; its embargo is set at once."""
    now, release = clock.now(), _release(release_id)
    form = _form(now)
    if not form.validate_on_submit():
        return web.refused(PAGE, **_shown(release_id, form))
    try:
        meeting, rule, target = _chosen(form.to.data)
        by, sure = accounts.current_user(), asking.answer()
        bindings.bind(release, meeting, rule, by=by, now=now, sure=sure, **target)
        db.session.commit()
    except (MeetingError, RefusedError) as error:
        return _refused(release_id, form, said(error))
    except StaleDataError:
        return _refused(release_id, form, STALE)
    except Unsure as question:
        return asking.ask(question, zone=meeting.zone, back=url_for(".show", release_id=release_id))
    flash("Its embargo follows the schedule from now on.", "good")
    return web.see_other("releases_desk.edit", release_id=release_id)


@bp.post("/end")
def unbind(release_id: int) -> Response:
    """Take it off the schedule; its time stays."""
    binding = bindings.of_release(release_id) or abort(404)
    bindings.unbind(binding, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("It follows no schedule any more. Its time stays, and is yours to set.", "good")
    return web.see_other("releases_desk.edit", release_id=release_id)


def _form(now: datetime) -> BindForm:
    form = BindForm()
    form.to.choices = {
        title: rows for meeting in _meetings(now) for title, rows in _choices(meeting, now).items() if rows
    }
    return form


def _meetings(now: datetime) -> list[Meeting]:
    """Those that are not over, the next one first."""
    found = [meeting for meeting in queries.with_briefings() if rules.state(meeting, now) is not When.OVER]
    return sorted(found, key=lambda meeting: meeting.starts_on)


def _choices(meeting: Meeting, now: datetime) -> Groups:
    """What lies ahead in a meeting, by rule."""
    sessions = [
        line for line in schedule.lines(meeting) if line.kind not in {schedule.BRIEFING, SessionKind.HALL.value}
    ]
    ahead = [line for line in sessions if line.starts_at > now]

    def named(line: schedule.Line) -> str:
        return f"{dates.moment(line.starts_at, meeting.zone)}: {line.code} {line.title}"[:150]

    online = meeting.abstracts_from
    return {
        f"{meeting.title}: abstracts online": [(f"abstracts:{meeting.id}", dates.moment(online, meeting.zone))]
        if online
        else [],
        f"{meeting.title}: start of a briefing": [
            (f"briefing:{each.id}", f"{dates.moment(each.starts_at, meeting.zone)}: {each.title}"[:150])
            for each in meeting.briefings
            if each.starts_at > now
        ],
        f"{meeting.title}: start of a session": [(f"session:{line.id}", named(line)) for line in ahead],
        f"{meeting.title}: opening of the poster hall on the day of": [
            (f"hall:{line.id}", named(line)) for line in sessions if line.kind == SessionKind.POSTER.value
        ],
    }


def _chosen(value: str) -> tuple[Meeting, EmbargoRule, dict[str, Any]]:
    """What a choice of the form means.

    Raises:
        MeetingError: it is there no more.
    """
    name, _, number = value.partition(":")
    rule = EmbargoRule(name)
    if rule is EmbargoRule.ABSTRACTS:
        return queries.by_id(int(number)) or _gone(), rule, {}
    if rule is EmbargoRule.BRIEFING:
        briefing = queries.any_briefing(int(number)) or _gone()
        return briefing.meeting, rule, {"briefing": briefing}
    session = db.session.get(MeetingSession, int(number)) or _gone()
    return queries.by_id(session.meeting_id) or _gone(), rule, {"session": session}


def _gone() -> Any:
    raise MeetingError("That is not in the schedule any more. Choose something else.")


def _refused(release_id: int, form: BindForm, sentence: str) -> Response:
    db.session.rollback()
    form.form_errors = [sentence]
    return web.refused(PAGE, **_shown(release_id, form))


def _shown(release_id: int, form: BindForm) -> dict[str, Any]:
    release, binding = _release(release_id), bindings.of_release(release_id)
    at = bindings.instant_of(binding, bindings.halls(binding.meeting)) if binding else None
    if binding and not form.is_submitted():
        number = binding.session_id or binding.briefing_id or binding.meeting_id
        form.to.data = f"{binding.rule.value}:{number}"
    return {
        "release": release,
        "standing": release.state(clock.now()),
        "binding": binding,
        "rule": bindings.sentence(binding) if binding else "",
        "at": at,
        "form": form,
    }


def _release(release_id: int) -> Release:
    return releases.by_id(release_id) or abort(404)
