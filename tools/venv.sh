#!/bin/sh
# Makes .venv with the locked packages: tools/venv.sh run|dev
# Needs Python 3.11 or newer and a package index; says what is missing otherwise.
set -eu
cd "$(dirname "$0")/.."
set_name="${1:-run}"
requirements="requirements/$set_name.txt"
stamp=".venv/.$set_name"

say() { printf '%s\n' "$*" >&2; }

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for each in "${PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
        if [ -n "$each" ] && new_enough "$each"; then
            printf '%s\n' "$each"
            return
        fi
    done
    say "Vafa needs Python 3.11 or newer, and found none on the PATH."
    say "Install it (Debian, Ubuntu: apt install python3 python3-venv), or name it: make run PYTHON=/path/to/python3.11"
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Debian leaves pip out of its Python; three ways to get it, from the best to the last.
make_venv() {
    python="$1"
    rm -rf .venv
    if "$python" -m venv .venv >/dev/null 2>&1; then return; fi
    rm -rf .venv
    if "$python" -m pip --version >/dev/null 2>&1 && "$python" -m venv --without-pip .venv \
        && "$python" -m pip --quiet --python .venv/bin/python install pip; then return; fi
    rm -rf .venv
    if command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; then
        say "Installing python3-venv …"
        as_root apt-get update -q >/dev/null
        version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "python$version-venv" >/dev/null
        if "$python" -m venv .venv; then return; fi
        rm -rf .venv
    fi
    say "This Python cannot make a virtual environment. On Debian and Ubuntu: sudo apt install python3-venv"
    exit 1
}

if [ ! -x .venv/bin/pip ] || ! .venv/bin/python -c '' >/dev/null 2>&1; then
    python="$(find_python)"
    say "Making .venv with $("$python" --version) …"
    make_venv "$python"
fi

if [ ! -e "$stamp" ] || [ "$requirements" -nt "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
    say "Installing the locked packages ($requirements) …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    touch "$stamp"
    # The packages for development contain those for running.
    if [ "$set_name" = dev ]; then touch .venv/.run; fi
fi
