"""An import from file to board: checked, run, and taken up again when its worker died."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import lazy_gettext as _

from kanban.actions import transfers
from kanban.actions.staging import clear_staged, publish
from kanban.actions.transfers import Stopped, end_import, step
from kanban.models import Actor, Transfer, User, limits
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.errors import Refused
from kanban.support.observe import log
from kanban.transfer.refusals import BadFile
from kanban.transfer.trello.boards import boards_in
from kanban.transfer.trello.export import Export
from kanban.transfer.trello.loading import READ, Loader
from kanban.transfer.trello.reading import SCRATCH, read
from kanban.transfer.trello.receipt import count
from kanban.transfer.trello.updating import Updater

# Uploads that are still arriving have names that begin so.
ARRIVING = "arriving-"
_BEAT_EVERY = 1.0
# No upload and no import takes so many seconds.
_LEFT_BEHIND_AFTER = 24 * 3600
_OUR_FAULT = _("Something went wrong on our side. Nothing was imported. Try again, or tell whoever runs this site.")


def check_import(transfer: Transfer) -> bool:
    """Read the file and note its receipt; False where it holds several boards and one is still to be chosen.

    Raises BadFile for a file that cannot be imported.
    """
    path = Path(transfer.path)
    if "boards" not in (transfer.options or {}):
        boards = boards_in(path)
        transfers.note_boards(
            transfer, [{"entry": each.entry, "name": each.name, "size": each.size} for each in boards]
        )
    if not is_settled(transfer):
        return False
    beat = _Beat(lambda: transfers.touch_import(transfer))
    with read(path, entry_of(transfer), scratch=path.parent, tick=lambda _parts: beat()) as export:
        receipt = count(export, now=now(), tick=lambda _cards: beat())
    _refuse_what_is_too_much(receipt["counts"])
    transfers.note_receipt(transfer, receipt)
    return True


def check_unattended(transfer_id: int) -> None:
    """Check a file too large to be read while somebody waits; what is wrong with it is noted."""
    transfer = db.session.get(Transfer, transfer_id)
    if transfer is None or transfer.state != "uploaded":
        return
    with _in_the_words_of(transfer):
        try:
            if not transfers.begin_check(transfer):
                raise BadFile(_OUR_FAULT, code="gave_up")
            check_import(transfer)
        except Stopped:
            pass
        except Refused as wrong:
            _fail(transfer, str(wrong))
        except Exception:
            log.exception("check of an import failed", transfer=transfer_id)
            db.session.rollback()
            _fail(transfer, str(_OUR_FAULT))


def run_import(transfer_id: int, *, base_url: str) -> int | None:
    """Import what is in the queue; the id of the event. Safe to be called twice: one call does it."""
    transfer = transfers.claim_import(transfer_id)
    if transfer is None:
        return None
    run = transfer.tries
    with _in_the_words_of(transfer):
        try:
            event_id = _run(transfer, base_url)
            remove_file(transfer)
            return event_id
        except Stopped:
            _stop(transfer, run)
        except Refused as wrong:
            _fail(transfer, str(wrong), run)
        except Exception:
            # Our fault and not the file's: it is said so, and the log tells what it was.
            log.exception("import failed", transfer=transfer_id)
            db.session.rollback()
            _fail(transfer, str(_OUR_FAULT), run)
    return None


def sweep_imports(run: Callable[[int], Any], check: Callable[[int], Any], uploads: Path | None = None) -> None:
    """Have those imports taken up that should be worked on and are not; throw away what was forgotten.

    In the folder of uploads that is also what processes have left that were killed.
    """
    for transfer in transfers.silent_imports():
        if transfer.state == "queued" or _taken_from_the_dead(transfer):
            run(transfer.id)
    for transfer in transfers.unchecked_imports():
        check(transfer.id)
    for transfer in transfers.forgotten_imports():
        end_import(transfer, "cancelled")
        remove_file(transfer)
    if uploads is not None and uploads.is_dir():
        _clear_leftovers(uploads)


def remove_file(transfer: Transfer) -> None:
    """Throw an uploaded file away, once nothing will be read from it any more."""
    if not (transfer.options or {}).get("keep_file"):
        Path(transfer.path).unlink(missing_ok=True)


def is_settled(transfer: Transfer) -> bool:
    """Whether it is clear which board of the file is meant."""
    options = transfer.options or {}
    return bool(options.get("entry")) or len(options.get("boards", ())) == 1


def entry_of(transfer: Transfer) -> str | None:
    """Which file of a zip the board is; None where the upload is no zip."""
    options = transfer.options or {}
    entry: str | None = options.get("entry") or options["boards"][0]["entry"]
    return entry


def _run(transfer: Transfer, base_url: str) -> int | None:
    if not Path(transfer.path).is_file():
        raise BadFile(_("The uploaded file is gone. Upload it again."), code="gone")
    # Rows of a worker that died are none of this run's.
    clear_staged(_staged(transfer))
    actor = Actor(db.session.get_one(User, transfer.user_id), via="import")
    path = Path(transfer.path)
    with read(path, entry_of(transfer), scratch=path.parent, tick=_Reading(transfer)) as export:
        if transfer.into_id is not None:
            return Updater(export, transfer, actor, base_url=base_url, now=now()).update()
        return _make(export, transfer, actor, base_url)


def _make(export: Export, transfer: Transfer, actor: Actor, base_url: str) -> int | None:
    loader = Loader(export, transfer, base_url=base_url, time_zone=actor.user.time_zone, now=now())
    board = loader.load()
    detail = {"name": board.name, "transfer": transfer.id, "receipt": (transfer.receipt or {}).get("counts", {})}
    event = publish(
        actor,
        transfer,
        board,
        last_number=loader.last_number,
        detail=detail,
        with_star=export.board.is_starred,
    )
    return event.id


class _Beat:
    """Calls something at most once a second."""

    def __init__(self, what: Callable[[], None]) -> None:
        self._what = what
        self._last = time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self._last >= _BEAT_EVERY:
            self._what()
            self._last = time.monotonic()


class _Reading:
    """Tells how far the reading of a file is."""

    def __init__(self, transfer: Transfer) -> None:
        self._transfer = transfer
        self._expected = max(1, (transfer.receipt or {}).get("parts", 1))
        self._read = 0
        self._beat = _Beat(self._tell)

    def __call__(self, parts: int) -> None:
        self._read = parts
        self._beat()

    def _tell(self) -> None:
        with step(self._transfer, READ * min(self._read, self._expected) // self._expected):
            pass


def _staged(transfer: Transfer) -> int | None:
    """The board that some run of this import has begun to fill."""
    return db.session.scalar(sa.select(Transfer.board_id).where(Transfer.id == transfer.id))


def _fail(transfer: Transfer, why: str, run: int | None = None) -> None:
    staged = _staged(transfer)
    end_import(transfer, "failed", error=why, run=run)
    if transfer.state == "failed":
        clear_staged(staged)
        remove_file(transfer)


def _stop(transfer: Transfer, run: int) -> None:
    """End what was cancelled; what another worker has taken over is left to it."""
    staged = _staged(transfer)
    db.session.refresh(transfer)
    if transfer.tries == run and transfer.cancel_asked_at is not None:
        end_import(transfer, "cancelled", run=run)
        clear_staged(staged)
        remove_file(transfer)


def _taken_from_the_dead(transfer: Transfer) -> bool:
    """Clear up behind a worker that died; whether its import is in the queue again."""
    staged = transfer.board_id
    if transfer.cancel_asked_at is not None:
        _stop(transfer, transfer.tries)
        return False
    if transfers.requeue_import(transfer):
        clear_staged(staged)
        return True
    _fail(transfer, str(_("The import broke off three times. Nothing was imported. Tell whoever runs this site.")))
    return False


def _refuse_what_is_too_much(counts: dict[str, Any]) -> None:
    """Raise BadFile for a board larger than boards here can be."""
    if counts["cards_open"] > limits.CARDS:
        raise BadFile(
            _(
                "This board has %(count)s open cards; a board here holds %(most)s."
                " Archive some in Trello and export it again.",
                count=counts["cards_open"],
                most=limits.CARDS,
            ),
            code="too_many",
        )
    if counts["lists_open"] > limits.LISTS:
        raise BadFile(
            _(
                "This board has %(count)s open lists; a board here holds %(most)s."
                " Archive some in Trello and export it again.",
                count=counts["lists_open"],
                most=limits.LISTS,
            ),
            code="too_many",
        )


def _clear_leftovers(uploads: Path) -> None:
    longest_ago = time.time() - _LEFT_BEHIND_AFTER
    for path in uploads.iterdir():
        if path.name.startswith((SCRATCH, ARRIVING)) and path.stat().st_mtime < longest_ago:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _in_the_words_of(transfer: Transfer) -> Any:
    """Sentences that are kept are in the language of whom they are for."""
    return force_locale(db.session.get_one(User, transfer.user_id).locale)
