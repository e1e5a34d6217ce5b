"""What follows an event.

Each effect is a module with one face: `handles(event) -> bool` and `run(event) -> None`.
It may be run again after a crash, and must then have its effect only once.
"""

from typing import Protocol

from kanban.models import Event


class Effect(Protocol):
    """The face of an effect; a module of this package has it."""

    __name__: str

    def handles(self, event: Event) -> bool:
        """Whether this event concerns it."""
        ...

    def run(self, event: Event) -> None:
        """Have the effect."""
        ...


ALL: tuple[Effect, ...] = ()
