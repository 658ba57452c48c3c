"""The sample releases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.releases.models import Release
from pressroom.releases.rules import State
from pressroom.sample import releases
from tests.conftest import NOON


@pytest.fixture
def loaded(staff: Any, noon: Any) -> None:
    with staff() as desk:
        releases.load(by=desk.ada, now=NOON)


def test_the_sample_has_every_state(staff: Any, loaded: None) -> None:
    with staff():
        standing = [release.state(NOON) for release in db.session.scalars(select(Release))]
    assert standing.count(State.SCHEDULED) == standing.count(State.EMBARGOED) == standing.count(State.CORRECTED) == 1
    assert standing.count(State.PUBLIC) >= 10


def test_it_is_loaded_once(staff: Any, loaded: None) -> None:
    with staff() as desk:
        before = db.session.scalar(select(func.count()).select_from(Release))
        releases.load(by=desk.ada, now=NOON)
        assert db.session.scalar(select(func.count()).select_from(Release)) == before


@pytest.mark.parametrize("sample", list(releases.samples()), ids=lambda sample: sample.slug)
def test_each_is_of_real_length_and_quotes_somebody(sample: releases.Sample) -> None:
    assert 250 <= text.count_words(sample.body) <= 500
    assert "\n> — " in sample.body
    assert sample.about["dateline"] and sample.about["subhead"]


def test_every_page_of_it_opens(client: Any, loaded: None) -> None:
    links = client.get("/releases/").page.xpath("//main//h3/a/@href")
    assert len(links) >= 12
    for href in links:
        assert client.get(href).status_code == 200
    family = client.get("/releases/2026/family-history-goes-unasked")
    assert "31 clinics in 12 hospitals" in family.text
    assert family.page.xpath("//main//figure/img/@width") == ["1200"]
