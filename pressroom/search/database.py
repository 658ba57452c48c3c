"""The answer without an index, while one is made: from the newest things in the database that have the words.

Bounded, whatever is asked and however large the archive: one query for each kind, so many documents, so many
characters. Within them tree, filters, counts and order are exact.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressroom.search import matching
from pressroom.search.documents import Document, Query
from pressroom.search.engines import Found, Key
from pressroom.search.reader import public_documents, public_session
from pressroom.search.registry import sources
from pressroom.search.tree import Node
from pressroom.search.wanted import wanted

NEWEST = 500  # of each kind that are looked at
MOST_CHARACTERS = 2_000_000  # of all together; the newest ones


def search(tree: Node, query: Query) -> Found:
    """Answer *tree* from the newest things that may match it. ``query.after`` is not read; pages are numbered."""
    return matching.answer(_bounded(_newest(tree, query)), tree, query)


def _newest(tree: Node, query: Query) -> list[Document]:
    """The newest public things that may match, of all kinds that are asked for, the newest first.

    Once without the filters, because what is chosen in a facet does not narrow its own counts, and once with them.
    """
    nets = dict.fromkeys((wanted(tree, Query(), NEWEST), wanted(tree, query, NEWEST)))
    with public_session():
        kinds = [kind for kind in sources if not query.kinds or kind in query.kinds]
        keys = [Key(kind, id) for net in nets for kind in kinds for id in sources[kind].newest(net)]
    documents = public_documents(dict.fromkeys(keys)).values()
    return sorted(documents, key=lambda document: document.published, reverse=True)


def _bounded(documents: list[Document]) -> Iterator[Document]:
    left = MOST_CHARACTERS
    for document in documents:
        left -= len(document.headline) + len(document.body) + len(document.people)
        if left < 0:
            return
        yield document
