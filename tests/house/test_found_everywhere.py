"""What is saved is found by every process: by the next question that is asked after the save was answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.application import create_app
from pressroom.kit.db import db
from pressroom.search import verifying
from pressroom.search.models import QueueRow
from tests import apart, databases
from tests.clips.test_desk import FIELDS
from tests.conftest import post

SAVES = 10
READERS = 4


def reader(instance: Path, asked: Connection) -> None:
    """A web process, which is asked for word after word, until an empty one."""
    app = create_app(instance, {"secret_key": databases.SECRET})
    stop = threading.Event()

    def ask(words: str) -> str:
        return app.test_client().get("/clips/?q=" + words).text

    def go_on() -> None:  # somebody else asks this process all the time, and drains whatever is due
        while not stop.is_set():
            ask("meanwhile")

    other = threading.Thread(target=go_on)
    other.start()
    asked.send("ready")
    while word := asked.recv():
        asked.send("found" if f"<mark>{word}</mark>" in ask(word) else "missing")
    stop.set()
    other.join()


class Readers:
    """Web processes on one instance folder, each asked by two people at once."""

    def __init__(self, instance: Path) -> None:
        self.pipes, self.processes = [], []
        for _ in range(READERS):
            ours, theirs = apart.context().Pipe()
            self.pipes.append(ours)
            self.processes.append(apart.start(reader, instance, theirs))
            theirs.close()
        assert self.said() == ["ready"] * READERS

    def said(self) -> list[str]:
        return [pipe.recv() for pipe in self.pipes]

    def asked(self, word: str) -> list[str]:
        """What each finds, all asked at the same time."""
        for pipe in self.pipes:
            pipe.send(word)
        return self.said()

    def end(self) -> None:
        for pipe in self.pipes:
            pipe.send("")
        assert [apart.ended(process) for process in self.processes] == [0] * READERS
        for pipe in self.pipes:
            pipe.close()


@pytest.fixture
def readers(app: Flask, instance: Path) -> Iterator[Readers]:
    made = Readers(instance)
    yield made
    made.end()


def save(client: FlaskClient, number: int) -> str:
    """Save a clip on the desk; gives the word by which it is found."""
    word = f"quill{number}"
    fields = {**FIELDS, "headline": f"A story of {word}", "url": f"https://harborledger.example/{word}"}
    assert post(client, "/desk/clips/new", fields).status_code == 303
    return word


@pytest.mark.slow
@pytest.mark.sqlite
def test_each_process_finds_what_was_saved_before_it_was_asked(ada: FlaskClient, readers: Readers, app: Flask) -> None:
    """Four processes read and drain while a fifth one saves; nothing waits, and nothing is measured but the order."""
    for number in range(SAVES):
        assert readers.asked(save(ada, number)) == ["found"] * READERS
    with app.app_context():
        assert db.session.query(QueueRow).count() == 0
        assert all(check.good for check in verifying.verify().values())
        assert not verifying.damages()
