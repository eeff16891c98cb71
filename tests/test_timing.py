"""The stop-watch keeps the shortest time, and lets the ways take turns."""

import time
from types import SimpleNamespace

import pytest

from cnn_helpers import timing
from cnn_helpers.timing import shortest


class Clock:
    """A clock that the ways move on by themselves."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timing, "best_clock", lambda: clock)
    return clock


def test_the_shortest_time_of_each_way_is_kept(clock):
    durations = {"a": [5.0, 2.0, 9.0], "b": [1.0, 7.0, 0.5]}

    def way(name):
        def run():
            clock.now += durations[name].pop(0)

        return run

    assert shortest((), way("a"), way("b"), rounds=3).tolist() == [2.0, 0.5]


def test_the_ways_take_turns_and_get_the_arrays(clock):
    calls = []
    ways = (
        (lambda *given: calls.append(("a", given))),
        (lambda *given: calls.append(("b", given))),
    )
    shortest((1, 2), *ways, rounds=2)
    assert calls == [("a", (1, 2)), ("b", (1, 2))] * 2


def test_seven_rounds_unless_told_otherwise(clock):
    calls = []
    shortest((), lambda: calls.append(1))
    assert len(calls) == 7


@pytest.mark.parametrize(("ways", "rounds"), [((), 3), ((print,), 0)])
def test_nothing_to_measure_is_refused(ways, rounds):
    with pytest.raises(ValueError, match=f"{len(ways)} ways, rounds={rounds}"):
        shortest((), *ways, rounds=rounds)


@pytest.mark.parametrize(
    ("resolution", "clock"), [(1e-9, time.process_time), (0.0156, time.perf_counter)]
)
def test_a_coarse_clock_is_not_taken(monkeypatch, resolution, clock):
    asked = []

    def info(name):
        asked.append(name)
        return SimpleNamespace(resolution=resolution)

    monkeypatch.setattr(timing.time, "get_clock_info", info)
    assert timing.best_clock() is clock
    assert asked == ["process_time"]


def test_waiting_for_others_does_not_count():
    if timing.best_clock() is not time.process_time:
        pytest.skip("this system counts processor time in coarse steps")
    [seconds] = shortest((0.05,), time.sleep, rounds=1)
    assert seconds < 0.025
