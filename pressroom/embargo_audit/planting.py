"""One of everything, public from the lift on, with a word of its own in each text column, file and file name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import PurePath
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from PIL import Image, PngImagePlugin
from sqlalchemy import JSON, Enum, String, func, select

from pressroom import publishing, search
from pressroom.accounts import passwords
from pressroom.accreditation import actions as accreditation
from pressroom.accreditation.models import Acceptance, Journalist
from pressroom.accreditation.rules import Basis
from pressroom.alerts.models import Alert, AlertCorrection, Subscriber
from pressroom.alerts.rules import Rhythm
from pressroom.clips.gathering.models import AskedAddress, Candidate, ClipImport, ImportRow
from pressroom.clips.links.models import ClipLink, LinkCheck, LinkHost
from pressroom.clips.links.rules import LinkState
from pressroom.clips.models import Clip, Outlet, Topic
from pressroom.clips.outlets import icons
from pressroom.clips.outlets.models import OutletAlias, OutletIcon
from pressroom.clips.people.models import Byline, BylineName, Person, PersonName
from pressroom.clips.rules import ImportState as ClipImportState
from pressroom.clips.snapshots import actions as snapshots
from pressroom.clips.snapshots.models import ClipSnapshot
from pressroom.clips.stories import placing as stories
from pressroom.clips.stories.models import CoverageRefusal, StoryChange
from pressroom.clips.stories.rules import Act, Reason
from pressroom.clips.triage.models import ClipRule
from pressroom.enquiries import actions as enquiries
from pressroom.enquiries.models import EnquiryNote, RotaChange, RotaDuty
from pressroom.enquiries.rules import Topic as About
from pressroom.kit.db import Base, db
from pressroom.kit.settings import setting
from pressroom.mail.models import Mail
from pressroom.mail.rules import State as MailState
from pressroom.media import actions as media
from pressroom.media import jobs as media_jobs
from pressroom.meetings import abstracts as abstracts_of
from pressroom.meetings.models import Abstract, AbstractImport, Binding, Briefing, Meeting, MeetingSession
from pressroom.meetings.registering.models import Registration
from pressroom.meetings.rules import EmbargoRule, SessionKind
from pressroom.meetings.rules import ImportState as AbstractImportState
from pressroom.pages import actions as pages
from pressroom.pages import rules
from pressroom.pages.logos.models import Logo, LogoFile
from pressroom.pages.logos.models import Role as LogoRole
from pressroom.pages.models import Fact, FactRevision, FormerPageAddress, Page, PageRevision
from pressroom.releases.importing.models import ImportItem, ReleaseImport, ReleaseOrigin
from pressroom.releases.importing.rules import ImportState, Outcome
from pressroom.releases.models import (
    Boilerplate,
    Contact,
    ContactListing,
    Correction,
    FormerAddress,
    OldAddress,
    Release,
    ReleaseBoilerplate,
    ReleaseContact,
    ReleaseFile,
    ReleasePicture,
    ReleaseRelated,
    ReleaseRevision,
)
from pressroom.releases.rules import ReleaseKind
from pressroom.reporting.models import Expert, ExpertConsent, ExpertContact, Term
from pressroom.webcasts.models import Webcast, WebcastQuality, WebcastSubtitles
from pressroom.websub.models import HubErrand, HubSubscription, HubTopic
from pressroom.websub.rules import Mode

COMMON = "lighthouse"
"""Stands in every planted text, so that a search for it must find all of them, or none."""

CODES = {
    "uid",
    "sha256",
    "media_type",
    "zone",
    "language",
    "kind",
    "fingerprint",
    "origin",
    "withdrawal_reason",
    "recipe",
    "renditions",
    "time_code",
}
"""Columns that hold no words."""

NEVER_SHOWN = {
    "earlierpage.body",
    "story.title",
    "releaserevision.fields",
    "releaseimport.item",
    "clipimport.row",
    "application.statement",
    "journalist.name",
    "agreement.body",
    "mail.text",
    "subscriber.address",
    "hub.callback",
    "enquiry.question",
    "rota_change.note",
    "expert_contact.words",
    "expert_consent.document",
    "registration.name",
    "abstractimport.filename",
    "clip.beyond",
    "outlet_alias.text",
    "clip_person.note",
    "candidate.headline",
    "clip_link.said",
    "clip_snapshot.text",
}
"""Earlier texts, texts of others, what concerns journalists, and what the rights of an outlet leave out: for staff,
before and after the lift."""

NOT_ON_A_PAGE = {
    "press_release.authorname",
    "press_release.reviewbyname",
    "press_release.reviewnote",
    "release_address.slug",
    "release_old_address.path",
    "boilerplate.slug",
    "boilerplate.body",
    "webcast.author",
    "asset.author",
    "asset.renderproblem",
    "page.updatedby",
    "page_address.slug",
    "fact.owner",
    "fact_revision.savedby",
    "page_revision.note",
    "page_revision.savedby",
    "press_release.body",
    "press_release.notes",
    "webcast.description",
    "page.body",
    "meeting.body",
    "meeting.registration",
    "meeting.pressoffice",
    "meeting.embargopolicy",
    "meeting.related",
    "meeting.topic",
    "meeting_session.key",
    "meeting_abstract.orderkey",
    "picture.file",
    "glossary_term.definition",
    "glossary_term.seealso",
}
"""What no public page shows even of a public thing: who wrote and read it, the Markdown beside its HTML, what a camera
wrote, an address that only leads on."""


@dataclass
class Planted:
    """The words, and the values by which addresses are filled.

    Attributes:
        words: planted word → "table.column".
        values: argument of a route → what to fill it with; under "room.argument" or "room.view.argument" what to fill
            it with there instead: an address of one room with the name of another's row is only one more 404.
        paths: addresses that no route knows, and that are found all the same.
        excluded: journalists to whom nothing under embargo may be shown → the cookie that each has.
    """

    words: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    excluded: dict[str, str] = field(default_factory=dict)

    def fills(self, endpoint: str, argument: str) -> list[Any] | None:
        """What *argument* of the view *endpoint* is filled with; None where nobody has said."""
        room = endpoint.replace("_", ".").partition(".")[0]
        names = (f"{endpoint}.{argument}", f"{room}.{argument}", argument)
        return next((self.values[name] for name in names if name in self.values), None)

    @property
    def to_be_shown(self) -> set[str]:
        """The columns whose words somebody of the public reads after the lift."""
        return set(self.words.values()) - NEVER_SHOWN - NOT_ON_A_PAGE

    def word(self, table: str, column: str) -> str:
        """A word for *column* that occurs nowhere else, of letters only so that no format writes it differently."""
        word = f"zq{table}{column}".replace("_", "").lower()
        self.words[word] = f"{table}.{column.replace('_', '')}"
        return word

    def plant(self, row: Base) -> None:
        """Put a word into each text column of *row*."""
        for column in row.__mapper__.local_table.columns:
            name = row.__mapper__.get_property_by_column(column).key
            if name in CODES or column.foreign_keys or isinstance(column.type, Enum):
                continue
            if isinstance(column.type, String) or type(column.type).__name__ == "Topics":
                setattr(row, name, self._text(row.__tablename__, name))
            elif isinstance(column.type, JSON):
                setattr(row, name, self._json(row.__tablename__, name))

    def _text(self, table: str, name: str) -> Any:
        word = self.word(table, name)
        match name:
            case "slug" | "key":
                return word
            case "path":
                return f"/2014/03/05/{word}"
            case "topics" | "forms" | "languages" | "see_also":
                return (f"{word} {COMMON}",)
            case "name" if table == "asset":
                return f"{word}.png"
            case "study_doi":
                return f"10.5555/{word}"
            case _ if name.endswith("_html"):
                return f"<p>{word} {COMMON}</p>"
            case _ if name.endswith("url"):
                return f"https://{word}.example/"
        return f"{word} {COMMON}"

    def _json(self, table: str, name: str) -> Any:
        word = f"{self.word(table, name)} {COMMON}"
        match name:
            case "speakers":
                return [{"name": word, "role": word}]
            case "chapters":
                return [{"start": 0.0, "title": word}]
            case "cues":
                return [{"start": 0.0, "end": 5.0, "text": word, "voice": word}]
        return [word]


def plant(*, now: datetime, lift: datetime) -> Planted:
    """Save one of everything, public from *lift* on, and what is for staff only of something public. Commits.

    Args:
        now: the instant of saving, before *lift*.
    """
    found = Planted()
    with publishing.as_staff():
        stamps = {"created_at": now, "updated_at": now}
        pages.ensure(by=None, now=now)
        pictures = [media.store(_picture(found), by=None, now=now, name="a.png", alt="x") for _ in range(2)]
        paper = media.store(_paper(found), by=None, now=now, name=f"{found.word('paper', 'name')}.pdf")
        paper.caption = found.word("paper", "caption")
        words = [
            media.store(_captions(found, name), by=None, now=now, name="c.vtt") for name in ("captions", "subtitles")
        ]
        film = media.store(_film(found), by=None, now=now, name=f"{found.word('film', 'name')}.webm")
        release = Release(
            kind=ReleaseKind.RESEARCH, headline="x", year=lift.year, corrected_at=now, embargoed=True, **stamps
        )
        clip = Clip(
            headline="x",
            outlet=_outlet(found),
            published_on=(lift - timedelta(days=4)).date(),
            fingerprint="f" * 64,
            topics=[Topic(name=found.word("topic", "name"), slug=found.word("topic", "slug"))],
            releases=[release],
            **stamps,
        )
        webcast = Webcast(
            uid=str(uuid4()),
            slug="x",
            minutes=60,
            title="x",
            starts_at=now - timedelta(days=3),
            ends_at=now - timedelta(days=3, hours=-1),
            zone="America/New_York",
            **stamps,
        )
        meeting = _meeting(lift, stamps)
        abstract = Abstract(number="x", slug="x", order_key="x", title="x", **stamps)
        figure = Fact(key="x", label="x", value="x", headline_figure=True)
        fact = Fact(key="y", label="x", value="x")
        term, expert = Term(term="x", **stamps), Expert(name="x", **stamps)
        roots: list[Any] = [release, clip, webcast, meeting, term, expert, figure, fact]
        db.session.add_all([*roots, *pictures])
        for row in roots:
            found.plant(row)
            row.public_from = lift
        figure.key += "figure"
        db.session.flush()
        for past in _past_of_the_sheet(fact, now, lift):
            found.plant(past)
            db.session.add(past)
        session = _schedule(found, meeting, release, abstract, lift, stamps)
        parts: list[Any] = [
            Correction(release_id=release.id, at=now, note="x"),
            FormerAddress(release_id=release.id, year=release.year, slug="x", left_at=now),
            OldAddress(release_id=release.id, path="x"),
            ReleasePicture(release_id=release.id, asset_id=pictures[0].id),
            ReleaseFile(release_id=release.id, asset_id=paper.id),
            ReleaseRelated(release_id=release.id),
            Briefing(meeting_id=meeting.id, title="x", starts_at=_noon(meeting.starts_on), minutes=30),
            WebcastSubtitles(webcast_id=webcast.id, asset_id=words[1].id, language="es"),
            WebcastQuality(webcast_id=webcast.id, asset_id=film.id),
        ]
        for row in [*parts, pictures[0]]:
            found.plant(row)
        db.session.add_all(parts)
        people = _plant_kept_once(found, release, now, lift)
        pointing = _pointing(release, webcast, now)
        webcast.poster_id, webcast.captions_id = pictures[1].id, words[0].id
        webcast.recording_id, webcast.slides_id = film.id, paper.id
        logo = Logo(title="x", public_from=lift, updated_at=now)
        found.plant(logo)
        logo.files.append(LogoFile(asset=pictures[1], role=LogoRole.COLOUR))
        db.session.add(logo)
        further = Page(slug="x", title="x", updated_at=now, public_from=lift)
        found.plant(further)
        db.session.add(further)
        db.session.flush()
        former = FormerPageAddress(page_id=further.id, slug="x", left_at=now)
        found.plant(former)
        db.session.add(former)
        search.enqueue("page", further.id, due=now)
        search.enqueue("page", further.id, due=lift)
        _plant_for_staff(found, release, now)
        _plant_batch(found, clip, now)
        _plant_links(found, clip, now)
        _plant_private(found, expert, now)
        _plant_names(found, clip, now)
        beside = _plant_story(found, clip, release, now)
        for kind, row in zip(
            ("release", "clip", "webcast", "meeting", "term", "expert", "abstract"), [*roots[:6], abstract], strict=True
        ):
            search.enqueue(kind, row.id, due=now)
            search.enqueue(kind, row.id, due=lift)
        media.renew(pictures, now=now)
        db.session.commit()
        media_jobs.render(now)
        for asset in (*pictures, *words):
            db.session.refresh(asset)
        assert pictures[0].renditions, "the small sizes are asked for as well"
        found.paths = [parts[2].path, f"{parts[2].path}/"]
        day = lift.astimezone(ZoneInfo(setting("time_zone"))).date().isoformat()
        found.paths += [f"/fact-sheet{ending}?as-of={day}" for ending in ("", ".json", ".csv")]
        found.values = {
            "year": list(dict.fromkeys((release.year, meeting.year))),
            "month": [lift.month],
            "slug": [release.slug, parts[1].slug, pointing.slug],
            "webcasts.slug": [webcast.slug, release.slug],
            "releases.contact_card.slug": [contact.slug for contact in people],
            "pages.slug": [further.slug, former.slug, "privacy"],
            "glossary.slug": [term.slug],
            "experts.slug": [expert.slug],
            "clip_id": [clip.id, beside.id],
            "icon": [clip.outlet.icon],
            "number": [logo.files[0].id],
            "key": [pictures[0].key, pictures[1].key, *(asset.key for asset in (*words, film, paper))],
            "facts.key": [figure.key, fact.key],
            "meetings.slug": [abstract.slug],
            "session_id": [session.id],
            "size": ["", "original", "thumbnail"],
            "name": [
                pictures[0].name,
                f"{PurePath(pictures[0].name).stem}.webp",
                paper.name,
            ],
            "fmt": ["rss", "atom", "json"],
            "part": [1],
            "kind": ["pages", "releases", "months", "webcasts", "clips", "abstracts"],
            "digest": ["0" * 20],
            "extension": ["csv", "ris", "jsonl"],
            "token": [passwords.new_token()],
            "secret": [*_plant_journalists(found, now), passwords.new_token()],
        }
        db.session.commit()
    return found


def _outlet(found: Planted) -> Outlet:
    """Who brought the clip, with a home page and an icon."""
    picture = icons.small(_picture(found).getvalue())
    db.session.add(OutletIcon(sha256=picture.sha256, png=picture.png))
    home = f"https://{found.word('outlet', 'home')}.example/"
    return Outlet(name=found.word("outlet", "name"), slug=found.word("outlet", "slug"), home=home, icon=picture.sha256)


def _plant_names(found: Planted, clip: Clip, now: datetime) -> None:
    """Other names of the clip's outlet, whom the desk takes to have written it; and words beyond what may be shown."""
    clip.excerpt += f"{' and' * setting('excerpt_words')} {found.word('clip', 'beyond')} {COMMON}"
    clip.time_code = "00:12:30"
    word = f"{found.word('outlet_alias', 'text')} {COMMON}"
    db.session.add(OutletAlias(outlet_id=clip.outlet_id, text=word, key=word.replace(" ", "-")))
    word = f"{found.word('clip_person', 'note')} {COMMON}"
    name = PersonName(name=word, key=word, person=Person(name=word, note=word, created_at=now))
    byline = Byline(text=clip.byline)
    db.session.add_all([name, byline])
    db.session.flush()
    db.session.add(BylineName(byline_id=byline.id, name_id=name.id))


