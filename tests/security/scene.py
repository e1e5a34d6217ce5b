"""Two workspaces with something of every kind in every state: Ada's, on which people have roles, and Eve's own."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa

from kanban.actions.accounts import create_account, make_link, make_setup_token
from kanban.actions.assignments import watch_card
from kanban.actions.attachments import attach_link
from kanban.actions.boards import archive_board, create_board, delete_board, edit_board, star_board
from kanban.actions.cards import NewCard, create_cards, describe_card, rename_card
from kanban.actions.checklists import complete_item, create_checklist, create_items
from kanban.actions.comments import create_comment
from kanban.actions.dates import schedule_card
from kanban.actions.grants import grant_by_password
from kanban.actions.groups import add_board_group, create_group
from kanban.actions.identities import Outsider, link_identity
from kanban.actions.invitations import invite
from kanban.actions.labels import create_label, label_card
from kanban.actions.lists import create_lists
from kanban.actions.mails import write_mail
from kanban.actions.members import add_board_member, add_workspace_member
from kanban.actions.profiles import put_picture
from kanban.actions.sessions import Place, begin_session
from kanban.actions.shares import share_board
from kanban.actions.states import archive_card, archive_list, complete_card, delete_card, delete_list
from kanban.actions.tokens import create_token
from kanban.actions.totps import new_key
from kanban.actions.transfers import upload_import
from kanban.actions.workspaces import create_workspace
from kanban.models import (
    Actor,
    Board,
    BoardMember,
    Card,
    Checklist,
    Group,
    Identity,
    Item,
    JoinRequest,
    Label,
    List,
    TokenFamily,
    Totp,
    Transfer,
    User,
    Workspace,
)
from kanban.support.clock import now
from kanban.support.db import Model, db, transaction
from kanban.transfer.imports import check_import
from tests.keys import SoftKey, code_now
from tests.support.test_pictures import a_picture
from tests.transfer.exports import a_board, a_card, object_id
from tests.world import PASSWORD, build_world, one

Things = dict[str, Any]

NOWHERE = 999_999
# Grace signs in with it.
KEY = SoftKey()
# A member like Grace, whose account has been closed.
DORA = "dora@example.org"
# Somebody who has not proved her address yet.
VERA = "vera@example.org"
# A member of the workspace who is on no board.
HUGO = "hugo@example.org"
# She looks after the site, once she is appointed.
IDA = "ida@example.org"
# Somebody who has forgotten her password.
RITA = "rita@example.org"


def build(folder: Path) -> tuple[Things, Things]:
    """Fill an empty database; the ids of Ada's things, and of Eve's."""
    build_world()
    ada, grace, edgar, eve = (_actor(f"{name}@example.org") for name in ("ada", "grace", "edgar", "eve"))
    dora = Actor(create_account("Dora Gone", DORA, PASSWORD))
    engines, launch = one(Workspace, name="Engines"), one(Board, name="Launch")
    add_workspace_member(ada, engines, dora.user)
    add_board_member(ada, launch, dora.user, "admin")
    hers = _fill(ada, engines, launch, folder)
    other = db.session.get_one(Board, hers["other_board"])
    for actor, role in ((grace, "member"), (edgar, "observer")):
        add_board_member(ada, other, actor.user, role)
        star_board(actor, other)
        watch_card(actor, db.session.get_one(Card, hers["other_card"]))
        hers[actor.user.name.split()[0].lower()] = actor.id
    # Something of her own that she can take back.
    rename_card(grace, db.session.get_one(Card, hers["second_card"]), "Named by Grace")
    create_account("Vera New", VERA, PASSWORD)
    create_account("Rita Lost", RITA, PASSWORD)
    ida = create_account("Ida Root", IDA, PASSWORD)
    _appoint(ada, engines, hers)
    hugo = Actor(create_account("Hugo Beside", HUGO, PASSWORD))
    add_workspace_member(ada, engines, hugo.user)
    create_workspace(eve, "Outside")
    outside = one(Workspace, name="Outside")
    create_board(eve, outside, "Eve's own", lists=["To do", "Doing"])
    own = _fill(eve, outside, one(Board, name="Eve's own"), folder)
    own["grace"] = own["edgar"] = own["hugo"] = own["dora"] = eve.id
    hers["hugo"], hers["dora"] = hugo.id, dora.id
    hers["request"], own["request"] = _ask(launch, hugo), _ask(db.session.get_one(Board, own["board"]), hugo)
    hers["passkey"] = KEY.give(grace.user).id
    put_picture(Actor(ida), a_picture())
    hers["picture"] = own["picture"] = ida.avatar
    with transaction() as session:
        session.add(Totp(user_id=ida.id, sealed="-"))
        hers["mail"] = own["mail"] = _mail(ida)
        table = User.__table__
        session.execute(sa.update(table).where(table.c.id == dora.id).values(disabled_at=now()))
        session.execute(sa.update(table).where(table.c.email == VERA).values(verified_at=None))
    return hers, own


def secrets() -> Things:
    """The secrets of links that are good once, made anew."""
    vera = one(User, email=VERA)
    with transaction():
        verify_secret = make_link(vera, "verify", VERA, timedelta(days=1))
        rita = one(User, email=RITA)
        reset_secret = make_link(rita, "reset", RITA, timedelta(hours=1))
        leave_secret = make_link(rita, "leave_address", "moved@example.org", timedelta(days=1))
    eve = _actor("eve@example.org")
    key = new_key(eve, "Kanban")
    _link, invite_secret = invite(_actor("ada@example.org"), one(Workspace, name="Engines"), "member", uses=9)
    return {
        "totp_key": key.sealed,
        "totp_code": code_now(key.secret),
        "leave_secret": leave_secret,
        "setup_token": make_setup_token(),
        "verify_secret": verify_secret,
        "invite_secret": invite_secret,
        "reset_secret": reset_secret,
    }


def key_for(path: str) -> SoftKey:
    """The key that answers there: a new one where one is added, else Grace's."""
    return SoftKey(b"another") if path == "/account/passkeys" else KEY


