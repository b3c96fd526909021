#!/bin/sh
# Locks the Python packages with their hashes. No address of any index may be left in the files.
set -eu
cd "$(dirname "$0")/.."
for name in run dev; do
    # What both need has the same version in both.
    if [ "$name" = dev ]; then set -- --constraint requirements/run.txt; fi
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links "$@" --output-file "requirements/$name.txt" "requirements/$name.in"
done
if grep -n '://\|^-' requirements/run.txt requirements/dev.txt; then
    printf 'The lines above name a place: the lock files must hold names, versions and hashes only.\n' >&2
    exit 1
fi
