"""How often a process looks for circles among its objects."""

from __future__ import annotations

import atexit
import gc

_NEW, _YOUNG, _OLD = 20_000, 20, 20


def collect_seldom() -> None:
    """To be called once everything is loaded: what is loaded stays, and what comes after it is
    looked through seldom.

    Looking through it again and again costs a tenth of the time of a request, and a quarter of an
    import's, which makes and drops hundreds of thousands of plain values.
    """
    gc.collect()
    gc.freeze()
    # Libraries count what is left at the end, and complain of what was never looked through.
    atexit.register(gc.unfreeze)
    gc.set_threshold(_NEW, _YOUNG, _OLD)