def _past_of_the_sheet(fact: Fact, now: datetime, lift: datetime) -> list[Any]:
    """A version of a fact and of the text beside it, which the sheet of the day of the lift shows."""
    sheet = db.session.scalars(select(Page).where(Page.slug == rules.FACT_SHEET)).one()
    return [
        FactRevision(fact_id=fact.id, number=1, as_of=lift.date(), saved_at=now, public_from=lift),
        PageRevision(page_id=sheet.id, number=9998, saved_at=now, public_from=lift),
    ]


def _plant_kept_once(found: Planted, release: Release, now: datetime, lift: datetime) -> list[Contact]:
    """A boilerplate and a contact of the release only; from the lift on, contacts on the contact page and the rota."""
    boilerplate = Boilerplate(slug="x", name="x", updated_at=now)
    people = [Contact(slug=slug, name="x", updated_at=now) for slug in "xyz"]
    for row in (boilerplate, *people):
        found.plant(row)
    people[1].slug += "listed"
    people[2].slug += "onrota"
    db.session.add_all([boilerplate, *people])
    db.session.flush()
    db.session.add(ReleaseBoilerplate(release_id=release.id, boilerplate_id=boilerplate.id))
    db.session.add(ReleaseContact(release_id=release.id, contact_id=people[0].id))
    db.session.add(ContactListing(contact_id=people[1].id, public_from=lift))
    hours = {"opens_at": time(0), "closes_at": time(0), "zone": "UTC", "public_from": lift}
    db.session.add(RotaDuty(contact_id=people[2].id, weekdays=0b111_1111, **hours))
    change = RotaChange(
        contact_id=people[2].id, first_day=now.date(), last_day=now.date(), zone="UTC", public_from=lift
    )
    change.note = f"{found.word('rota_change', 'note')} {COMMON}"
    db.session.add(change)
    return people


