#!/bin/sh
# Makes sure that the browser tests have a Chromium: $CHROMIUM, or one on the PATH, or Debian's.
set -eu

for each in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$each" ] && command -v "$each" >/dev/null 2>&1; then exit 0; fi
done

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; then
    printf 'Installing Chromium for the browser tests …\n' >&2
    as_root apt-get update -q >/dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        chromium fonts-dejavu-core >/dev/null
    exit 0
fi
printf 'The browser tests need Chromium: install it (Debian: sudo apt install chromium), or set CHROMIUM=/path/to/it.\n' >&2
exit 1
