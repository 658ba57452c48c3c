"""Four threads, as gunicorn's gthread has them, ask one engine while another process or thread writes the index.

Every answer is right for one of the generations, and no thread sees an older one after a newer one.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from pressroom.search import language
from pressroom.search.documents import Document, Query
from pressroom.search.engines import Found, Key
from pressroom.search.engines.whoosh_engine import WhooshEngine
from tests import apart
from tests.search.oracle import Oracle
from tests.search.test_answers import documents

pytestmark = pytest.mark.whoosh

THREADS = 4
GENERATIONS = 10
REBUILT = 5  # this one is written as an index of its own, which takes over, and the old files go

QUESTIONS = [
    Query(text="gene"),
    Query(text="gene*", sort="oldest"),
    Query(text='"of the" OR ruin', page=2),
    Query(text="run OR fall -mouse", outlets=["Daily Herald"]),
    Query(text="", sort="newest", page=3),
    Query(text="NOT therapy", years=["2019", "2020"]),
    Query(text="outlet:herald 2019..2021", topics=["genome"]),
    Query(text="by:lovelace prices"),
]


@cache
def contents(generation: int) -> dict[Key, Document]:
    """What is in the index in this generation."""
    if not generation:
        return {Key(one.kind, one.id): one for one in documents(0, 160)}
    made, gone = change(generation)
    kept = {key: one for key, one in contents(generation - 1).items() if key not in gone}
    return kept | {Key(one.kind, one.id): one for one in made}


@cache
def change(generation: int) -> tuple[list[Document], list[Key]]:
    """What is written to get from the generation before to this one."""
    pick = random.Random(generation)
    made = pick.sample(documents(generation, 200), 12)
    keys = {Key(one.kind, one.id) for one in made}
    return made, [key for key in pick.sample(sorted(contents(generation - 1)), 9) if key not in keys]


def write(folder: Path) -> None:
    """Write all generations after the first; also run by a process of its own."""
    engine = WhooshEngine(folder)
    for generation in range(1, GENERATIONS):
        if generation == REBUILT:
            with engine.replacement() as fresh:
                fresh.add(list(contents(generation).values()))
                fresh.take_over([], [])
        else:
            engine.write(*change(generation))


def frozen(found: Found) -> tuple[object, ...]:
    return found.total, tuple(found.keys), tuple((name, tuple(sorted(rows))) for name, rows in found.facets.items())


@pytest.fixture(scope="module")
def right() -> list[list[tuple[object, ...]]]:
    """The answers by question and generation, from going through everything."""
    answers: list[list[tuple[object, ...]]] = [[] for _ in QUESTIONS]
    for generation in range(GENERATIONS):
        oracle = Oracle(contents(generation).values())
        for number, query in enumerate(QUESTIONS):
            tree = language.parse(query.text).tree
            order = oracle.order(tree, query)
            keys = [Key(*key) for key in order[query.window]]
            facets = {name: list(rows.items()) for name, rows in oracle.facets(tree, query).items()}
            answers[number].append(frozen(Found(len(order), keys, facets)))
    return answers


@dataclass
class Reader:
    """One thread's view: the generations that it has seen, and what was wrong."""

    engine: WhooshEngine
    right: list[list[tuple[object, ...]]]
    generation: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def ask(self, number: int) -> None:
        query = QUESTIONS[number]
        answer = frozen(self.engine.search(language.parse(query.text).tree, query))
        fitting = [n for n, one in enumerate(self.right[number]) if one == answer and n >= self.generation]
        if fitting:
            self.generation = fitting[0]
        else:
            self.wrong.append(f"{query} after generation {self.generation}: {answer[:2]}")
        self.asked += 1

    def ask_until(self, done: threading.Event) -> None:
        """All questions again and again, and once more when the last generation is there."""
        number = random.Random(id(self)).randrange(len(QUESTIONS))
        while not done.is_set():
            self.ask(number := (number + 1) % len(QUESTIONS))
        self.generation = GENERATIONS - 1
        for number in range(len(QUESTIONS)):
            self.ask(number)


def in_a_process(folder: Path) -> None:
    assert apart.ended(apart.start(write, folder)) == 0


@pytest.mark.parametrize("writing", [in_a_process, write], ids=["process", "thread"])
def test_every_answer_is_that_of_one_generation(
    tmp_path: Path, right: list[list[tuple[object, ...]]], writing: Callable[[Path], None]
) -> None:
    folder = tmp_path / "index"
    with WhooshEngine(folder).replacement() as fresh:
        fresh.add(list(contents(0).values()))
        fresh.take_over([], [])
    # A small cache, so that what one thread put in is thrown out under another's hands.
    engine, done = WhooshEngine(folder, cache=20_000), threading.Event()
    readers = [Reader(engine, right) for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        asking = [threads.submit(reader.ask_until, done) for reader in readers]
        try:
            writing(folder)
        finally:
            done.set()
        for one in asking:
            one.result()
    assert [wrong for reader in readers for wrong in reader.wrong] == []
    assert all(reader.asked > len(QUESTIONS) for reader in readers)


def test_the_generations_differ_in_their_answers(right: list[list[tuple[object, ...]]]) -> None:
    """Else an answer from a mixture of two would pass unnoticed."""
    for answers in right:
        assert len(set(answers)) > GENERATIONS // 2
