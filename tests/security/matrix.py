"""Who may use which route: each one of the site, what it asks of a person, and a request that does something.

A route that is not listed fails a test. What stands in braces is the id of a thing of the scene.
"""

from typing import Any, NamedTuple

from tests.world import PASSWORD

# What a route asks of a person. Three are roles on a board, and as much in its workspace: observer
# and guest, member, admin and owner. The last is to look after the site, which opens no board.
ANYBODY, SOMEBODY, LOOKS, WORKS, RULES, ADMIN = -1, 0, 1, 2, 3, 4


class Row(NamedTuple):
    """A request that does something, and who it asks for; `is_hidden` from whoever it is not for, even from members."""

    method: str
    path: str
    least: int
    fields: dict[str, Any] = {}
    is_hidden: bool = False
    changes: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + ("+" + "+".join(self.fields) if self.fields else "")

    @property
    def is_safe(self) -> bool:
        return self.method == "GET"

    @property
    def named(self) -> list[str]:
        """The things it names, in its address and in its fields."""
        texts = [self.path, *(str(value) for value in self.fields.values())]
        return [part.split("}")[0] for text in texts for part in text.split("{")[1:]]

    def filled(self, things: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Its address and its fields, with ids in place of names."""
        return self.path.format(**things), {name: str(value).format(**things) for name, value in self.fields.items()}


def _get(path: str, least: int, **more: Any) -> Row:
    return Row("GET", path, least, changes=False, **more)


_ACCOUNT = {"name": "New Comer", "email": "new@example.org", "password": "a long tape of paper"}

_INVITED = {"way": "mail", "email": "invited@example.org", "role": "member"}

ROWS = (
    # Whoever comes by
    _get("/healthz", ANYBODY),
    _get("/readyz", ANYBODY),
    _get("/static/x/js/board.js", ANYBODY),
    _get("/session/new", ANYBODY),
    Row("POST", "/session", ANYBODY, {"email": "ada@example.org", "password": PASSWORD}, changes=False),
    _get("/session/factor/new", ANYBODY),
    Row("POST", "/session/factor", ANYBODY, {"code": "123456"}, changes=False),
    Row("POST", "/session/challenge", ANYBODY, {"purpose": "sign_in"}),
    Row("POST", "/session/passkey", ANYBODY),
    Row("DELETE", "/session", ANYBODY, changes=False),
    _get("/accounts/new", ANYBODY),
    Row("POST", "/accounts", ANYBODY, _ACCOUNT),
    _get("/setup/{setup_token}", ANYBODY),
    Row("PUT", "/setup/{setup_token}", ANYBODY, _ACCOUNT),
    _get("/verifications/new", ANYBODY),
    Row("POST", "/verifications", ANYBODY, {"email": "vera@example.org"}),
    _get("/verifications/{verify_secret}", ANYBODY),
    Row("PUT", "/verifications/{verify_secret}", ANYBODY, {"password": PASSWORD}),
    _get("/resets/new", ANYBODY),
    Row("POST", "/resets", ANYBODY, {"email": "ada@example.org"}),
    _get("/resets/{reset_secret}", ANYBODY),
    Row("PUT", "/resets/{reset_secret}", ANYBODY, {"password": "another engine of brass"}),
    _get("/shared/{share_secret}", ANYBODY),
    _get("/shared/{share_secret}/lists/{list}?after={card}", ANYBODY),
    _get("/shared/{share_secret}/cards/{card}", ANYBODY),
    _get("/addresses/{leave_secret}", ANYBODY),
    Row("PUT", "/addresses/{leave_secret}", ANYBODY),
    Row("POST", "/oidc/house", ANYBODY),
    _get("/oidc/house/callback?state=x", ANYBODY),
    _get("/invitations/{invite_secret}", ANYBODY),
    Row("POST", "/invitations/{invite_secret}/acceptance", ANYBODY, {**_ACCOUNT, "email": "guest@example.org"}),
    # Whoever has an account
    Row("PUT", "/invitations/{invite_secret}/acceptance", SOMEBODY),
    _get("/", SOMEBODY),
    _get("/help", SOMEBODY),
    _get("/preferences/edit", SOMEBODY),
    Row("PUT", "/preferences", SOMEBODY, {"theme": "dark"}),
    _get("/session/confirmation/new", SOMEBODY),
    Row("POST", "/session/confirmation", SOMEBODY, {"password": PASSWORD}, changes=False),
    _get("/account/factors", SOMEBODY),
    _get("/account/totp/new", SOMEBODY),
    Row("POST", "/account/totp", SOMEBODY, {"key": "{totp_key}", "code": "{totp_code}"}),
    _get("/account/totp/edit", SOMEBODY),
    Row("DELETE", "/account/totp", SOMEBODY, changes=False),
    _get("/account/recovery_codes/new", SOMEBODY),
    Row("POST", "/account/recovery_codes", SOMEBODY),
    Row("POST", "/account/challenge", SOMEBODY, {"purpose": "add"}),
    _get("/account/passkeys/new", SOMEBODY),
    Row("POST", "/account/passkeys", SOMEBODY, {"name": "Blue"}),
    # Grace's own.
    _get("/account/passkeys/{passkey}/edit", WORKS, is_hidden=True),
    Row("PATCH", "/account/passkeys/{passkey}", WORKS, {"name": "Green"}, is_hidden=True),
    Row("DELETE", "/account/passkeys/{passkey}", WORKS, is_hidden=True),
    _get("/account/edit", SOMEBODY),
    Row("PUT", "/account", SOMEBODY, {"name": "Another Name"}),
    Row("PUT", "/account/avatar", SOMEBODY),
    Row("DELETE", "/account/avatar", SOMEBODY),
    _get("/avatars/{picture}", SOMEBODY),
    _get("/account/data", SOMEBODY),
    Row("POST", "/account/data", SOMEBODY, changes=False),
    _get("/account/address/edit", SOMEBODY),
    Row("PUT", "/account/address", SOMEBODY, {"email": "moved@example.org"}),
    _get("/account/password/edit", SOMEBODY),
    Row("PUT", "/account/password", SOMEBODY, {"old_password": PASSWORD, "password": "another engine of brass"}),
    Row("POST", "/previews", SOMEBODY, {"text": "*words*"}, changes=False),
    _get("/workspaces/new", SOMEBODY),
    Row("POST", "/workspaces", SOMEBODY, {"name": "A new one"}),
    _get("/imports", SOMEBODY),
    _get("/imports/new", SOMEBODY),
    _get("/account/identities", SOMEBODY),
    Row("POST", "/account/identities", SOMEBODY, {"provider": "house"}),
    _get("/account/sessions", SOMEBODY),
    Row("DELETE", "/account/sessions/others", SOMEBODY),
    _get("/account/tokens", SOMEBODY),
    _get("/account/tokens/new", SOMEBODY),
    Row("POST", "/account/tokens", SOMEBODY, {"name": "Backup", "level": "read", "days": "30"}),
    Row("POST", "/account/tokens", LOOKS, {"name": "Here", "level": "write", "days": "0", "board_id": "{board}"}),
    # Workspaces
    _get("/workspaces/{workspace}", LOOKS),
    _get("/workspaces/{workspace}/edit", RULES),
    Row("PATCH", "/workspaces/{workspace}", RULES, {"name": "Renamed"}),
    Row("PUT", "/workspaces/{workspace}/factor", RULES),
    Row("DELETE", "/workspaces/{workspace}/factor", RULES, changes=False),
    _get("/workspaces/{workspace}/boards/new", WORKS),
    Row("POST", "/workspaces/{workspace}/boards", WORKS, {"name": "One more"}),
    Row("POST", "/workspaces/{workspace}/boards", WORKS, {"sample": "product"}),
    Row("POST", "/imports", WORKS, {"workspace_id": "{workspace}"}),
    _get("/workspaces/{workspace}/members", WORKS),
    Row("PATCH", "/workspaces/{workspace}/members/{hugo}", RULES, {"role": "admin"}),
    Row("DELETE", "/workspaces/{workspace}/members/{hugo}", RULES),
    _get("/workspaces/{workspace}/groups", WORKS),
    Row("POST", "/workspaces/{workspace}/groups", RULES, {"name": "One more"}),
    _get("/groups/{group}/edit", RULES),
    Row("PATCH", "/groups/{group}", RULES, {"name": "Renamed"}),
    Row("PUT", "/groups/{group}/members", RULES, {"user_ids": "{hugo}"}),
    Row("DELETE", "/groups/{group}", RULES),
    _get("/workspaces/{workspace}/invitations/new", RULES),
    Row("POST", "/workspaces/{workspace}/invitations", RULES, _INVITED),
    Row("POST", "/workspaces/{workspace}/invitations", RULES, {"way": "link", "uses": "3", "role": "member"}),
    _get("/boards/{board}/invitations/new", RULES),
    Row("POST", "/boards/{board}/invitations", RULES, _INVITED),
    Row("PATCH", "/invitations/{invitation}", RULES),
    Row("DELETE", "/invitations/{invitation}", RULES),
    # Boards
    _get("/boards/{board}", LOOKS),
    _get("/boards/{board}/members", LOOKS),
    Row("POST", "/boards/{board}/members", RULES, {"user_id": "{hugo}", "role": "member"}),
    Row("PATCH", "/boards/{board}/members/{dora}", RULES, {"role": "member"}),
    Row("DELETE", "/boards/{board}/members/{dora}", RULES),
    Row("POST", "/boards/{board}/groups", RULES, {"group_id": "{group}", "role": "member"}),
    Row("PATCH", "/boards/{board}/groups/{board_group}", RULES, {"role": "admin"}),
    Row("DELETE", "/boards/{board}/groups/{board_group}", RULES),
    # To a guest it is not open.
    Row("POST", "/boards/{open_board}/requests", WORKS, is_hidden=True),
    Row("PUT", "/requests/{request}", RULES, {"role": "member"}),
    Row("DELETE", "/requests/{request}", RULES),
    _get("/boards/{board}/edit", RULES),
    Row("PATCH", "/boards/{board}", RULES, {"name": "Renamed"}),
    Row("PATCH", "/boards/{board}", RULES, {"name": "Renamed", "visibility": "workspace"}),
    Row("DELETE", "/boards/{board}", RULES),
    _get("/boards/{board}/archive", LOOKS),
    Row("PUT", "/boards/{board}/archive", RULES),
    Row("DELETE", "/boards/{away_board}/archive", RULES, is_hidden=True),
    Row("PUT", "/boards/{gone_board}/restoration", RULES, is_hidden=True),
    Row("PUT", "/boards/{board}/star", LOOKS),
    Row("DELETE", "/boards/{other_board}/star", LOOKS),
    _get("/boards/{board}/access", RULES),
    _get("/boards/{board}/access?q=grace", RULES),
    _get("/boards/{board}/access/{grace}", RULES),
    _get("/boards/{board}/views/{grace}", RULES),
    _get("/boards/{board}/shares", RULES),
    Row("POST", "/boards/{board}/shares", RULES, {"days": "7"}),
    Row("DELETE", "/shares/{share}", RULES),
    _get("/boards/{board}/events", LOOKS),
    _get("/boards/{board}/events?card={card}", LOOKS),
    # Whoever only looks has nothing of their own to take back.
    Row("POST", "/boards/{board}/reversals", WORKS, is_hidden=True),
    _get("/boards/{board}/labels", LOOKS),
    Row("POST", "/boards/{board}/labels", WORKS, {"name": "new", "color": "teal"}),
    _get("/labels/{label}/edit", WORKS),
    Row("PATCH", "/labels/{label}", WORKS, {"name": "renamed", "color": "teal"}),
    Row("DELETE", "/labels/{label}", WORKS),
    # Lists
    _get("/boards/{board}/lists/new", WORKS),
    Row("POST", "/boards/{board}/lists", WORKS, {"names": "A\nB"}),
    Row("POST", "/boards/{board}/lists", WORKS, {"names": "A", "before_id": "{list}"}),
    _get("/lists/{list}", LOOKS),
    _get("/lists/{list}?after={card}", LOOKS),
    _get("/lists/{list}/edit", WORKS),
    Row("PATCH", "/lists/{list}", WORKS, {"name": "Renamed"}),
    Row("PATCH", "/lists/{list}", WORKS, {"wip_limit": "9"}),
    Row("DELETE", "/lists/{list}", WORKS),
    _get("/lists/{list}/position", LOOKS),
    Row("PUT", "/lists/{second_list}/position", WORKS, {"before_id": "{list}"}),
    Row("PUT", "/lists/{list}/position", WORKS, {"after_id": "{second_list}"}),
    Row("PUT", "/lists/{list}/archive", WORKS),
    Row("DELETE", "/lists/{away_list}/archive", WORKS),
    Row("PUT", "/lists/{gone_list}/restoration", WORKS),
    # Cards
    _get("/lists/{list}/cards/new", WORKS),
    Row("POST", "/lists/{list}/cards", WORKS, {"titles": "New"}),
    Row("POST", "/lists/{list}/cards", WORKS, {"titles": "New", "before_id": "{card}"}),
    _get("/cards/{card}", LOOKS),
    _get("/cards/{card}/edit", WORKS),
    Row("PATCH", "/cards/{card}", WORKS, {"title": "Renamed"}),
    Row("PATCH", "/cards/{card}", WORKS, {"description": "Described"}),
    Row("PATCH", "/cards/{card}", WORKS, {"cover_color": "teal"}),
    Row("DELETE", "/cards/{card}", WORKS),
    _get("/cards/{card}/position", LOOKS),
    _get("/cards/{card}/position?board={other_board}", LOOKS),
    Row("PUT", "/cards/{card}/position", WORKS, {"list_id": "{second_list}"}),
    Row("PUT", "/cards/{second_card}/position", WORKS, {"list_id": "{list}", "before_id": "{card}"}),
    Row("PUT", "/cards/{card}/position", WORKS, {"list_id": "{list}", "after_id": "{second_card}"}),
    Row("PUT", "/cards/{card}/position", WORKS, {"list_id": "{other_list}", "before_id": "{other_card}"}),
    Row("PUT", "/cards/{card}/archive", WORKS),
    Row("DELETE", "/cards/{away_card}/archive", WORKS),
    Row("PUT", "/cards/{gone_card}/restoration", WORKS),
    Row("PUT", "/cards/{card}/completion", WORKS),
    Row("DELETE", "/cards/{done_card}/completion", WORKS),
    _get("/cards/{card}/schedule", WORKS),
    Row("PUT", "/cards/{card}/schedule", WORKS, {"due": "2030-01-01"}),
    Row("DELETE", "/cards/{card}/schedule", WORKS),
    _get("/cards/{card}/copies/new", LOOKS),
    _get("/cards/{card}/copies/new?board={other_board}", LOOKS),
    Row("POST", "/cards/{card}/copies", WORKS, {"title": "Copy", "list_id": "{other_list}"}),
    Row("POST", "/cards/{card}/copies", WORKS, {"title": "Copy", "list_id": "{list}", "before_id": "{second_card}"}),
    Row("PUT", "/cards/{card}/boxes/0", WORKS),
    Row("DELETE", "/cards/{card}/boxes/1", WORKS),
    # On cards
    _get("/cards/{card}/labels", WORKS),
    Row("PUT", "/cards/{card}/labels", WORKS, {"label_ids": "{second_label}"}),
    Row("PUT", "/cards/{card}/labels/{second_label}", WORKS),
    Row("DELETE", "/cards/{card}/labels/{label}", WORKS),
    _get("/cards/{card}/assignees", WORKS),
    Row("PUT", "/cards/{card}/assignees", WORKS, {"user_ids": "{grace}"}),
    Row("PUT", "/cards/{card}/assignees/{grace}", WORKS),
    Row("DELETE", "/cards/{card}/assignees/{grace}", WORKS, changes=False),
    Row("PUT", "/cards/{card}/watch", LOOKS),
    Row("DELETE", "/cards/{other_card}/watch", LOOKS),
    _get("/cards/{card}/checklists/new", WORKS),
    Row("POST", "/cards/{card}/checklists", WORKS, {"title": "New"}),
    _get("/checklists/{checklist}/edit", WORKS),
    Row("PATCH", "/checklists/{checklist}", WORKS, {"title": "Renamed"}),
    Row("DELETE", "/checklists/{checklist}", WORKS),
    Row("PUT", "/checklists/{second_checklist}/position", WORKS, {"before_id": "{checklist}"}),
    Row("PUT", "/checklists/{checklist}/position", WORKS, {"after_id": "{second_checklist}"}),
    _get("/checklists/{checklist}/items/new", WORKS),
    Row("POST", "/checklists/{checklist}/items", WORKS, {"texts": "New"}),
    _get("/items/{item}/edit", WORKS),
    Row("PATCH", "/items/{item}", WORKS, {"text": "Renamed"}),
    Row("DELETE", "/items/{item}", WORKS),
    _get("/items/{item}/position", LOOKS),
    _get("/items/{item}/position?checklist={second_checklist}", LOOKS),
    Row("PUT", "/items/{item}/position", WORKS, {"checklist_id": "{second_checklist}"}),
    Row("PUT", "/items/{second_item}/position", WORKS, {"before_id": "{item}"}),
    Row("PUT", "/items/{item}/position", WORKS, {"after_id": "{second_item}"}),
    Row("PUT", "/items/{item}/completion", WORKS),
    Row("DELETE", "/items/{done_item}/completion", WORKS),
    _get("/cards/{card}/comments/new", WORKS),
    Row("POST", "/cards/{card}/comments", WORKS, {"body": "Words"}),
    # A comment of Ada's: only she edits it, and she rules the board as well.
    _get("/comments/{comment}/edit", RULES),
    Row("PATCH", "/comments/{comment}", RULES, {"body": "Other words"}),
    Row("DELETE", "/comments/{comment}", RULES),
    _get("/cards/{card}/attachments/new", WORKS),
    Row("POST", "/cards/{card}/attachments", WORKS, {"url": "https://example.org"}),
    _get("/attachments/{attachment}/edit", WORKS),
    Row("PATCH", "/attachments/{attachment}", WORKS, {"title": "Renamed"}),
    Row("DELETE", "/attachments/{attachment}", WORKS),
    # Events
    _get("/events/{event}/reversal", LOOKS),
    Row("POST", "/events/{event}/reversal", WORKS),
    # Sessions, tokens, accounts elsewhere, and imports: nobody's but one's own
    Row("DELETE", "/account/sessions/{session}", RULES, is_hidden=True, changes=False),
    Row("DELETE", "/account/programs/{program}", RULES, is_hidden=True),
    Row("DELETE", "/account/tokens/{token}", RULES, is_hidden=True),
    _get("/account/identities/{identity}/edit", RULES, is_hidden=True),
    Row("DELETE", "/account/identities/{identity}", RULES, is_hidden=True),
    _get("/imports/{transfer}", RULES, is_hidden=True),
    _get("/imports/{transfer}/progress", RULES, is_hidden=True),
    Row("PATCH", "/imports/{zip_transfer}", RULES, {"entry": "two.json"}, is_hidden=True),
    Row("PUT", "/imports/{transfer}/run", RULES, {"into": "copy"}, is_hidden=True),
    Row("DELETE", "/imports/{transfer}", RULES, is_hidden=True),
    # The administration
    _get("/admin/people", ADMIN),
    _get("/admin/people/{grace}", ADMIN),
    Row("PUT", "/admin/people/{hugo}/disabling", ADMIN),
    Row("DELETE", "/admin/people/{dora}/disabling", ADMIN),
    Row("PUT", "/admin/people/{hugo}/adminship", ADMIN),
    # He looks after nothing, which stays so.
    Row("DELETE", "/admin/people/{edgar}/adminship", ADMIN, changes=False),
    # Of sessions and settings the scene keeps no account.
    Row("DELETE", "/admin/people/{edgar}/sessions", ADMIN, changes=False),
    Row("DELETE", "/admin/people/{grace}/factors", ADMIN),
    _get("/admin/workspaces", ADMIN),
    _get("/admin/invitations", ADMIN),
    Row("DELETE", "/admin/invitations/{invitation}", ADMIN),
    _get("/admin/settings/edit", ADMIN),
    Row("PUT", "/admin/settings", ADMIN, {"invitation_days": "9"}, changes=False),
    _get("/admin/audit", ADMIN),
    _get("/admin/audit.csv", ADMIN),
    _get("/admin/mails", ADMIN),
    _get("/admin/mails/{mail}", ADMIN),
    # Last: there is no Eve after it.
    Row("DELETE", "/account/data", SOMEBODY, {"email": "eve@example.org"}),
)
