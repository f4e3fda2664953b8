"""Boundaries, positions, waits: pure rules."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from jinan_credit.exchange.rules import (
    LONGEST_DELAY,
    Extent,
    Position,
    batch_end,
    delay_after,
    read_position,
    seconds_to_wait,
)
from jinan_credit.kernel.errors import DomainError

AT = datetime(2026, 11, 24, tzinfo=UTC)


@given(seq=some.integers(0, 10**9), more=some.integers(1, 5000), limit=some.integers(1, 500))
def test_batches_end_at_multiples_or_at_the_head(seq: int, more: int, limit: int) -> None:
    end = batch_end(seq, Extent(Position("e", seq + more)), limit)
    assert seq < end <= seq + more
    assert end - seq <= limit
    assert end % limit == 0 or end == seq + more


@pytest.mark.parametrize(
    "text", ["", "a", "a:", ":1", "a:-1", "a:1.0", "a:１", "toolong00:1", "a:" + "1" * 30, None, 5]
)
def test_malformed_positions(text: object) -> None:
    with pytest.raises(DomainError) as refusal:
        read_position(text)
    assert refusal.value.code == "cursor_malformed"


def test_a_position_is_read_as_it_is_written() -> None:
    assert read_position(str(Position("1a2b3c4d", 1700))) == Position("1a2b3c4d", 1700)


@given(failures=some.integers(1, 10_000), chance=some.floats(0, 1))
def test_the_delay_never_exceeds_half_an_hour(failures: int, chance: float) -> None:
    assert 0 <= delay_after(failures, chance) <= LONGEST_DELAY == 30 * 60


def test_the_delay_doubles() -> None:
    assert [delay_after(n, 1.0) for n in (1, 2, 3)] == [4.0, 8.0, 16.0]
    assert delay_after(20, 1.0) == LONGEST_DELAY


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("7200", 7200.0),
        ("99999999", 86400.0),
        (format_datetime(AT + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(AT - timedelta(seconds=90), usegmt=True), 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    assert seconds_to_wait(header, at=AT) == seconds
