"""Press rooms with fixed pages: as `init` leaves them, and with the sample's text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pressroom.kit import clock
from pressroom.pages import actions
from pressroom.sample import pages as sample


@pytest.fixture
def fixed_pages(staff: Callable) -> None:
    """The pages as a new press room has them."""
    with staff():
        actions.ensure(now=clock.now())


@pytest.fixture
def sample_pages(staff: Callable) -> None:
    """The pages and facts of the sample."""
    with staff():
        sample.load(by=None, now=clock.now())
