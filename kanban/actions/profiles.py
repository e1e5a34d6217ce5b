"""How others see a person: their name and their picture."""

from typing import IO

from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.eventlog import recording
from kanban.models import Actor, Event, limits
from kanban.support import storage
from kanban.support.errors import Invalid
from kanban.support.pictures import MOST_PIXELS, NoPicture, TooManyPixels, square


def rename_oneself(actor: Actor, name: str | None) -> Event:
    """Give oneself another name. Raises Invalid."""
    with recording(actor, "user.edited", actor.user, scope=actor.user) as event:
        actor.user.name = values.line(name, limits.NAME, "name")
        event.detail = {"name": actor.user.name}
    return event


def put_picture(actor: Actor, picture: IO[bytes]) -> Event:
    """Take a picture of a person in the place of the one before. Raises Invalid."""
    try:
        data = square(picture)
    except TooManyPixels:
        most = MOST_PIXELS // 1_000_000
        raise Invalid(
            _("This picture has more than %(most)s megapixels. Make it smaller, then try again.", most=most),
            field="picture",
        ) from None
    except NoPicture:
        raise Invalid(_("This is no picture we can read. Take a JPEG, PNG, WebP or GIF."), field="picture") from None
    name = storage.keep(data, "webp")
    try:
        return _show(actor, name)
    except BaseException:
        storage.discard(name)
        raise


def remove_picture(actor: Actor) -> Event:
    """Be shown by initials again."""
    return _show(actor, None)


def _show(actor: Actor, name: str | None) -> Event:
    with recording(actor, "user.edited", actor.user, scope=actor.user) as event:
        before, actor.user.avatar = actor.user.avatar, name
        event.detail = {"name": actor.user.name}
    # Not before the change stands: until then somebody may be shown it.
    storage.discard(before)
    return event
