"""What Whoosh raises on damaged files, said as what it is."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from pressroom.search.engines import IndexUnusableError

# A disk that is full, limited or read-only, or too many open files: making the index again is no cure.
NOT_DAMAGE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENFILE}


@contextmanager
def damage_said() -> Iterator[None]:
    """Whoosh raises anything at all on damaged files, and finds a missing one only when it searches."""
    try:
        yield
    except IndexUnusableError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NOT_DAMAGE:
            raise
        raise IndexUnusableError(f"the index cannot be used: {error!r}") from error
