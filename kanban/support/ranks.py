"""Keys between two keys: an order that changes one row at a time.

The keys are fractional indices as described by David Greenspan and implemented by
the `fractional-indexing` package; they are compared byte by byte.
"""

from fractional_indexing import generate_key_between, generate_n_keys_between


def rank_between(low: str | None, high: str | None) -> str:
    """A key above `low` and below `high`; None is the open end.

    Raises FIError where `low` is not below `high`: a mistake of ours.
    """
    return str(generate_key_between(low, high))


def ranks_between(low: str | None, high: str | None, count: int) -> list[str]:
    """`count` keys between `low` and `high`, ascending and evenly spaced."""
    if count <= 0:
        return []
    return [str(key) for key in generate_n_keys_between(low, high, count)]
