"""Threads that prepare, compute and write at the same time."""

import threading
import time

import pytest
from waiting import wait_until

from rasterlearn.core.base.concurrency import ahead, behind, spread


def test_items_are_prepared_ahead_but_not_too_far():
    taken = []

    def items():
        for i in range(10):
            taken.append(i)
            yield i

    with ahead(items(), 3) as prepared:
        first = next(prepared)
        wait_until(lambda: len(taken) >= 4, "three more items are prepared")
        time.sleep(0.05)  # one that is too much would come soon
        assert (first, len(taken)) == (0, 4)
        assert list(prepared) == list(range(1, 10))


def test_results_come_in_order_from_several_threads():
    threads = set()

    def slow_if_even(i):
        threads.add(threading.get_ident())
        time.sleep(0.02 if i % 2 == 0 else 0)
        return i * i

    with spread([slow_if_even] * 2, range(9)) as results:
        assert list(results) == [(i, i * i) for i in range(9)]
    assert len(threads) == 2


def test_calls_are_made_in_order_and_all_before_leaving():
    made = []
    with behind(2) as call:
        for i in range(20):
            call(made.append, i)
    assert made == list(range(20))


def failing(i):
    if i == 3:
        raise KeyError("broken")
    return i


@pytest.mark.parametrize("which", ["ahead", "spread", "behind"])
def test_errors_are_raised_and_no_thread_is_left(which):
    before = threading.active_count()
    with pytest.raises(KeyError, match="broken"):
        if which == "ahead":
            with ahead((failing(i) for i in range(9)), 2) as items:
                list(items)
        elif which == "spread":
            with spread([failing, failing], range(9)) as results:
                list(results)
        else:
            with behind(2) as call:
                for i in range(9):
                    call(failing, i)
    assert threading.active_count() == before


def test_leaving_early_cancels_what_has_not_begun():
    made = []

    def work(i):
        time.sleep(0.02)
        made.append(i)
        return i

    with spread([work], range(1000)) as results:
        next(results)
    assert len(made) < 5
