"""What the fixed pages say until the organisation has written its own text.

No name, number or address is in here: the templates set them beside the text from the settings, so that
they are right when somebody changes them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Default:
    """A page's first text; the body is Markdown."""

    title: str
    standfirst: str
    body: str


TEXTS = {
    "fact-sheet": Default(
        "Fact sheet",
        "Who we are, what we do and how to reach us. Each figure says its date and its source.",
        """## About

Names, figures and dates on this page may be quoted. If you need one that is missing, ring the press office.
""",
    ),
    "logos": Default(
        "Logo guidelines",
        "The mark may be used without asking in news coverage of the organisation.",
        """## Terms

Use the mark unchanged, to identify the organisation in news and in educational material. It may not \
suggest that the organisation endorses a product, a service or a test. For any other use, ask the press \
office first.
""",
    ),
    "reporting-science": Default(
        "Reporting science and genetics",
        "Questions that help to read a study, and words that say what it found.",
        """## How to read a study

Read in this order: summary, figures and tables, the limits that the authors name, who paid. Read the methods where \
the number comes from that you want to put in the headline. A preprint was not reviewed; a talk at a meeting was \
looked at briefly.

- Count the people with the outcome, not only all participants.
- Ask with whom they were compared. Without a comparison, a change may have come by itself.
- One study is a beginning. Ask what earlier ones found.

## Questions to ask

- Was the study reviewed by other scientists, and where was it published?
- Whom or what was studied: people, animals, cells? How many?
- Does it show a cause, or two things that occur together?
- How large is the effect in absolute numbers, and how sure are the authors?
- Who paid for the work, and who gains from it?

Ask for somebody who was not involved. The press office puts you through to people who can judge the method; the \
[directory](/experts/) names those who agreed to talk.

## Words

Write “linked to” where a study saw that two things occur together, and keep “causes” for what an experiment has \
shown. Give the absolute risk beside the relative one: “from 1 in 100 to 2 in 100” says more than “twice”. The \
[glossary](/glossary/) explains terms.
""",
    ),
    "communicating-science": Default(
        "Communicating science",
        "For scientists who talk with journalists and the public.",
        """## Before an interview

- Decide on the one sentence that you want people to remember, and on three facts that carry it.
- Ask for whom the piece is, what it is about, and when it appears. You may say that you will ring back.
- Know what you will not talk about: unpublished data, single patients, the work of rivals.

## During an interview

- Begin with the result, then say how you know.
- Say what was done, in whom, and what is still unknown.
- Use everyday words, and give numbers as people out of a hundred.
- Ask when the piece appears, and whether you may check facts and quotations.
- Say so when a question lies outside your field. Do not guess.
- If a question rests on a mistake, put it right first.

## Summaries in plain language

- Who was studied, what was found, how large it is, what it does not show, who paid: in this order.
- Choose the word that you would use at home; explain a term once, in the same sentence.
- Keep sentences below twenty words, and one thought in each.
- Have it read by somebody who is not a scientist, and [check it](/communicating-science/check) for what exaggerates.

Tell the press office before a paper appears, and it will help you to prepare.
""",
    ),
    "contact": Default(
        "Contact the press office",
        "For journalists who need an answer, an expert, a picture or a recording.",
        """## When you write or ring

Say for whom you work, what the story is about and when you need the answer. Questions from the public \
about their own health belong to a doctor or a genetic counsellor; the press office cannot advise on \
them.
""",
    ),
    "privacy": Default(
        "Privacy",
        "What this press room knows about its visitors: very little.",
        """## Visitors

The public pages set no cookie and contain no tracker. Everything that a page shows comes from this site \
itself; your browser is not sent to anybody else. Links to other sites do lead there, and those sites \
have rules of their own.

## Server log

Like every web server, ours may note the address, the time, the page asked for and the program that \
asked. Who runs the server decides how long this is kept. It serves to find faults and misuse.

## Searching

What you type into a search box is part of the address of the result page, so that you can share it. It can \
therefore stand in the server log.

## Alerts by e-mail

Whoever asks for alerts gives us an e-mail address, a time zone, and what they want to hear of. It is used for \
nothing else, and given to nobody but the mail server. What we sent is noted for half a year, so that a correction \
reaches whoever got the wrong text. It is not measured whether a message is opened or a link followed. With the \
last alert everything about the address is deleted; what nobody confirms, after three days. An address that takes \
no mail is kept for half a year, so that we do not write to it.

## Logos

Whoever downloads a logo is asked once to accept the terms. We note the day and the version of the terms, and not who \
it was. One cookie with nothing but these two numbers remembers it for a year.

## Questions to the press office

What a reporter writes into the form for questions is read by the press office only. Some time after the question was \
closed, who asked and what is erased; the day, the kind of question and how soon it was answered stay.

## Staff

People who sign in to run this press room get one cookie, which keeps them signed in. What they change is \
recorded with their name and the time.

## Questions

The press office answers questions about this page.
""",
    ),
}

LOGO_TERMS = """
The files may be used to identify the organisation: in news coverage, in programmes of events that it supports, and in \
teaching. They are used unchanged, with the space around them and the least size that the guidelines show.

They may not suggest that the organisation endorses a product, a service, a test or a candidate, and may not become \
part of another mark. For any other use, ask the press office first.
"""
