#!/bin/sh
# The long proofs: make soak [STEPS=1000000] [KILLS=1000] [SEED=number]
# Run it through "make soak", which brings a database.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
VAFA_SOAK_STEPS="${STEPS:-1000000}"
VAFA_KILLS="${KILLS:-1000}"
export PATH VAFA_SOAK_STEPS VAFA_KILLS VAFA_MODE=test
if [ -n "${SEED:-}" ]; then
    VAFA_SOAK_SEED="$SEED"
    export VAFA_SOAK_SEED
fi

# Both run, so that one night shows everything that is wrong.
failed=0
pytest -s tests/crashes/test_kills.py || failed=1
pytest -s tests/machine || failed=1
exit $failed
