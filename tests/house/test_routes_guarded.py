"""Every route is for somebody signed in, or stands in a short list; every change asks for a token."""

from typing import Any

from flask import Flask
from flask.views import View
from flask_wtf.csrf import CSRFProtect

from kanban import api
from tests.web.routes import PUBLIC, routes

VIEWS = ("index", "show", "new", "create", "edit", "update", "destroy")


def test_whatever_is_not_public_is_guarded(app: Flask) -> None:
    unguarded = {
        route.rule.endpoint
        for route in routes(app, api=True)
        if not _is_guarded(app.view_functions[route.rule.endpoint])
    }
    assert unguarded == set()


def test_the_public_list_names_only_what_is_there(app: Flask) -> None:
    assert PUBLIC - {route.rule.endpoint for route in routes(app, public=True, api=True)} == set()


def test_every_change_asks_for_a_token(app: Flask) -> None:
    """But for those of the API: no cookie opens it, so that a forged form opens nothing."""
    csrf: CSRFProtect = app.extensions["csrf"]
    assert csrf._exempt_views == set()
    assert csrf._exempt_blueprints == set(api.BLUEPRINTS)
    for route in routes(app, public=True, api=True):
        blueprint = route.rule.endpoint.rpartition(".")[0]
        is_exempt = app.blueprints.get(blueprint) in csrf._exempt_blueprints
        assert is_exempt == route.rule.rule.startswith("/api/"), str(route)
    assert set(app.config["WTF_CSRF_METHODS"]) == {"POST", "PUT", "PATCH", "DELETE"}
    assert app.config["WTF_CSRF_CHECK_DEFAULT"] is True


def test_views_are_named_by_what_they_do(app: Flask) -> None:
    for endpoint in app.view_functions:
        if endpoint not in {"static"}:
            assert endpoint.rpartition(".")[2] in VIEWS, endpoint


def test_what_only_shows_is_get_and_what_changes_is_not(app: Flask) -> None:
    methods = {"index": "GET", "show": "GET", "new": "GET", "edit": "GET", "create": "POST PUT", "destroy": "DELETE"}
    for route in routes(app, public=True, api=True):
        name = route.rule.endpoint.rpartition(".")[2]
        assert route.method in methods.get(name, "POST PUT PATCH GET").split(), str(route)
        assert (route.method == "GET") == (name in {"index", "show", "new", "edit", "static"}), str(route)


def test_every_form_names_a_page_that_is_there(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        page = getattr(view, "form_at", None)
        if page is not None:
            rules = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules()}
            assert rules[page] == rules[endpoint], f"{endpoint} is drawn again by {page}, which takes other ids"


def _is_guarded(view: Any) -> bool:
    while view is not None and not isinstance(view, View):
        code = getattr(view, "__code__", None)
        if code is not None and code.co_qualname == "signed_in.<locals>.guarded":
            return True
        view = getattr(view, "__wrapped__", None)
    return False
