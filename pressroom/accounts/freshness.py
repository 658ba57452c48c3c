"""Dangerous acts ask again who somebody is, when the last proof is old; what was typed goes on afterwards.

A browser that was left open, and a cookie that was copied, open the desk for days. They should not be enough for
giving access away. The form that was sent is sent again with the proof, from the page that asks for it: nothing is
stored for it, and nothing of it is lost.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, make_response, render_template, request

from pressroom.accounts import actions, carrying, entry
from pressroom.accounts.forms import ProofForm
from pressroom.accounts.models import DeviceSession
from pressroom.accounts.rules import wait
from pressroom.kit import clock
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting

DANGEROUS = frozenset(
    {
        # who has access
        "people_desk.add",
        "people_desk.change_role",
        "people_desk.deactivate",
        "people_desk.activate",
        "people_desk.reset_password",
        "people_desk.end_factor",
        "accreditation_desk.decide",
        "accreditation_desk.link",
        # how the press room is set up
        "settings_desk.save",
        # one's own proofs; changing the password and switching the second factor off ask for theirs in any case
        "factor_desk.begin",
        "factor_desk.new_codes",
        # where one is signed in
        "accounts_desk.end_device",
        "accounts_desk.end_other_devices",
        # what the public reads, and could read no more
        "releases_desk.withdraw",
    }
)
"""The acts, by endpoint. A test looks each of them up."""

FIELDS = frozenset({"proof_password", "proof_code"})


def is_fresh(device: DeviceSession) -> bool:
    """Whether the last proof on *device* is recent enough."""
    return clock.now() - device.proved_at < timedelta(minutes=setting("fresh_minutes"))


def ask(device: DeviceSession) -> Response | None:
    """The page that asks for the proof, where this request needs one; None lets the request go on."""
    if request.endpoint not in DANGEROUS or request.method != "POST" or is_fresh(device):
        return None
    form = form_for(device)
    if not FIELDS & set(request.form):
        return page(form, 401)
    if not form.validate():
        return page(form, 422)
    if (refusal := prove(device, form)) is not None:
        return refusal
    return None


def form_for(device: DeviceSession) -> ProofForm:
    """What the person at *device* is asked for."""
    form = ProofForm()
    if not device.user.has_second_factor:
        del form.proof_code
    return form


def prove(device: DeviceSession, form: ProofForm) -> Response | None:
    """Check what was typed, and note when on *device*; a page that says what was wrong, or None. Commits."""
    user, address, now = device.user, request.remote_addr or "", clock.now()
    code = form.proof_code.data if "proof_code" in form else ""
    try:
        proof = entry.prove(user, form.proof_password.data, code, now=now, address=address)
    except LimitError as limit:
        form.form_errors = [wait(limit.retry_after)]
        return page(form, 429, {"Retry-After": str(limit.retry_after)})
    if proof.wrong:
        for name, sentence in proof.wrong.items():
            form[f"proof_{name}"].errors = [sentence]
        return page(form, 422)
    actions.note_proof(device, now=now)
    db.session.commit()
    if user.has_second_factor:
        entry.right_code(user, address)
    return None


def page(form: ProofForm, status: int, headers: dict[str, str] | None = None) -> Response:
    """The question, with what was typed behind it."""
    fields, too_large = carrying.fields(without=FIELDS)
    with reading():
        shown = render_template(
            "accounts/desk/confirm.html",
            form=form,
            waits=request.endpoint in DANGEROUS,
            fields=fields,
            too_large=too_large,
        )
        return make_response(shown, status, headers or {})
