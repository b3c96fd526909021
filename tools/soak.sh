#!/bin/sh
# The long proofs: make soak [STEPS=1000000] [KILLS=1000] [SEED=number]
# Run it through "make soak", which brings a database server.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
KILLS="${KILLS:-1000}" STEPS="${STEPS:-1000000}"
SEED="${SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}"
export PATH VAFA_MODE=test

# All of it runs, so that one night shows everything that is wrong.
failed=0
VAFA_KILLS="$KILLS" VAFA_SOAK_SEED="$SEED" pytest -s tests/crashes/test_kills.py || failed=1
VAFA_SOAK_STEPS="$STEPS" pytest tests/machine/test_either_way.py || failed=1

# Every share has a database of its own: in one that grew all night each look at everything,
# and there is one after each step, would take longer and longer.
share=50000
printf '\n%s steps, %s in each database, as many at once as there are cores\n' "$STEPS" "$share"
seq 0 $(((STEPS - 1) / share)) | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I '{}' sh -c "
    VAFA_SOAK_STEPS=$((STEPS < share ? STEPS : share)) VAFA_SOAK_SEED=\$(($SEED + {} * 1000)) \
        pytest -s -q tests/machine/test_machine.py -k million_steps" || failed=1
exit $failed
