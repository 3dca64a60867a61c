"""How many groups of which sizes."""

from __future__ import annotations

SMALLEST, LARGEST = 4, 6


def split(pupils: int, target: int = 5) -> tuple[int, ...]:
    """Sizes of the groups for this many pupils, larger ones first, all from four to six.

    ``target`` (4–6) is the size wished for; the number of groups is the one whose mean size comes nearest to
    it. Seven cannot be split so and become 4 + 3; fewer than four are one group.
    """
    if pupils < 1:
        raise ValueError("there is nobody to place")
    if pupils < 2 * SMALLEST and pupils != 7:
        return (pupils,)
    if pupils == 7:
        return (4, 3)
    fewest, most = -(-pupils // LARGEST), pupils // SMALLEST
    count = min(range(fewest, most + 1), key=lambda n: (abs(pupils / n - target), n))
    small, larger = divmod(pupils, count)
    return (small + 1,) * larger + (small,) * (count - larger)