def _pointing(release: Release, webcast: Webcast, now: datetime) -> Release:
    """A release that is public already, points at what is not, and is translated by what is not."""
    slug = f"points-{uuid4().hex[:8]}"
    stamps = {"created_at": now, "updated_at": now, "public_from": now, "year": release.year}
    pointing = Release(kind=ReleaseKind.RESEARCH, headline="It points", slug=slug, **stamps)
    db.session.add(pointing)
    db.session.flush()
    for kind, number in (("release", release.id), ("webcast", webcast.id)):
        db.session.add(ReleaseRelated(release_id=pointing.id, kind=kind, item_id=number))
    release.translation_of_id, release.language = pointing.id, "es"
    search.enqueue("release", pointing.id, due=now)
    return pointing


def _plant_journalists(found: Planted, now: datetime) -> list[str]:
    """An application, an agreement, and journalists who may not read, each signed in and with a feed.

    Returns:
        The secrets of their feeds, one of which was revoked.
    """
    word = f"{found.word('application', 'statement')} {COMMON}"
    accreditation.apply(
        now=now, name=word, email="somebody@paper.example", outlet=word, role=word, basis=Basis.STAFF, statement=word
    )
    agreement = accreditation.write_agreement(f"{found.word('agreement', 'body')} {COMMON}", by=None, now=now)
    word, year = f"{found.word('journalist', 'name')} {COMMON}", timedelta(days=365)
    secrets = []
    for name, until in (("expired", now), ("suspended", now + year), ("not agreed", now + year)):
        journalist = Journalist(
            name=word,
            email=f"{name.replace(' ', '-')}-audit@paper.example",
            outlet=word,
            created_at=now,
            valid_until=until,
        )
        db.session.add(journalist)
        db.session.flush()
        secret = passwords.new_token()
        journalist.feed_hash = passwords.fingerprint(secret)
        secrets.append(secret)
        if name == "suspended":
            accreditation.suspend(journalist, by=None, now=now, reason=word)
        if name != "not agreed":
            db.session.add(Acceptance(journalist_id=journalist.id, agreement_id=agreement.id, at=now))
        found.excluded[name] = accreditation.sign_in(journalist, now=now, hours=72, address="", agent=word)
    revoked = Journalist(
        name=word, email="revoked-audit@paper.example", outlet=word, created_at=now, valid_until=now + year
    )
    db.session.add(revoked)
    db.session.flush()
    db.session.add(Acceptance(journalist_id=revoked.id, agreement_id=agreement.id, at=now))
    secret = passwords.new_token()
    revoked.feed_hash = passwords.fingerprint(secret)
    accreditation.end_feed(revoked.id)
    return [*secrets, secret]


