"""From the address of a film elsewhere to that of a player; of nobody who is not on the list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.webcasts import embedding

OURS = "videos.example.org"
HOSTS = (*embedding.HOSTS, OURS)
TUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("address", "player"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=9", TUBE),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ", TUBE),
        ("https://youtu.be/dQw4w9WgXcQ", TUBE),
        ("https://www.youtube.com/live/dQw4w9WgXcQ?feature=share", TUBE),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", TUBE),
        ("https://vimeo.com/123456789", "https://player.vimeo.com/video/123456789?dnt=1"),
        ("https://vimeo.com/123456789/abcdef1234", "https://player.vimeo.com/video/123456789?h=abcdef1234&dnt=1"),
        (f"https://{OURS}/embed/7", f"https://{OURS}/embed/7"),
        ("https://www.youtube.com/@society", ""),
        ("https://www.youtube.com/watch?v=%22%3E%3Cscript%3E", ""),
        ("https://vimeo.com/about", ""),
        ("https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ", ""),
        (f"https://{OURS}:8443/embed/7", ""),
        ("http://youtu.be/dQw4w9WgXcQ", ""),
        ("https://[::1", ""),
        ("", ""),
    ],
)
def test_a_player_is_of_a_host_on_the_list(address: str, player: str) -> None:
    assert embedding.player(address, HOSTS) == player
    assert embedding.player(address, ()) == ""


@given(st.text(max_size=60))
def test_whatever_the_address_it_leads_to_no_other_host(rest: str) -> None:
    for begins in ("https://youtu.be/", "https://vimeo.com/", f"https://{OURS}", "https://"):
        found = embedding.player(begins + rest, HOSTS)
        assert not found or embedding.host(found) in HOSTS
