"""What is counted for an address."""

from __future__ import annotations

from pressroom.kit import networks


def test_one_customer_is_one_network() -> None:
    for address, counted in (
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ):
        assert networks.network(address) == counted


def test_this_machine_is_known_under_each_of_its_names() -> None:
    assert all(map(networks.is_own_machine, ("127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1")))
    assert not any(map(networks.is_own_machine, ("", "unix:", "192.0.2.7", "2001:db8::1", "fe80::1%eth0")))
