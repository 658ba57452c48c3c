"""Columns of a Whoosh index that are arrays in the file as well: a segment is opened without reading row by row.

Where a segment is mapped, so are they: whoever keeps them has a copy of his own made.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import orjson
from whoosh.columns import Column, ColumnReader, ColumnWriter

from pressroom.search.engines.arrays import Ints, Narrow, spans
from pressroom.search.engines.whoosh_mapped import stretch


class NumberColumn(Column):  # type: ignore[misc]  # Whoosh has no types
    """A whole number for each document; 0 where there is none."""

    _default = 0

    class Writer(ColumnWriter):  # type: ignore[misc]
        """Gathers the numbers of a segment."""

        def __init__(self, file: Any) -> None:
            super().__init__(file)
            self._numbers = array("q")

        def add(self, document: int, value: int) -> None:
            """Give *document* its number; documents come in ascending order."""
            self._numbers.extend([0] * (document - len(self._numbers)))
            self._numbers.append(value)

        def extend(self, document: int, other: NumberColumn.Reader, kept: Ints) -> None:
            """Give *document* and those after it the numbers that *kept* have in *other*."""
            self._numbers.extend([0] * (document - len(self._numbers)))
            self._numbers.frombytes(other.numbers[kept].tobytes())

        def finish(self, documents: int) -> None:
            """Write the file."""
            self._numbers.extend([0] * (documents - len(self._numbers)))
            self._dbfile.write(np.array(self._numbers, dtype="<i8").tobytes())

    class Reader(ColumnReader):  # type: ignore[misc]
        """Gives the numbers as one array."""

        def __init__(self, file: Any, start: int, length: int, documents: int) -> None:
            super().__init__(file, start, length, documents)
            self.numbers: Ints = np.frombuffer(stretch(file, start, length), "<i8", documents)

        def __getitem__(self, document: int) -> int:
            return int(self.numbers[document])


class ValuesColumn(Column):  # type: ignore[misc]
    """Some texts for each document, or none. Each different text is in the file once."""

    _default = ()

    class Writer(ColumnWriter):  # type: ignore[misc]
        """Gathers the values of a segment."""

        def __init__(self, file: Any) -> None:
            super().__init__(file)
            self._numbers: dict[str, int] = {}
            self._counts = array("I")
            self._codes = array("I")

        def add(self, document: int, value: Sequence[str]) -> None:
            """Give *document* its values; documents come in ascending order."""
            self._counts.extend([0] * (document - len(self._counts)))
            self._counts.append(len(value))
            self._codes.extend([self._numbers.setdefault(one, len(self._numbers)) for one in value])

        def extend(self, document: int, other: ValuesColumn.Reader, kept: Ints) -> None:
            """Give *document* and those after it the values that *kept* have in *other*."""
            self._counts.extend([0] * (document - len(self._counts)))
            counts = other.counts[kept]
            renumbered = [self._numbers.setdefault(one, len(self._numbers)) for one in other.values]
            codes = other.codes[spans(other.starts[kept], counts)]
            self._counts.frombytes(counts.tobytes())
            self._codes.frombytes(np.array(renumbered, dtype=np.uint32)[codes].tobytes())

        def finish(self, documents: int) -> None:
            """Write the file: the length of the texts, the texts, how many each document has, which."""
            self._counts.extend([0] * (documents - len(self._counts)))
            texts = orjson.dumps(list(self._numbers))
            self._dbfile.write(len(texts).to_bytes(8, "little") + texts)
            for numbers in (self._counts, self._codes):
                self._dbfile.write(np.array(numbers, dtype="<u4").tobytes())

    class Reader(ColumnReader):  # type: ignore[misc]
        """The values in the order of the documents, as numbers: ``counts[n]`` of the ``codes`` are those of n."""

        def __init__(self, file: Any, start: int, length: int, documents: int) -> None:
            super().__init__(file, start, length, documents)
            raw = stretch(file, start, length)
            texts = 8 + int.from_bytes(raw[:8], "little")
            self.values: list[str] = orjson.loads(raw[8:texts])
            self.counts: Narrow = np.frombuffer(raw, "<u4", documents, texts)
            self.codes: Narrow = np.frombuffer(raw, "<u4", int(self.counts.sum()), texts + 4 * documents)

        @cached_property
        def starts(self) -> Ints:
            """From where on the codes of each document stand, and where those of the last one end."""
            return np.concatenate(([0], np.cumsum(self.counts, dtype=np.int64)))

        def __getitem__(self, document: int) -> tuple[str, ...]:
            codes = self.codes[self.starts[document] : self.starts[document + 1]]
            return tuple(self.values[code] for code in codes.tolist())