def appoint(email: str) -> None:
    """Make somebody an admin of the site: from then on the link for the first one is good no more."""
    with transaction() as session:
        table = User.__table__
        session.execute(sa.update(table).where(table.c.email == email).values(is_admin=True))


def lay_files(folder: Path) -> None:
    """Put the uploaded files where their transfers look for them: some requests throw them away."""
    board = json.dumps(a_board()).encode()
    (folder / "plain.json").write_bytes(board)
    with zipfile.ZipFile(folder / "two.zip", "w") as archive:
        archive.writestr("one.json", board)
        archive.writestr("two.json", json.dumps(a_board(id=object_id(1, 2), name="Trains", cards=[])))


def upload() -> tuple[io.BytesIO, str]:
    """A board that can be imported, as a form sends it."""
    return io.BytesIO(json.dumps(a_board(id=object_id(1, 9), cards=[a_card(1)])).encode()), "board.json"


class Scene:
    """Ids of Ada's things (`hers`) and of Eve's (`own`). To be laid out, which after the first time takes a moment."""

    hers: ClassVar[Things] = {}
    own: ClassVar[Things] = {}
    _rows: ClassVar[dict[sa.Table, list[dict[str, Any]]]] = {}

    def __init__(self, folder: Path, wipe: Callable[[], None]) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._wipe = wipe

    def lay_out(self) -> None:
        """Have the database hold the scene as it was at first, and nothing else."""
        self._wipe()
        if not self._rows:
            for things, made in zip((self.hers, self.own), build(self._folder), strict=True):
                things.update(made)
            db.session.remove()
            self._keep()
            return
        lay_files(self._folder)
        with db.engine.begin() as connection:
            for table, rows in self._rows.items():
                if rows:
                    connection.execute(sa.insert(table), rows)
                if rows and connection.dialect.name == "postgresql" and table.autoincrement_column is not None:
                    highest = max(row["id"] for row in rows)
                    connection.execute(sa.select(sa.func.setval(f"{table.name}_id_seq", highest)))

    def _keep(self) -> None:
        with db.engine.connect() as connection:
            for table in Model.metadata.sorted_tables:
                # In the order of their ids: what points to its own kind points back.
                query = sa.select(table).order_by(*table.primary_key.columns)
                self._rows[table] = [dict(row) for row in connection.execute(query).mappings()]


