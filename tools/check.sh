#!/bin/sh
# The checks that keep the house standing. Run it through "make check", which brings a database.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
export PATH VAFA_MODE=test

# All of them run, so that one start shows everything that is wrong.
failed=""
step() { printf '\n== %s\n' "$*"; "$@" || failed="$failed
  $*"; }

step ruff check
step ruff format --check
step mypy
step lint-imports
step vafa manage check
step vafa manage makemigrations --check --dry-run

if [ -n "$failed" ]; then
    printf '\nFailed:%s\n' "$failed" >&2
    exit 1
fi
