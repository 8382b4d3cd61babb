"""Energy is estimated in silence and without a network."""

import socket

import pytest

from rubricator.classifier.training.energy import measured_energy


def test_energy_is_estimated_without_a_word_or_a_connection(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("codecarbon", reason="the extra 'train' is not installed")
    asked: list[object] = []

    def refuse(_self: socket.socket, address: object) -> None:
        asked.append(address)
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with measured_energy() as energy:
        sum(range(10**6))

    assert energy.kwh is not None
    assert 0 < energy.kwh < 0.1
    assert [] == asked
    assert ("", "") == tuple(capfd.readouterr())


def test_without_codecarbon_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "codecarbon", None)

    with measured_energy() as energy:
        pass

    assert energy.kwh is None


@pytest.mark.parametrize("method", ["start", "stop"])
def test_a_training_goes_on_where_codecarbon_fails(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    codecarbon = pytest.importorskip("codecarbon", reason="the extra 'train' is not installed")

    def fail(_self: object) -> None:
        raise PermissionError("/sys/class/powercap")

    monkeypatch.setattr(codecarbon.OfflineEmissionsTracker, method, fail)
    with measured_energy() as energy:
        done = True

    assert done
    assert energy.kwh is None