def _meeting(lift: datetime, stamps: dict[str, datetime]) -> Meeting:
    """The next one: the page of the annual meeting shows the last that is public."""
    year = max(db.session.scalar(select(func.max(Meeting.year))) or 0, lift.year - 1) + 1
    return Meeting(
        year=year,
        title="x",
        place="x",
        starts_on=date(year, 12, 1),
        ends_on=date(year, 12, 4),
        zone="UTC",
        **stamps,
    )


def _schedule(
    found: Planted, meeting: Meeting, release: Release, abstract: Abstract, lift: datetime, stamps: dict[str, datetime]
) -> MeetingSession:
    """A session with an abstract, which is online from the lift on; the release is bound to it, and Rita registered."""
    meeting.abstracts_from, meeting.registration_until = lift, meeting.ends_on
    session = MeetingSession(
        meeting_id=meeting.id,
        key="x",
        title="x",
        kind=SessionKind.PLATFORM,
        starts_at=_noon(meeting.starts_on),
        minutes=60,
        **stamps,
    )
    found.plant(session)
    db.session.add(session)
    db.session.flush()
    found.plant(abstract)
    abstract.meeting_id, abstract.session_id, abstract.public_from = (
        meeting.id,
        session.id,
        abstracts_of.instant(meeting),
    )
    now = stamps["created_at"]
    follows = {"rule": EmbargoRule.SESSION, "session_id": session.id, "created_at": now}
    word = f"{found.word('registration', 'name')} {COMMON}"
    person = {"email": "registered-audit@paper.example", "basis": Basis.STAFF, "applied_at": now, "updated_at": now}
    said = dict.fromkeys(("name", "outlet", "role", "statement", "reason", "letter_name"), word)
    file = f"{found.word('abstractimport', 'filename')}.csv"
    db.session.add_all(
        [
            abstract,
            Binding(release_id=release.id, meeting_id=meeting.id, **follows),
            Registration(meeting_id=meeting.id, **person, **said),
            AbstractImport(
                meeting_id=meeting.id,
                file_name=file,
                sha256="0" * 64,
                state=AbstractImportState.DONE,
                created_at=now,
                problems=[[1, file]],
            ),
        ]
    )
    db.session.flush()
    return session


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _picture(found: Planted) -> BytesIO:
    """A picture in which a camera wrote a description."""
    out = BytesIO()
    written = PngImagePlugin.PngInfo()
    written.add_text("Description", found.word("picture", "file"))
    Image.new("RGB", (60, 40), "teal").save(out, "PNG", pnginfo=written)
    out.seek(0)
    return out


