"""What the form of a new meeting proposes; staff change it to what holds for theirs. Markdown."""

from __future__ import annotations

REGISTRATION = """Press registration is free. Apply before the meeting, or at the press office on the day; \
bring a photo ID.

You are eligible if you report for the public and are one of these:

- a staff writer, editor, producer or photographer of a news outlet;
- a freelance with a letter of assignment from an outlet, or with a by-line on science or health in the last \
six months;
- a writer for an online outlet that carries original reporting every day or every week;
- an author of a blog on science or health that appears regularly and is open to everybody.

Press registration is not for the public-relations staff of exhibitors, for industry or financial analysts, \
for editors of house or trade publications or of journals’ manuscripts, or for press officers of \
institutions. The registration desk has other kinds of registration for them.
"""

PRESS_OFFICE = """The press office is open on every day of the meeting from 8 a.m. to 5 p.m., local time. \
It has desks, power, a quiet room for recordings, and somebody who knows which scientist can answer your \
question.
"""

EMBARGO = """- The text of an abstract may be reported as soon as the abstracts are online.
- What goes beyond the abstract may be reported from the beginning of the talk.
- For a poster, that is the opening of the poster hall on the day on which it hangs.
- For a press briefing, it is the beginning of the briefing.

Times are those of the place of the meeting. When a work appears in a journal at the same time, the journal’s \
embargo holds if it ends later. If an embargo is broken, it is lifted for everybody at once, and the press \
office says so.
"""