def everything() -> dict[str, list[str]]:
    """All that the database holds, but for who is signed in, and when somebody last looked at a board."""
    found = {}
    with db.engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            if table.name not in {"visits", "sessions", "audit_entries", "settings"}:
                found[table.name] = sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
    return found


def _mail(to: User) -> int:
    """One that waits."""
    mail = write_mail("no_password", to)
    db.session.flush()
    return mail.id


def _actor(email: str) -> Actor:
    return Actor(one(User, email=email))


def _fill(actor: Actor, workspace: Workspace, board: Board, folder: Path) -> Things:
    """Something of every kind, live, archived, done and deleted."""
    lists = list(db.session.scalars(sa.select(List).where(List.board_id == board.id).order_by(List.rank)))
    made: Things = {"me": actor.id, "workspace": workspace.id, "board": board.id}
    made["list"], made["second_list"] = lists[0].id, lists[1].id
    names = ["The card", "The second", "Put away", "Thrown away", "Done with"]
    first = create_cards(actor, lists[0], [NewCard(name) for name in names]).subject_id
    cards = [db.session.get_one(Card, first + n) for n in range(len(names))]
    made["card"], made["second_card"], made["away_card"], made["gone_card"], made["done_card"] = (
        card.id for card in cards
    )
    describe_card(actor, cards[0], "- [ ] a box\n- [x] another")
    schedule_card(actor, cards[0], due_at=now())
    archive_card(actor, cards[2])
    delete_card(actor, cards[3])
    complete_card(actor, cards[4])
    for name, act in (("away_list", archive_list), ("gone_list", delete_list)):
        made[name] = create_lists(actor, board, [name]).subject_id
        act(actor, db.session.get_one(List, made[name]))
    for name, on_card in (("label", True), ("second_label", False)):
        made[name] = create_label(actor, board, name=name, color="red").subject_id
        if on_card:
            label_card(actor, cards[0], db.session.get_one(Label, made[name]))
    for name, texts in (("checklist", ["One", "Two", "Three"]), ("second_checklist", ["Four"])):
        made[name] = create_checklist(actor, cards[0], name).subject_id
        create_items(actor, db.session.get_one(Checklist, made[name]), texts)
    made["item"], made["second_item"], made["done_item"] = db.session.scalars(
        sa.select(Item.id).where(Item.checklist_id == made["checklist"]).order_by(Item.rank)
    )
    complete_item(actor, db.session.get_one(Item, made["done_item"]))
    made["comment"] = create_comment(actor, cards[0], "Said by the owner").subject_id
    made["attachment"] = attach_link(actor, cards[0], "https://example.org/paper").subject_id
    share, made["share_secret"] = share_board(actor, board)
    made["share"] = share.id
    made["event"] = rename_card(actor, cards[0], "The card itself").id
    made |= _other_boards(actor, workspace)
    made |= _groups(actor, workspace, board)
    made["invitation"] = invite(actor, workspace, "member", email="somebody@example.org")[0].id
    made |= _transfers(actor, workspace, folder)
    made |= _ways_in(actor)
    link_identity(actor, Outsider("http://house.test", str(actor.id), "house", "House"))
    made["identity"] = one(Identity, user_id=actor.id).id
    return made