def _paper(found: Planted) -> BytesIO:
    return BytesIO(f"%PDF-1.7 {found.word('paper', 'file')} %%EOF".encode())


def _captions(found: Planted, name: str) -> BytesIO:
    return BytesIO(f"WEBVTT\n\n00:00.000 --> 00:05.000\n{found.word(name, 'file')} {COMMON}\n".encode())


def _film(found: Planted) -> BytesIO:
    """A head, and a segment of one word."""
    word = found.word("film", "file").encode()
    return BytesIO(b"\x1aE\xdf\xa3\x8bB\x86\x81\x01B\x82\x84webm\x18S\x80g" + bytes([0x80 | len(word)]) + word)


def _plant_for_staff(found: Planted, release: Release, now: datetime) -> None:
    """An earlier text of a public page and of the release: never public, not even after the lift."""
    page = db.session.scalars(select(Page).where(Page.slug == rules.PRIVACY)).one()
    word = found.word("earlierpage", "body")
    db.session.add(
        PageRevision(page_id=page.id, number=9999, title=word, standfirst=word, body=word, note=word, saved_at=now)
    )
    word = found.word("mail", "text")
    given = {"message_id": f"<{uuid4()}@society.example>", "to_address": f"{word}@paper.example", "to_name": word}
    words = {"subject": word, "text": f"{word} {COMMON}", "html": f"<p>{word}</p>", "problem": word}
    db.session.add(Mail(purpose="planted", created_at=now, due_at=now, state=MailState.FAILED, **given, **words))
    word = found.word("subscriber", "address")
    kept = {"address": f"{word}@paper.example", "key": "x" * 43, "zone": "UTC", "created_at": now}
    subscriber = Subscriber(stopped_at=now, stopped_why=word, **kept)
    asked = {"scope": "search", "asked": f"q={word}", "digest": "0" * 32, "title": word, "rhythm": Rhythm.AT_ONCE}
    subscriber.alerts.append(Alert(created_at=now, confirmed_at=now, **asked))
    db.session.add(subscriber)
    db.session.add(AlertCorrection(release_id=release.id, act="correct", words=word, at=now))
    word = found.word("releaserevision", "fields")
    db.session.add(ReleaseRevision(release_id=release.id, number=9999, at=now, note=word, fields={"headline": word}))
    _plant_import(found, release, now)
    _plant_hub(found, now)
    _plant_enquiry(found, now)
    _plant_candidate(found, now)


