"""How much an import takes in. A file is untrusted: each bound is there against one kind of bomb."""

MEGABYTE = 1024 * 1024

UNPACKED = 512 * MEGABYTE  # a board's JSON, from a zip or read on the server itself
ZIP_ENTRIES = 10_000
ZIP_DIRECTORY = 8 * MEGABYTE  # the table of contents is read into memory
ZIP_RATIO = 100
ZIP_TOTAL = 2048 * MEGABYTE  # as declared, all entries together

STRING = 2 * MEGABYTE  # one text: the parser holds it whole, and takes a time that grows with its square
DEPTH = 64  # of nested objects and lists
TOP_KEYS = 1_000
NODES = 300_000  # values in one card, checklist or action

COUNTS = {
    "lists": 20_000,
    "cards": 100_000,
    "labels": 20_000,
    "checklists": 500_000,
    "members": 20_000,
    "memberships": 20_000,
    "actions": 2_000_000,
    "customFields": 2_000,
    "pluginData": 200_000,
}
