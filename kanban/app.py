"""Where everything is put together, and nowhere else."""

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from kanban import api, cli, cli_import, eventlog, jobs
from kanban.actions import mails
from kanban.api import errors as api_errors
from kanban.queries import site
from kanban.queries.home import starred_boards, workspaces_to_fill
from kanban.render import helpers
from kanban.support import assets, brakes, directory, jwt, limits, mailer, observe, oidc, queue, storage, tokens
from kanban.support.bus import bus
from kanban.support.db import configure_sqlite, db
from kanban.support.languages import LANGUAGES
from kanban.support.override import MethodOverride
from kanban.web import BLUEPRINTS, errors, finding, guards, headers, uploads

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """The application. `settings` are those of config.py; given, they stand over it (tests)."""
    settings = {**config.settings(), **(settings or {})}
    app = Flask(
        "kanban",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=settings["INSTANCE_PATH"],
    )
    app.config.update(settings)
    _configure(app)
    # An address with a slash too many would be put right by one that names whatever host was asked for.
    app.url_map.merge_slashes = False
    app.url_map.converters["int"] = finding.Number
    observe.init_app(app)
    db.init_app(app)
    if os.environ.get("FLASK_RUN_FROM_CLI"):
        # `flask db` needs Alembic, a server would only carry its 5 MB.
        from kanban.support import migrating

        migrating.init_app(app)
    Babel(app, default_locale="en", locale_selector=_language, timezone_selector=_time_zone)
    csrf = CSRFProtect(app)
    guards.login_manager.init_app(app, add_context_processor=False)
    eventlog.install()
    tokens.init_app(app)
    storage.init_app(app)
    jwt.init_app(app)
    mailer.init_app(app)
    site.give_defaults(registration=app.config["REGISTRATION"], session_days=app.config["SESSION_DAYS"])
    queue.init_app(app, modules=jobs.MODULES, schedule=jobs.SCHEDULE)
    bus.init_app(app, jobs.wake)
    eventlog.after_commit(jobs.announce)
    mails.after_writing(jobs.wake_mails)
    limits.init_app(app)
    oidc.init_app(app, [oidc.Provider(**each) for each in app.config["OIDC_PROVIDERS"]])
    directory.init_app(app, _directory(app.config))
    brakes.init_app(app)
    assets.init_app(app)
    helpers.install(app)
    headers.install(app)
    errors.install(app)
    api_errors.install(app)
    uploads.install(app)
    _share_with_templates(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_blueprint(api.bp)
    for blueprint in api.BLUEPRINTS:
        csrf.exempt(blueprint)
    cli.install(app)
    app.cli.add_command(cli_import.import_group(cli.actor_of))
    app.wsgi_app = MethodOverride(app.wsgi_app)  # type: ignore[method-assign]
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


def _configure(app: Flask) -> None:
    secure = app.config["BASE_URL"].startswith("https://")
    port = app.config["PORT"]
    app.config.update(
        SQLALCHEMY_DATABASE_URI=app.config["DATABASE_URL"],
        # What a statement was given (texts, addresses, hashes) must not come into a log by its failure.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        # The limit is the file's; some room for the form around it.
        MAX_CONTENT_LENGTH=app.config["MAX_UPLOAD_MB"] * 1024 * 1024 + 64 * 1024,
        # The prefix makes browsers refuse the cookie from another host or without TLS. Cookies
        # do not tell ports apart: two instances on one machine must not share a name.
        SESSION_COOKIE_NAME="__Host-kanban" if secure else f"kanban_{port}",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # The longest an admin can allow; how long one is good stands in its row.
        PERMANENT_SESSION_LIFETIME=timedelta(days=365),
        # The token is as old as its session, so that a form left open overnight still works.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
        # Our fields bring their own words.
        WTF_I18N_ENABLED=False,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=1_000,
    )
    configure_sqlite(synchronous=app.config["SQLITE_SYNCHRONOUS"])
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")


def _directory(settings: Mapping[str, Any]) -> directory.Directory | None:
    if not settings["LDAP_URL"]:
        return None
    return directory.Directory(
        url=settings["LDAP_URL"],
        base_dn=settings["LDAP_BASE_DN"],
        user_filter=settings["LDAP_USER_FILTER"],
        start_tls=settings["LDAP_START_TLS"],
        ca_file=settings["LDAP_CA_FILE"],
        bind_dn=settings["LDAP_BIND_DN"],
        bind_password=settings["LDAP_BIND_PASSWORD"],
        id_attribute=settings["LDAP_ID_ATTRIBUTE"],
        label=settings["LDAP_LABEL"],
        groups=tuple(dict.fromkeys(group for group, _workspace, _role in settings["LDAP_GROUPS"])),
    )


def _share_with_templates(app: Flask) -> None:
    app.jinja_env.globals["may_link"] = bool(app.config["OIDC_PROVIDERS"] or app.config["LDAP_URL"])
    app.jinja_env.globals["once"] = lambda: secrets.token_urlsafe(12)

    @app.context_processor
    def around_every_page() -> dict[str, Any]:
        person = guards.current_person()
        # Whoever has still to set up a second factor sees no board, not even its name.
        actor = None if guards.lacks_factor() else getattr(g, "actor", None)
        return {"person": person, "rail": _Rail(actor), "language": str(_language())}


class _Rail:
    """The starred boards, read only by the pages that draw the rail."""

    def __init__(self, actor: Any) -> None:
        self.actor = actor

    def __iter__(self) -> Any:
        return iter(starred_boards(self.actor) if self.actor is not None else [])

    @property
    def workspace_id(self) -> int | None:
        """Where "New board" makes one, on pages that know no workspace."""
        workspaces = workspaces_to_fill(self.actor) if self.actor is not None else []
        return workspaces[0].id if workspaces else None


def _language() -> str:
    person = guards.current_person() if request else None
    if person is not None and person.locale in LANGUAGES:
        return person.locale
    return (request.accept_languages.best_match(LANGUAGES) if request else None) or "en"


def _time_zone() -> str:
    person = guards.current_person() if request else None
    return person.time_zone if person is not None else "UTC"
