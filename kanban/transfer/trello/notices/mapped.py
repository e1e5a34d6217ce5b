"""What arrives in another shape than it had."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from kanban.transfer.trello.notices.lines import Line, ngettext


def mapped(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    if notes.get("was_shared"):
        yield Line(_("The board was open to others in Trello. Here it is private until you share it."))
    if n["board_closed"]:
        yield Line(_("The board was closed in Trello. Here it is archived."))
    if notes.get("is_template"):
        yield Line(_("The board was a template in Trello. Here it is an ordinary board."))
    if count := n["members"] + n["members_only_referenced"]:
        yield Line(
            ngettext(
                "%(count)s person becomes a name on cards. Nobody gets an account, an invitation or a mail by this.",
                "%(count)s people become names on cards. Nobody gets an account, an invitation or a mail by this.",
                count,
            )
        )
    if count := notes.get("shaded_labels"):
        yield Line(
            ngettext(
                "%(count)s label in a light or dark shade takes the colour itself.",
                "%(count)s labels in light or dark shades take the colour itself.",
                count,
            )
        )
    if count := notes.get("colourless_labels"):
        yield Line(
            ngettext(
                "%(count)s label without a colour becomes slate.",
                "%(count)s labels without a colour become slate.",
                count,
            )
        )
    if count := notes.get("strange_labels"):
        yield Line(
            ngettext(
                "%(count)s label of an unknown colour becomes slate.",
                "%(count)s labels of unknown colours become slate.",
                count,
            )
        )
    if count := n["attachments_uploads"]:
        yield Line(
            ngettext(
                "%(count)s uploaded file stays in Trello: the export holds only its address. The card links to it.",
                "%(count)s uploaded files stay in Trello: the export holds only their"
                " addresses. The cards link to them.",
                count,
            )
        )
    if count := n["cards_without_list"]:
        yield Line(
            ngettext(
                "%(count)s card has no list in the file. It comes into an archived list of its own.",
                "%(count)s cards have no list in the file. They come into an archived list of their own.",
                count,
            )
        )
    yield from _shortened(notes)
    if count := notes.get("untitled"):
        yield Line(
            ngettext(
                "%(count)s card without a title becomes “(untitled)”.",
                "%(count)s cards without a title become “(untitled)”.",
                count,
            )
        )
    if count := notes.get("places"):
        yield Line(
            ngettext(
                "%(count)s place on a map becomes a line of the description.",
                "%(count)s places on a map become lines of the descriptions.",
                count,
            )
        )
    if count := n["cards_template"]:
        yield Line(
            ngettext(
                "%(count)s template becomes an ordinary card.", "%(count)s templates become ordinary cards.", count
            )
        )
    if count := notes.get("special_cards"):
        yield Line(
            ngettext(
                "%(count)s separator or link card becomes an ordinary card.",
                "%(count)s separator or link cards become ordinary cards.",
                count,
            )
        )
    if count := notes.get("mirrors"):
        yield Line(
            ngettext(
                "%(count)s mirror of another board's card becomes a card of its own.",
                "%(count)s mirrors of other boards' cards become cards of their own.",
                count,
            )
        )


def _shortened(notes: dict[str, Any]) -> Iterator[Line]:
    if notes.get("long_board_name"):
        yield Line(
            _("The board's name is longer than names are here. It is shortened, and stands in full in the description.")
        )
    if count := notes.get("long_titles"):
        yield Line(
            ngettext(
                "%(count)s title is longer than titles are here. It stands in full at the top of the description.",
                "%(count)s titles are longer than titles are here. They stand in full at the top of the descriptions.",
                count,
            )
        )
    if count := sum(notes.get(key, 0) for key in ("long_list_names", "long_labels", "long_items")):
        yield Line(
            ngettext(
                "%(count)s name of a list, label or checklist item is too long and is shortened.",
                "%(count)s names of lists, labels or checklist items are too long and are shortened.",
                count,
            )
        )
    if count := notes.get("long_texts"):
        yield Line(
            ngettext(
                "%(count)s text is longer than a text can be here. Its end goes into a comment.",
                "%(count)s texts are longer than a text can be here. Their ends go into comments.",
                count,
            )
        )
