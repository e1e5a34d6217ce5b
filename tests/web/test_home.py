"""The first page, workspaces, preferences, help and previews."""

import pytest

from kanban.actions.boards import archive_board, delete_board
from kanban.models import Actor, Board, Workspace
from tests.web.conftest import Browser
from tests.world import Events, one


def test_home_shows_what_one_may_see(as_ada: Browser, as_eve: Browser, launch: Board) -> None:
    assert f'href="/boards/{launch.id}"' in as_ada.get("/").text
    assert "Launch" not in as_eve.get("/").text


def test_whoever_has_no_board_gets_three_ways_to_the_first(as_eve: Browser) -> None:
    page = as_eve.get("/").text
    assert "Your first board, Eve" in page
    for words in ("Bring a board from Trello", "Product team", "Editorial plan", "Hiring", "At home", "Start empty"):
        assert words in page


def test_a_workspace_is_made_shown_and_renamed(as_eve: Browser, events: Events) -> None:
    assert as_eve.get("/workspaces/new").status_code == 200
    answer = as_eve.plain("POST", "/workspaces", name="Gardeners")
    made = one(Workspace, name="Gardeners")
    assert answer.location == f"/workspaces/{made.id}"
    assert "Gardeners" in as_eve.get(answer.location).text
    assert as_eve.get(f"/workspaces/{made.id}/edit").status_code == 200
    assert as_eve.plain("PATCH", f"/workspaces/{made.id}", name="Growers").location == f"/workspaces/{made.id}"
    assert made.name == "Growers"
    assert events.actions == ["workspace.created", "workspace.renamed"]


@pytest.mark.parametrize("name", ["", "x" * 121])
def test_a_bad_name_of_a_workspace_is_refused_and_kept(
    as_ada: Browser, workspace: Workspace, events: Events, name: str
) -> None:
    for method, path in (("POST", "/workspaces"), ("PATCH", f"/workspaces/{workspace.id}")):
        answer = as_ada.plain(method, path, name=name)
        assert answer.status_code == 422
        assert f'value="{name}"' in answer.text
        assert 'id="name_error"' in answer.text
        assert as_ada.htmx(method, path, name=name).json["field"] == "name"
    assert not events


def test_a_member_does_not_rename_the_workspace(as_grace: Browser, workspace: Workspace, events: Events) -> None:
    assert as_grace.get(f"/workspaces/{workspace.id}/edit").status_code == 403
    assert as_grace.plain("PATCH", f"/workspaces/{workspace.id}", name="Mine").status_code == 403
    assert not events


def test_a_workspace_shows_what_was_put_away(
    as_ada: Browser, as_grace: Browser, ada: Actor, launch: Board, garden: Board
) -> None:
    archive_board(ada, launch)
    delete_board(ada, garden)
    page = as_ada.get(f"/workspaces/{launch.workspace_id}").text
    assert f'action="/boards/{launch.id}/archive?_method=delete"' in page
    assert f'action="/boards/{garden.id}/restoration?_method=put"' in page
    hers = as_grace.get(f"/workspaces/{launch.workspace_id}").text
    assert "Launch" in hers
    assert "/archive?_method=delete" not in hers
    assert "Garden" not in hers


def test_an_outsider_sees_no_workspace(as_eve: Browser, workspace: Workspace) -> None:
    for path in ("", "/edit", "/boards/new"):
        assert as_eve.get(f"/workspaces/{workspace.id}{path}").status_code == 404


def test_preferences_are_kept(as_ada: Browser, ada: Actor) -> None:
    assert as_ada.get("/preferences/edit").status_code == 200
    answer = as_ada.plain(
        "PUT",
        "/preferences",
        came_from="/help",
        theme="dark",
        label_style="bars",
        label_patterns=["0", "1"],
        single_keys="0",
        time_zone="Europe/Oslo",
    )
    assert (answer.status_code, answer.location) == (303, "/help")
    user = ada.user
    assert (user.theme, user.label_style, user.label_patterns, user.single_keys) == ("dark", "bars", True, False)
    page = as_ada.get("/").text
    for mark in ('data-theme="dark"', 'data-labels="bars"', "data-patterns", 'data-keys="off"'):
        assert mark in page


def test_a_script_sends_one_preference_alone(as_ada: Browser, ada: Actor) -> None:
    answer = as_ada.htmx("PUT", "/preferences", theme="light")
    assert (answer.status_code, answer.text) == (200, "")
    assert (ada.user.theme, ada.user.single_keys) == ("light", True)


@pytest.mark.parametrize(("name", "value"), [("theme", "pink"), ("label_style", "x"), ("time_zone", "Mars/Base")])
def test_an_unknown_preference_is_refused(as_ada: Browser, ada: Actor, name: str, value: str) -> None:
    assert as_ada.plain("PUT", "/preferences", **{name: value}).status_code == 422
    assert as_ada.htmx("PUT", "/preferences", **{name: value}).json["field"] == name
    assert getattr(ada.user, name) != value


def test_help_is_a_page(as_ada: Browser) -> None:
    assert "Choose a card" in as_ada.get("/help").text


def test_a_preview_is_a_fragment_or_a_page(as_ada: Browser) -> None:
    fragment = as_ada.htmx("POST", "/previews", text="**Hello** <script>")
    assert fragment.text.strip() == "<p><strong>Hello</strong> &lt;script&gt;</p>"
    for field in ("text", "body", "description"):
        page = as_ada.plain("POST", "/previews", **{field: "**Hello**"})
        assert page.status_code == 200
        assert "<strong>Hello</strong>" in page.text
    assert as_ada.htmx("POST", "/previews").text == ""
    assert as_ada.htmx("POST", "/previews", text="x" * 65_537).status_code == 422
