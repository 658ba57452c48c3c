"""What is saved is found by every process: by the next question that is asked after the save was answered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.kit.db import db
from pressroom.search import verifying
from pressroom.search.models import QueueRow
from tests.clips.test_desk import FIELDS
from tests.conftest import post

SAVES = 10
READERS = 4

READER = """
import sys, threading
from pathlib import Path
from pressroom.application import create_app
app = create_app(Path(sys.argv[1]), {"secret_key": "for tests only, and long enough to be one"})
stop = threading.Event()
def ask(words):
    return app.test_client().get("/clips/?q=" + words).text
def go_on():  # somebody else asks this process all the time, and drains whatever is due
    while not stop.is_set():
        ask("meanwhile")
other = threading.Thread(target=go_on)
other.start()
print("ready", flush=True)
for line in sys.stdin:
    word = line.strip()
    print("found" if f"<mark>{word}</mark>" in ask(word) else "missing", flush=True)
stop.set()
other.join()
"""


class Readers:
    """Web processes on one instance folder, each asked by two people at once."""

    def __init__(self, instance: Path) -> None:
        command = [sys.executable, "-c", READER, str(instance)]
        self.processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(READERS)
        ]
        assert self.said() == ["ready"] * READERS

    def said(self) -> list[str]:
        return [process.stdout.readline().strip() for process in self.processes if process.stdout]

    def asked(self, word: str) -> list[str]:
        """What each finds, all asked at the same time."""
        for process in self.processes:
            assert process.stdin
            process.stdin.write(f"{word}\n")
            process.stdin.flush()
        return self.said()

    def end(self) -> None:
        for process in self.processes:
            process.communicate(timeout=60)
        assert [process.returncode for process in self.processes] == [0] * READERS


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