def _plant_links(found: Planted, clip: Clip, now: datetime) -> None:
    """What was found at the address of the clip, and the text of its story; the public is shown a copy of it."""
    clip.copy_at = now
    word = found.word("clip_link", "said")
    host = LinkHost(host=f"{word}.example", free_at=now)
    db.session.add(host)
    db.session.flush()
    said = {"said": word, "state": LinkState.GONE}
    kept = {"url": f"https://{word}.example/", "final_address": f"https://{word}.example/x", "copy_said": word}
    db.session.add(ClipLink(clip_id=clip.id, host_id=host.id, cleared_by_name=word, created_at=now, **said, **kept))
    db.session.add(LinkCheck(clip_id=clip.id, address=word, by_name=word, first_at=now, last_at=now, **said))
    word = found.word("clip_snapshot", "text")
    stored = snapshots.storage().store(BytesIO(f"<p>{word} {COMMON}</p>".encode()))
    words = {"title": word, "text": f"{word} {COMMON}", "url": f"https://{word}.example/", "address": word}
    db.session.add(ClipSnapshot(clip_id=clip.id, taken_at=now, sha256=stored.sha256, size=stored.size, **words))


def _plant_story(found: Planted, clip: Clip, release: Release, now: datetime) -> Clip:
    """A public placement of the same story, which must not name the hidden one; and what people did to the story."""
    begun = now - timedelta(days=2)
    beside = Clip(
        headline="A story in two papers",
        outlet=Outlet(name="The Public Placement", slug="the-public-placement"),
        published_on=begun.date(),
        fingerprint="e" * 64,
        public_from=begun,
        created_at=begun,
        updated_at=begun,
    )
    db.session.add(beside)
    db.session.flush()
    story = stories.gather(None, [clip.id, beside.id], reason=Reason.LIKENESS, now=now)
    word = found.word("story", "title")
    db.session.add(StoryChange(story_id=story, act=Act.JOIN, title=word, before={}, after={}, at=now, by_name=word))
    db.session.add(CoverageRefusal(clip_id=beside.id, release_id=release.id, at=now, by_name=word))
    return beside


