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
tests -n 2 -m "not browser and not race and not slow"
# A file stays together: the server that it starts serves all its stories.
tests -n 2 --dist loadfile -m "(race or slow) and not browser"
# A browser and the server that it asks get the machine to themselves.
tests -m browser