def _ways_in(actor: Actor) -> Things:
    """Another browser of theirs, a program that has signed in, and one with a token.

    None of them has a name: a sign-in by another one would be mailed about.
    """
    begun, _secret = begin_session(actor.user, "password", Place(), is_remembered=True)
    grant_by_password(actor.user.email or "", PASSWORD, "", Place())
    token, _secret = create_token(actor, "A token")
    return {"session": begun.id, "program": one(TokenFamily, user_id=actor.id).id, "token": token.id}


def _other_boards(actor: Actor, workspace: Workspace) -> Things:
    made: Things = {}
    for name in ("other_board", "away_board", "gone_board"):
        made[name] = create_board(actor, workspace, name, lists=["First"]).subject_id
    other_list = one(List, board_id=made["other_board"])
    made["other_list"] = other_list.id
    made["other_card"] = create_cards(actor, other_list, [NewCard("Elsewhere", items=["Far"])]).subject_id
    item = one(Item, card_id=made["other_card"])
    made["other_item"], made["other_checklist"] = item.id, item.checklist_id
    made["other_label"] = create_label(
        actor, db.session.get_one(Board, made["other_board"]), name="theirs", color="teal"
    ).subject_id
    archive_board(actor, db.session.get_one(Board, made["away_board"]))
    delete_board(actor, db.session.get_one(Board, made["gone_board"]))
    star_board(actor, db.session.get_one(Board, made["other_board"]))
    watch_card(actor, db.session.get_one(Card, made["other_card"]))
    return made


def _groups(actor: Actor, workspace: Workspace, board: Board) -> Things:
    made: Things = {name: create_group(actor, workspace, name).subject_id for name in ("group", "board_group")}
    add_board_group(actor, board, db.session.get_one(Group, made["board_group"]), "observer")
    made["open_board"] = create_board(actor, workspace, "open_board", visibility="workspace").subject_id
    edit_board(actor, db.session.get_one(Board, made["open_board"]), workspace_role="observer")
    return made


def _appoint(ada: Actor, workspace: Workspace, hers: Things) -> None:
    """People with one role alone: an admin of its boards, an admin of the workspace, a guest who is on no board."""
    bea, wanda, gus = (
        create_account(f"{name} Only", f"{name}@example.org", PASSWORD) for name in ("bea", "wanda", "gus")
    )
    for user, role in ((bea, "member"), (wanda, "admin"), (gus, "guest")):
        add_workspace_member(ada, workspace, user, role)
    boards = [hers[name] for name in ("board", "other_board", "away_board", "gone_board")]
    with transaction() as session:
        # To an archived board nobody is added.
        rows = [{"board_id": id_, "user_id": bea.id, "role": "admin"} for id_ in boards]
        session.execute(sa.insert(BoardMember.__table__), rows)
        # Whoever asks others for a second factor has one.
        session.add(Totp(user_id=wanda.id, sealed="-"))
    # Something of her own that she can take back.
    rename_card(Actor(bea), db.session.get_one(Card, hers["done_card"]), "Named by Bea")


def _ask(board: Board, actor: Actor) -> int:
    """What somebody asks of a board, as they did while it was open to them."""
    with transaction() as session:
        asked = JoinRequest(board_id=board.id, user_id=actor.id)
        session.add(asked)
        session.flush()
        return asked.id


def _transfers(actor: Actor, workspace: Workspace, folder: Path) -> Things:
    """An import that has been looked into, and one of which a board is still to be chosen."""
    lay_files(folder)
    made: Things = {}
    for key, name in (("transfer", "plain.json"), ("zip_transfer", "two.zip")):
        path = folder / name
        transfer: Transfer = upload_import(
            actor, workspace, path=str(path), filename=name, size=path.stat().st_size, options={"keep_file": True}
        )
        check_import(transfer)
        made[key] = transfer.id
    return made