def _plant_enquiry(found: Planted, now: datetime) -> None:
    """What a reporter asked, and what the desk wrote on it."""
    word = f"{found.word('enquiry', 'question')} {COMMON}"
    enquiry, _ = enquiries.take(
        now=now,
        name=word,
        outlet=word,
        email="asks-audit@paper.example",
        topic=About.STUDY,
        question=word,
        about=("/releases/", word),
    )
    enquiry.assigned_to_name = word
    for told in (False, True):
        enquiry.notes.append(EnquiryNote(at=now, by_name=word, words=word, told=told))


def _plant_candidate(found: Planted, now: datetime) -> None:
    """A story that waits to be judged, and a rule: nobody of the public reads either."""
    word = f"{found.word('candidate', 'headline')} {COMMON}"
    job = ClipImport(file_name=word, sha256="0" * 64, mapping={}, state=ClipImportState.DONE, created_at=now)
    db.session.add_all(
        [job, ClipRule(name=word, any_of=word, people=word, reason=word, created_at=now, updated_at=now)]
    )
    db.session.flush()
    said = dict.fromkeys(("headline", "outlet", "byline", "excerpt", "external_id", "decision"), word)
    where = {"import_id": job.id, "line": 1, "fingerprint": "c" * 64, "published_on": now.date()}
    db.session.add(Candidate(reasons=[word], topics=[word], created_at=now, **where, **said))


