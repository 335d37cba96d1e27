"""What fails under the log: nothing is shown without its event, and the same worker answers again after the repair."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import GatewayError
from gateway.recorder.running import Keeper

pytestmark = pytest.mark.journey
PAGE = 4096


def test_a_full_disk_shows_nothing_and_is_well_again_when_there_is_room(on_a_small_disk: Any) -> None:
    filler = on_a_small_disk.settings.home / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * PAGE):
                pass
        except OSError:
            pass
    assert on_a_small_disk.fails()
    filler.unlink()
    assert on_a_small_disk.is_well_again()
    assert on_a_small_disk.everything_shown_is_on_the_log()
    assert on_a_small_disk.verified().ok


def test_a_disk_that_was_remounted_read_only_shows_nothing_until_it_is_writable(on_a_small_disk: Any) -> None:
    point = on_a_small_disk.settings.home.parents[1]
    on_a_small_disk.keeper.stop()
    subprocess.run(["mount", "-o", "remount,ro", point], check=True)
    with pytest.raises(GatewayError):
        Keeper(on_a_small_disk.settings).start()
    assert on_a_small_disk.fails()
    subprocess.run(["mount", "-o", "remount,rw", point], check=True)
    again = Keeper(on_a_small_disk.settings)
    again.start()
    assert on_a_small_disk.is_well_again()
    assert on_a_small_disk.everything_shown_is_on_the_log()
    again.stop()


def test_a_log_that_was_moved_shows_nothing_until_it_is_back(place: Any) -> None:
    aside = place.log.rename(place.log.with_name("aside"))
    assert place.fails()
    aside.rename(place.log)
    assert place.is_well_again()
    assert place.everything_shown_is_on_the_log()
    assert place.verified().ok


def test_a_deleted_journal_loses_no_event_that_was_answered(place: Any) -> None:
    place.log.with_name("audit_log.db-wal").unlink()
    assert place.fails()
    assert place.is_well_again()
    assert place.everything_shown_is_on_the_log()
    assert place.verified().ok


def test_a_lost_socket_shows_nothing_to_newcomers_until_the_log_is_started_again(place: Any) -> None:
    place.settings.socket.unlink()
    place.desk.log.close()
    assert place.fails()
    place.kill_the_sequencer()
    assert place.is_well_again()
    assert place.everything_shown_is_on_the_log()


def test_a_log_whose_key_was_replaced_shows_nothing_until_it_is_put_back(place: Any) -> None:
    key = place.settings.keys / "audit_log.key"
    right = key.read_bytes()
    key.write_bytes(secrets.token_bytes(len(right)))
    place.kill_the_sequencer()
    assert place.fails()
    key.write_bytes(right)
    assert place.is_well_again()
    assert place.everything_shown_is_on_the_log()


def test_a_killed_log_loses_no_event_that_was_answered(place: Any) -> None:
    for _ in range(3):
        place.kill_the_sequencer()
        assert place.is_well_again()
    assert place.everything_shown_is_on_the_log()
    assert place.verified().ok


def test_a_disk_slower_than_the_clients_patience_shows_nothing(shimmed: tuple[Any, Callable[[str], Path]]) -> None:
    place, switch = shimmed
    switch("SLOW").touch()
    before = len(place.shown)
    assert place.ask() == 503
    assert len(place.shown) == before
    switch("SLOW").unlink()
    assert place.is_well_again()
    assert place.everything_shown_is_on_the_log()
    assert place.verified().ok


def test_a_clock_that_steps_back_a_day_never_turns_the_logs_time_back(
    shimmed: tuple[Any, Callable[[str], Path]],
) -> None:
    place, switch = shimmed
    for step in (switch("DAY_BEHIND").touch, switch("DAY_BEHIND").unlink):
        step()
        assert place.is_well_again()
    times = [leaf["at"] for leaf in place.leaves()]
    assert times == sorted(times)
    assert times[2] == times[1] < times[3]  # the day behind was seen, and answered with the time before
    assert place.everything_shown_is_on_the_log()
    assert place.verified().ok
