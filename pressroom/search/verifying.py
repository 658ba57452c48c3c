"""Is the index what the database says? Compared document by document, while the press room works.

A number of each document is in the index (:attr:`Document.fingerprint`), so one whose text is out of date is found as
well as one that is missing. What somebody changes during the comparison is no fault of the index: what differs is
looked at once more, and what stands in the queue is counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from pressroom.kit import clock
from pressroom.kit.lock import alone
from pressroom.search import indexer, queue
from pressroom.search.engines import Key
from pressroom.search.reader import public_documents, public_keys, public_session

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Check:
    """One kind, compared with the database.

    Attributes:
        indexed: how many are in the index.
        public: how many are public.
        missing: ids that are public and not in the index.
        stale: ids that are in the index and not public.
        outdated: ids of which the index has another state than the database.
        waiting: how many differ, but stand in the queue; they are no fault.
    """

    indexed: int
    public: int
    missing: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()
    outdated: tuple[int, ...] = ()
    waiting: int = 0

    @property
    def good(self) -> bool:
        """Whether the index has what is public, as it is, and nothing else."""
        return not (self.missing or self.stale or self.outdated)


def damages() -> Sequence[str]:
    """What is wrong with the files of the index, a sentence each."""
    with alone(indexer.folder() / "drain.lock", wait=None):
        return indexer.engine().damages()


def counted() -> tuple[int, int, int]:
    """How many documents are in the index, how many are public, and how many changes wait: at the cost of counting.

    Raises:
        IndexUnusableError: there is no index.
    """
    indexed = sum(indexer.engine().stats().documents.values())
    public = len(public_keys())
    with public_session():
        return indexed, public, len(queue.due_keys(clock.now()))


def verify(progress: Progress | None = None) -> dict[str, Check]:
    """Compare, kind by kind, what is in the index with what is public.

    Args:
        progress: told how many documents were compared, and how many there are.

    Raises:
        IndexUnusableError: there is no index to compare.
    """
    indexed, public = indexer.engine().contents(), public_keys()
    every = list(dict.fromkeys((*public, *indexed)))
    differing = _again(_differing(every, indexed, progress))
    with public_session():
        queued = queue.due_keys(clock.now())
    return {
        kind: _check(kind, indexed, public, {key: why for key, why in differing.items() if key.kind == kind}, queued)
        for kind in sorted({key.kind for key in every})
    }


def _again(differing: Mapping[Key, str]) -> Mapping[Key, str]:
    """Those of *differing* that still do: the others were changed while all were compared."""
    return _differing(list(differing), indexer.engine().contents()) if differing else {}


def _differing(keys: Sequence[Key], indexed: Mapping[Key, int], progress: Progress | None = None) -> dict[Key, str]:
    """Of *keys* those that differ, and how: "missing", "stale" or "outdated"."""
    found: dict[Key, str] = {}
    for start in range(0, len(keys), indexer.BATCH):
        batch = keys[start : start + indexer.BATCH]
        documents = public_documents(batch)
        for key in batch:
            if key not in documents:
                found |= {key: "stale"} if key in indexed else {}
            elif key not in indexed:
                found[key] = "missing"
            elif indexed[key] != documents[key].fingerprint:
                found[key] = "outdated"
        if progress:
            progress(min(start + indexer.BATCH, len(keys)), len(keys))
    return found


def _check(
    kind: str,
    indexed: Collection[Key],
    public: Collection[Key],
    differing: Mapping[Key, str],
    queued: Collection[tuple[str, int]],
) -> Check:
    def ids(wanted: str) -> tuple[int, ...]:
        return tuple(sorted(key.id for key, why in differing.items() if why == wanted and key not in queued))

    return Check(
        indexed=sum(key.kind == kind for key in indexed),
        public=sum(key.kind == kind for key in public),
        missing=ids("missing"),
        stale=ids("stale"),
        outdated=ids("outdated"),
        waiting=sum(key in queued for key in differing),
    )
