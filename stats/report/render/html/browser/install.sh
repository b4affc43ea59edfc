#!/bin/bash
# Installs what the browser tests need: Debian's Chromium, a font and, where there
# are none yet, Node.js and npm (as root on Debian 12); then the npm packages of
# package-lock.json, into node_modules beside this script. With everything there
# already it says nothing, asks nobody and ends within a fraction of a second.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

fail() {
    echo "install (browser tests): $*" >&2
    exit 1
}

cd "$(dirname "${BASH_SOURCE[0]}")"

# Without a font that has them, the pages' words are boxes.
font=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
packages=()
[ -x /usr/bin/chromium ] || packages+=(chromium)
[ -e "$font" ] || packages+=(fonts-dejavu-core)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# run does what follows WHAT silently, or fails in one line that says why.
run() {
    local what=$1
    shift
    "$@" >"$log" 2>&1 ||
        fail "$what failed: $(grep -m1 -E '^(E:|dpkg|npm ERR!|npm error)' "$log" || tail -n 1 "$log")"
}

apt() {
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o APT::Sandbox::User=root "$@"
}

if [ ${#packages[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || fail "wants ${packages[*]}: needs Debian 12 (no apt-get here)"
    [ "$(id -u)" = 0 ] || fail "needs root to install ${packages[*]}"
    echo "installing ${packages[*]}"
    run "updating the package lists" apt update
    run "installing ${packages[*]}" apt install --no-install-recommends "${packages[@]}"
fi

# A copy of the lock file, made when all that it names was there.
installed=node_modules/.lock-of-these.json
if ! cmp -s package-lock.json "$installed"; then
    run "npm ci" npm ci --no-progress
    cp package-lock.json "$installed"
fi
