"""Pure decisions: who may what, where a sign-in may lead, what an address and a password must be."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.accounts import rules
from pressroom.accounts.rules import AccountError, Permission, Role


def test_the_table_of_permissions() -> None:
    table = {role: {p for p in Permission if rules.allowed(role, p)} for role in Role}
    assert table[Role.ADMIN] == set(Permission)
    assert set(Permission) - table[Role.EDITOR] == {Permission.MANAGE_PEOPLE}
    assert table[Role.WRITER] == {Permission.WRITE, Permission.IMPORT}


@pytest.mark.parametrize("path", ["/desk/", "/desk/clips?q=a+b&page=2", "/desk/x#part", "/clips/?q=%2F%2Fevil"])
def test_a_path_on_this_site_is_kept(path: str) -> None:
    assert rules.local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "desk",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example/",
        "http:/evil.example",
        "javascript:alert(1)",
        " /desk",
        "/desk\x00",
        "/" + "a" * 3000,
    ],
)
def test_what_could_leave_the_site_is_dropped(path: str) -> None:
    assert rules.local_path(path) == ""


@given(st.text("/\\.:@#?%ab\t\n evil[]", max_size=12))
def test_no_kept_path_leaves_the_site(path: str) -> None:
    """As a browser reads it: backslashes are slashes, and tabs and line ends are nothing."""
    kept = rules.local_path(path)
    read = kept.replace("\\", "/").translate(dict.fromkeys(map(ord, "\t\r\n")))
    assert urlsplit(urljoin("https://press.example/sign-in", read)).netloc == "press.example"


@pytest.mark.parametrize("typed", ["Ada@Press.Example", "  ada@press.example ", "ADA@PRESS.EXAMPLE"])
def test_an_address_has_one_form(typed: str) -> None:
    assert rules.check_email(typed) == "ada@press.example"


@pytest.mark.parametrize("typed", ["", "ada", "@press.example", "ada@", "a b@c.example", "a@b@c.example", "a@b\x00.c"])
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(AccountError, match="Write an e-mail address"):
        rules.check_email(typed)


@pytest.mark.parametrize("typed", ["", " \t", "a\x00b", "x" * 121])
def test_what_is_no_name(typed: str) -> None:
    with pytest.raises(AccountError, match="name"):
        rules.check_name(typed)


MOZILLA = "Mozilla/5.0"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            f"{MOZILLA} (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (f"{MOZILLA} (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Android"),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.5", "Another browser"),
        ("", "Another browser"),
    ],
)
def test_a_device_has_a_name_in_words(agent: str, name: str) -> None:
    assert rules.browser_name(agent) == name