def _plant_private(found: Planted, expert: Expert, now: datetime) -> None:
    """How an expert is reached, and where their consent lies."""
    word = found.word("expert_contact", "words")
    db.session.add(ExpertContact(expert_id=expert.id, words=f"{word} {COMMON}"))
    word = found.word("expert_consent", "document")
    days = {"given_on": now.date(), "until": now.date() + timedelta(days=300)}
    db.session.add(ExpertConsent(expert_id=expert.id, document=f"{word} {COMMON}", recorded_at=now, **days))


def _plant_hub(found: Planted, now: datetime) -> None:
    """Who follows a feed by our hub, and who is being asked."""
    word = found.word("hub", "callback")
    topic = HubTopic(address=f"https://society.example/{word}.atom", digest="0" * 64)
    db.session.add(topic)
    db.session.flush()
    to = {"topic_id": topic.id, "callback": f"https://reader.example/{word}", "secret": word, "created_at": now}
    db.session.add(HubSubscription(host=word, problem=word, ends_at=now + timedelta(days=9), **to))
    db.session.add(HubErrand(mode=Mode.SUBSCRIBE, lease=1, due_at=now + timedelta(days=9), problem=word, **to))


def _plant_batch(found: Planted, clip: Clip, now: datetime) -> None:
    """What the desk gathers: a batch, a row of its report, an address, a story that waits."""
    word = found.word("clipimport", "row")
    given = {"file_name": word, "source_name": word, "failure": word, "columns": [word], "undone_by_name": word}
    job = ClipImport(sha256="0" * 64, mapping={}, state=ClipImportState.FAILED, created_at=now, **given)
    db.session.add(job)
    db.session.flush()
    address = f"https://{word}.example/"
    asked = AskedAddress(import_id=job.id, line=1, address=address, host=f"{word}.example", problem=word)
    waits = Candidate(
        import_id=job.id,
        line=1,
        fingerprint="e" * 64,
        headline=word,
        outlet=word,
        url=address,
        excerpt=word,
        created_at=now,
    )
    db.session.add_all([ImportRow(import_id=job.id, line=1, reason=word, clip_id=clip.id), asked, waits])


def _plant_import(found: Planted, release: Release, now: datetime) -> None:
    """What an import says of the release."""
    word = found.word("releaseimport", "item")
    job = ReleaseImport(
        file_name=word, sha256="0" * 64, options={"x": word}, found={"x": word}, state=ImportState.DONE, created_at=now
    )
    db.session.add(job)
    db.session.flush()
    item = ImportItem(
        import_id=job.id,
        position=0,
        place=word,
        headline=word,
        outcome=Outcome.MADE,
        reason=word,
        release_id=release.id,
    )
    origin = ReleaseOrigin(release_id=release.id, import_id=job.id, source=word, guid=word, fingerprint="0" * 64)
    db.session.add_all([item, origin])
