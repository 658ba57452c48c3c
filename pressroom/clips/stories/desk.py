"""``/desk/clips/stories``: stories with their placements; joined, split, marked, and taken back."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.clips import queries as clips
from pressroom.clips.stories import actions, placing, queries
from pressroom.clips.stories.rules import StoryError
from pressroom.kit import clock, text, web
from pressroom.kit.db import db, reading

bp = Blueprint("clip_stories", __name__, url_prefix="/desk/clips/stories")
accounts.protect(bp, Permission.IMPORT)

FOUND = 10  # clips that a search by hand shows


@bp.get("")
def index() -> ResponseReturnValue:
    """The stories that appeared in more than one place, the newest first."""
    return make_response(_index())


@bp.post("")
def change() -> ResponseReturnValue:
    """Join two clips, keep them apart, or take an act back: ``do`` is as in ``join 7 9`` or ``undo 3``.

    ``clip`` is the page of the clip on which the button was pressed; without it the story is shown.
    """
    verb, *numbers = request.form.get("do", "").split(" ")
    figures = [_number(each) for each in numbers]
    back = _number(request.form.get("clip", ""))
    try:
        said, story_id = _act(verb, figures)
        db.session.commit()
    except StoryError as error:
        return _refused(str(error), back, 422)
    except (IntegrityError, StaleDataError):
        return _refused(actions.CHANGED, back, 409)
    flash(said)
    if back:
        return web.see_other("clips_desk.edit", clip_id=back)
    if story_id is not None and queries.by_id(story_id) is not None:
        return web.see_other("clip_stories.show", story_id=story_id)
    return web.see_other("clip_stories.index")


@bp.get("/<int(max=2147483647):story_id>")
def show(story_id: int) -> ResponseReturnValue:
    """One story with its placements, what may belong to it, and what people did to it."""
    return _story(story_id)


@bp.post("/<int(max=2147483647):story_id>")
def edit(story_id: int) -> ResponseReturnValue:
    """Split the chosen placements off, mark one as the original, or join another clip."""
    if queries.by_id(story_id) is None:
        abort(404)
    verb, *numbers = request.form.get("do", "").split(" ")
    chosen = [number for each in request.form.getlist("placement") if (number := _number(each))]
    try:
        if verb == "split":
            done = actions.split(story_id, chosen, by=accounts.current_user(), now=clock.now())
            said = "It is split off." if len(chosen) == 1 else f"{len(chosen)} placements are a story of their own now."
        else:
            said, _ = _act(verb, [_number(each) for each in numbers])
            done = None
        db.session.commit()
    except StoryError as error:
        with reading():
            return _story(story_id, str(error), 422)
    except (IntegrityError, StaleDataError):
        with reading():
            return _story(story_id, actions.CHANGED, 409)
    flash(said)
    if done is not None and done.story_id is None:
        return web.see_other("clip_stories.index")
    return web.see_other("clip_stories.show", story_id=story_id)


def _act(verb: str, numbers: list[int]) -> tuple[str, int | None]:
    """Do what a button says. Gives a sentence, and the story that there is now.

    Raises:
        StoryError: it cannot be done.
    """
    by, now = accounts.current_user(), clock.now()
    if verb == "join" and len(numbers) == 2:
        return "They are placements of one story now.", actions.join(numbers, by=by, now=now).story_id
    if verb == "apart" and len(numbers) == 2:
        actions.keep_apart(*numbers, by=by, now=now)
        return "They are kept apart.", placing.stories_of(numbers[:1]).get(numbers[0])
    if verb == "original" and len(numbers) == 1:
        return "It is marked as the original.", actions.mark_original(numbers[0], by=by, now=now).story_id
    if verb == "undo" and len(numbers) == 1:
        act = queries.change(numbers[0])
        if act is None:
            raise StoryError("That cannot be undone: it is not there any more.")
        actions.undo(act, by=by, now=now)
        return "It is undone.", act.story_id
    return abort(400)


def _number(written: str) -> int:
    """A number of a button; 0, which no row has, when it is none."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 9 else 0


def _index(problem: str = "") -> str:
    words = text.clean(request.args.get("q", "")).strip()[:200]
    twins = request.args.get("same") == "address"

    def address(number: int) -> str:
        return url_for("clip_stories.index", q=words or None, same="address" if twins else None, page=number)

    page = queries.page(web.page_number(request.args), words=words, twins=twins)
    return render_template(
        "clips/desk/stories.html",
        page=page,
        originals=queries.originals([story.id for story in page.items]),
        counts=queries.counts(),
        changes=queries.changes(),
        words=words,
        twins=twins,
        address=address,
        problem=problem,
    )


def _story(story_id: int, problem: str = "", status: int = 200) -> Response:
    story = queries.by_id(story_id)
    if story is None:
        abort(404)
    placements = queries.placements(story_id)
    words = text.clean(request.args.get("q", "")).strip()[:200]
    here = {placed.clip.id for placed in placements}
    like = clips.desk_page(words=words).items if words else ()
    found = [clip for clip in like if clip.id not in here and clip.withdrawn_at is None]
    html = render_template(
        "clips/desk/story.html",
        story=story,
        placements=placements,
        near=queries.near(placements[0].clip.id) if placements else [],
        changes=queries.changes(story_id),
        words=words,
        found=found[:FOUND],
        now=clock.now(),
        problem=problem,
    )
    return make_response(html, status)


def _refused(sentence: str, clip_id: int, status: int) -> Response:
    """The list of stories, or the page of the clip, with what is wrong."""
    if clip_id:
        db.session.rollback()
        flash(sentence, "error")
        return web.see_other("clips_desk.edit", clip_id=clip_id)
    with reading():
        return make_response(_index(sentence), status)
