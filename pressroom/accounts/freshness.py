"""Dangerous acts ask again who somebody is, when the last proof is old; what was typed goes on afterwards.

A browser that was left open, and a cookie that was copied, open the desk for days. They should not be enough for
giving access away. The form that was sent is sent again with the proof, from the page that asks for it: nothing is
stored for it, and nothing of it is lost.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, make_response, render_template, request

from pressroom.accounts import actions, carrying, challenges, entry, login, passkey_entry, passkeys
from pressroom.accounts.forms import ProofForm, asks_for_recovery
from pressroom.accounts.models import DeviceSession
from pressroom.accounts.rules import SignInError, wait
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
        "passkeys_desk.begin",
        "passkeys_desk.add",
        "passkeys_desk.remove",
        # where one is signed in
        "accounts_desk.end_device",
        "accounts_desk.end_other_devices",
        # what the public reads, and could read no more
        "releases_desk.withdraw",
    }
)
"""The acts, by endpoint. A test looks each of them up."""

FIELDS = frozenset({"proof_password", "proof_code", "proof_passkey"})


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
    if (refusal := check(device, form)) is not None:
        return refusal
    return None


def form_for(device: DeviceSession) -> ProofForm:
    """What the person at *device* is asked for."""
    form = ProofForm()
    if not device.user.has_second_factor:
        del form.proof_code
    elif not device.user.has_app:
        asks_for_recovery(form.proof_code)
    return form


def check(device: DeviceSession, form: ProofForm) -> Response | None:
    """Check the proof, and note when on *device*; a page that says what was wrong, or None. Commits."""
    if form.proof_passkey.data:
        return _prove_with_passkey(device, form)
    return _prove(device, form) if form.validate() else page(form, 422)


def _prove_with_passkey(device: DeviceSession, form: ProofForm) -> Response | None:
    address, now = request.remote_addr or "", clock.now()
    try:
        passkey_entry.prove(device.user, form.proof_passkey.data, now=now, address=address)
    except LimitError as limit:
        return _too_often(form, limit)
    except SignInError as refusal:
        db.session.commit()  # what it says of a passkey that counts back stays
        form.form_errors = [str(refusal)]
        return page(form, 422)
    actions.note_proof(device, now=now)
    db.session.commit()
    return None


def _prove(device: DeviceSession, form: ProofForm) -> Response | None:
    user, address, now = device.user, request.remote_addr or "", clock.now()
    code = form.proof_code.data if "proof_code" in form else ""
    try:
        proof = entry.prove(user, form.proof_password.data, code, now=now, address=address)
    except LimitError as limit:
        return _too_often(form, limit)
    if proof.wrong:
        for name, sentence in proof.wrong.items():
            form[f"proof_{name}"].errors = [sentence]
        return page(form, 422)
    actions.note_proof(device, now=now)
    db.session.commit()
    if user.has_second_factor:
        entry.right_code(user, address)
    return None


def _too_often(form: ProofForm, limit: LimitError) -> Response:
    form.form_errors = [wait(limit.retry_after)]
    return page(form, 429, {"Retry-After": str(limit.retry_after)})


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
            options=options(),
            site=passkeys.site(),
        )
        return make_response(shown, status, headers or {})


def options() -> str:
    """What the browser of whoever is signed in is given to show a passkey; empty for who has none, or cannot."""
    user = login.current_user()
    if passkeys.obstacle() or not user.passkeys:
        return ""
    return passkeys.asked_to_show(challenges.new(challenges.PROVE, now=clock.now()), user.passkeys)
