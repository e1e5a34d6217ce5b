# Finds a Python that is new enough, as $PYTHON; sourced by the scripts beside it.
PYTHON=""
for name in "${KANBAN_PYTHON:-}" .venv/bin/python python3.13 python3.12 python3.11 python3 python; do
    if [ -n "$name" ] && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        PYTHON="$name"
        break
    fi
done
if [ -z "$PYTHON" ]; then
    old="$(python3 -c 'import platform; print("only", platform.python_version())' 2>/dev/null || true)"
    echo "kanban: Python 3.11 or newer is needed, and ${old:-none} was found. Install it, or name it: KANBAN_PYTHON=/path/to/python" >&2
    exit 2
fi
