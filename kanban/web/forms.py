"""Reading what a form sent."""

import re
from typing import Any, TypeVar

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as MayBeEmpty

from kanban.support.errors import Invalid

_LARGEST = 2**31 - 1
_WHOLE = re.compile(r"-?[0-9]{1,11}")


class Form(FlaskForm):
    """A form of ours. The token against forgery is checked for the whole site, before any form is read."""

    class Meta:
        csrf = False

        def wrap_formdata(self, _form: Any, _formdata: Any) -> Any:
            """Always what a form has sent, if only nothing: a body of another kind is no form."""
            return request.form


F = TypeVar("F", bound=Form)


class Text(StringField):
    """Text, or None where the field was not sent at all."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[0] if valuelist else None


class Number(IntegerField):
    """A whole number, or None where nothing was typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            self.data = None
            return
        if not _WHOLE.fullmatch(text):
            self.data = None
            raise ValueError(_("Type a whole number."))
        self.data = int(text)


class Id(Number):
    """The id of something, or None."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        message = _("Choose one of the values on offer.")
        super().__init__(*args, validators=[MayBeEmpty(), NumberRange(1, _LARGEST, message)], **kwargs)


class Ids(Field):
    """Ids of several things: checkboxes of one name."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = []
        for text in valuelist:
            if not (text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) <= _LARGEST):
                raise ValueError(_("Choose from the values on offer."))
            self.data.append(int(text))


class Tick(Field):
    """A checkbox: true when it was sent, unless with an empty value, `0` or `false`."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = bool(valuelist) and valuelist[-1] not in {"", "0", "false"}


class Place(Form):
    """Before or after another thing of its kind; neither means last."""

    before_id = Id()
    after_id = Id()
    # Whether script has put it there already.
    placed = Tick()


def read(form_class: type[F]) -> F:
    """The form that was sent, read and checked. Raises Invalid with the first thing that is wrong."""
    form = form_class()
    if not form.validate():
        field, messages = next(iter(form.errors.items()))
        raise Invalid(messages[0], field=field)
    return form


def asked(name: str) -> int | None:
    """A whole number in the address, such as the id to go on after; None for anything else."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _LARGEST else None


def once() -> str | None:
    """The mark of the form that was sent, by which a second sending is recognised."""
    mark = request.form.get("once", "")
    return mark if 8 <= len(mark) <= 64 and mark.isascii() and mark.isprintable() else None
