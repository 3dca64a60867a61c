"""Chance that is the same on every machine for a seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CHANCES = 1 << 16

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class Chance:
    """Out of PCG64's raw numbers alone, whose stream is the same in every release."""

    def __init__(self, seed: int) -> None:
        self.bits = np.random.PCG64(seed)
        whole = (self._raw(CHANCES) >> np.uint64(34)).astype(float)
        waits = -np.log((whole + 0.5) / 2.0**30)
        self.waits: Floats = np.rint(waits * 4096) / 4096  # rounded: no machine's logarithm decides

    def order(self, size: int) -> Ints:
        """The numbers below ``size``, shuffled."""
        return self.orders(1, size)[0]

    def orders(self, times: int, size: int) -> Ints:
        return np.argsort(self._raw(times * size).reshape(times, size), axis=1, kind="stable")

    def below(self, limit: int) -> int:
        return int(self.bits.random_raw()) % limit

    def thresholds(self, shape: tuple[int, ...]) -> Floats:
        """Exponentially distributed numbers: a worsening below temperature times such a number is taken."""
        size = int(np.prod(shape))
        begin = self.below(CHANCES - size) if size < CHANCES else 0
        return np.resize(self.waits[begin : begin + size], shape)

    def _raw(self, size: int) -> NDArray[np.uint64]:
        raw: NDArray[np.uint64] = self.bits.random_raw(size)
        return raw
