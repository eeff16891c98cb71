"""Times of several ways to compute the same thing, measured side by side."""

import time

import numpy as np

COARSE = 1e-5  # seconds; Windows counts processor time in steps of a hundredth


def best_clock():
    """Return the clock that other programs disturb least.

    Processor time leaves out what they take. Where the system counts it in coarse
    steps only, the clock on the wall has to do.

    Returns
    -------
    callable
        Without arguments; gives seconds.

    Examples
    --------
    >>> clock = best_clock()
    >>> clock() <= clock()
    True
    """
    fine = time.get_clock_info("process_time").resolution < COARSE
    return time.process_time if fine else time.perf_counter


def shortest(arrays, *ways, rounds=7):
    """Return the shortest time of each way; the ways take turns.

    A disturbance can only make a run longer, so the shortest of several is nearest to
    what the way itself needs. Taking turns, the ways meet the same disturbances, and
    the ratios of their times are more reliable than the times.

    The time is that of the processor, of all threads together (see `best_clock`). Give
    the libraries one thread each before you compare them.

    Parameters
    ----------
    arrays : tuple
        What each way is called with.
    *ways : callable
    rounds : int
        How often each is run.

    Returns
    -------
    numpy.ndarray, shape (ways,)
        Seconds.

    Raises
    ------
    ValueError
        If there are no ways, or `rounds` is below 1.

    Examples
    --------
    >>> few, many = shortest((np.ones(2_000_000),), np.copy, np.sort, rounds=3)
    >>> bool(0 < few) and bool(0 < many)
    True
    """
    if not ways or rounds < 1:
        raise ValueError(
            f"shortest needs a way and a round; got {len(ways)} ways, rounds={rounds}"
        )
    clock = best_clock()
    times = np.empty((rounds, len(ways)))
    for turn, place in np.ndindex(times.shape):
        start = clock()
        ways[place](*arrays)
        times[turn, place] = clock() - start
    return times.min(axis=0)
