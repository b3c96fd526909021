#!/bin/sh
# All checks and tests. Run it through "make test", which brings a database and a browser.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
export PATH VAFA_MODE=test

sh tools/check.sh

# pytest ends with 5 when a group has no test.
tests() {
    printf '\n== pytest %s\n' "$*"
    pytest "$@" || { code=$?; [ $code = 5 ] || exit $code; }
}
# What uses a browser, or sets processes against each other, gets the machine to itself.
tests -n 2 -m "not browser and not race and not slow"
tests -m "browser or race or slow"
