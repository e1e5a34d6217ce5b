"""How long, how many, how large: one place for forms, API, imports and sockets alike."""

NAME = 120  # a person, a workspace, a board, a list
TITLE = 512  # a card, a checklist, an attachment
ITEM = 1024  # an item of a checklist
LABEL = 64
EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
URL = 2048
MARKDOWN = 32_768  # a description or a comment, in characters: twice what Trello takes
PASSWORD_MIN = 8
PASSWORD_MAX = 256

WIP_LIMIT = 999
LINES_AT_ONCE = 100  # cards or lists made by one paste
PASTE = 110_000  # characters of one paste, before it is taken apart
BOARDS = 500  # live ones in a workspace
LISTS = 500  # live ones on a board
CARDS = 20_000  # live ones on a board
LABELS = 1_000  # on a board
CHECKLISTS = 500  # on a card
ITEMS = 500  # in a checklist
ATTACHMENTS = 1_000  # on a card
SHARE_LINKS = 50  # good ones to a board
GROUPS = 200  # live ones in a workspace
INVITATIONS = 500  # open ones in a workspace
INVITATION_USES = 1_000  # people by one link
TOKENS = 50  # personal ones of somebody
