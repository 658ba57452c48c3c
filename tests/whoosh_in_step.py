"""Two Whooshes on one index: which one is here, and whether each reads, extends and merges what the other wrote.

``python -m tests.whoosh_in_step NAME`` fails unless this environment has the distribution NAME, alone and in the
range that is tested; ``python -m tests.whoosh_in_step NAME PYTHON`` also hands an index to and fro between the
interpreter PYTHON, which has Whoosh as declared, and this one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from datetime import date
from importlib import metadata
from pathlib import Path

import whoosh
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from pressroom.search.documents import Document, Query
from pressroom.search.engines import Key
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.engines.whoosh_files import SCHEMA, entry
from pressroom.search.engines.whoosh_writer import ArrayWriter
from pressroom.search.tree import All, Any, Between, Filed, Node, Not, Prefix, Words
from tests.search.oracle import Oracle
from tests.search.test_answers import VOCABULARY, documents

TESTED = {"Whoosh": ((2, 7, 4), (2, 7, 5)), "whoosh3": ((3, 54), (3, 55))}  # from, to
TURNS = 5  # the declared one takes the first, the other one the second, and so on; the last one only reads
MERGED_FROM = 3  # the turn; before it each adds segments to those of the other one
SIZE = 120  # documents that are put in at each turn


def name_here() -> str:
    """The distribution that ``import whoosh`` is of, and its version.

    Raises:
        SystemExit: there is none or there are several, another one is imported, or its version is not tested.
    """
    found = {one.name: one for one in map(_installed, TESTED) if one}
    if len(found) != 1:
        sys.exit(f"Expected one distribution of whoosh, found: {', '.join(found) or 'none'}.")
    [(name, distribution)] = found.items()
    imported = Path(whoosh.__file__).resolve()
    if Path(str(distribution.locate_file("whoosh/__init__.py"))).resolve() != imported:
        sys.exit(f"{name} {distribution.version} is installed, but {imported} is what is imported.")
    first, beyond = TESTED[name]
    if not first <= whoosh.__version__ < beyond:
        sys.exit(f"{name} {distribution.version} is not in the range that is tested: {first} to below {beyond}.")
    return f"{name} {distribution.version}"


def _installed(name: str) -> metadata.Distribution | None:
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None


def contents(turns: int) -> dict[Key, Document]:
    """What is in the index after so many *turns*."""
    held: dict[Key, Document] = {}
    for turn in range(turns):
        for key in gone(turn, held):
            del held[key]
        held |= batch(turn)
    return held


def batch(turn: int) -> dict[Key, Document]:
    """What a turn puts in; some of it takes the place of what is there."""
    start = turn * SIZE * 2 // 3
    some = documents(turn + 1, start + SIZE)[start:]
    return {Key(document.kind, document.id): document for document in some}


def gone(turn: int, held: Collection[Key]) -> list[Key]:
    """What a turn takes out."""
    return [key for key in held if key.id % 7 == turn]


def questions() -> list[Node]:
    """Words, phrases, prefixes, names, filters, and what joins them."""
    words = [Words((word.replace("é", "e"),)) for word in VOCABULARY]
    phrases = [Words(("prices", "fall")), Words(("of", "the", "gene")), Words(("ada", "lovelace"), "people")]
    prefixes = [Prefix("ge"), Prefix("ru"), Prefix("lo", "people")]
    filters = [Filed("topic", ("rare", "disease")), Between(date(2019, 6, 1), None)]
    joined = [All((Words(("gene",)), other)) for other in (*phrases, *filters)]
    return [All(()), *words, *phrases, *prefixes, *filters, *joined, Any((Words(("mouse",)), Not(Words(("the",)))))]


def check(engine: WhooshEngine, turns: int) -> None:
    """Compare the answers with going through everything.

    Raises:
        SystemExit: an answer is another one.
    """
    oracle, query = Oracle(contents(turns).values()), Query(per_page=50)
    for node in questions():
        found = engine.search(node, query)
        order, facets = oracle.order(node, query), oracle.facets(node, query)
        ours = (found.total, list(found.keys), {facet: dict(rows) for facet, rows in found.facets.items()})
        if ours != (len(order), order[query.window], facets):
            sys.exit(f"{name_here()} answers {node} with {ours}; right is {(len(order), order, facets)}.")


def take_turn(folder: Path, turn: int) -> str:
    """Check what the turns before left, and take the next one. What was done, in words."""
    engine, done = WhooshEngine(folder / "index"), []
    if turn:
        check(engine, turn)
        done.append(f"{len(questions())} questions answered right")
    if turn < TURNS:
        put_in, taken_out = batch(turn), gone(turn, contents(turn))
        if turn == 0:
            with engine.replacement() as fresh:
                fresh.take_over([], [])
        write(engine, put_in, taken_out)
        done.append(f"{len(put_in)} documents put in, {len(taken_out)} taken out")
        if turn >= MERGED_FROM:
            segments = len(engine.snapshot().segments)
            ArrayWriter(index_of(engine)).commit(optimize=True)
            done.append(f"{segments} segments merged into {len(engine.snapshot().segments)}")
        check(engine, turn + 1)
    return f"{name_here()}: {'; '.join(done)}."


def write(engine: WhooshEngine, put_in: Mapping[Key, Document], taken_out: Collection[Key]) -> None:
    """Write half of the documents as arrays, and half as Whoosh does."""
    ours, stock = list(put_in)[::2], list(put_in)[1::2]
    engine.write([put_in[key] for key in ours], [*taken_out, *stock])
    writer = index_of(engine).writer()
    for key in stock:
        writer.add_document(**entry(put_in[key]))
    writer.commit(merge=False)


def index_of(engine: WhooshEngine) -> FileIndex:
    """The index as Whoosh sees it."""
    return FileIndex(FileStorage(str(engine.snapshot().path)), schema=SCHEMA)


def hand_to_and_fro(declared: str) -> None:
    """Let the two write into one index in turn, the *declared* one first.

    Raises:
        SystemExit: an answer was wrong, or both are the same.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = []
        for turn in range(TURNS + 1):
            python = sys.executable if turn % 2 else declared
            command = [python, "-m", "tests.whoosh_in_step", "--turn", folder, str(turn)]
            run = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
            if run.returncode:
                sys.exit(f"Turn {turn} of {python} failed.")
            print(run.stdout, end="")
            told.append(run.stdout.split(" ")[0])
    if told != ["Whoosh", "whoosh3"] * (len(told) // 2):
        sys.exit(f"Expected Whoosh and whoosh3 in turn, but they were: {', '.join(told)}.")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--turn", folder, turn]:
            print(take_turn(Path(folder), int(turn)))
        case [name, *declared]:
            here = name_here()
            if not here.startswith(f"{name} "):
                sys.exit(f"Expected {name}, but this environment has {here}.")
            print(f"Testing with {here}.", flush=True)
            for python in declared:
                hand_to_and_fro(python)
        case _:
            sys.exit(__doc__)
