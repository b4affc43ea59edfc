#!/bin/bash
# Installs the clients that `make bench-peers` measures beside ftpmark, as root on Debian 12.
# With everything there already it says nothing and asks no package server.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

packages=(aria2 curl iperf3 lftp wget python3-minimal)

command -v dpkg-query >/dev/null || { echo "install: needs Debian 12 (no dpkg-query here)" >&2; exit 1; }
# dpkg-query exits 1 when it does not know one of the names: an answer here, not an error.
have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
wanted=()
for p in "${packages[@]}"; do
    grep -qxF "installed $p" <<<"$have" || wanted+=("$p")
done
[ ${#wanted[@]} -gt 0 ] || exit 0

[ "$(id -u)" = 0 ] || { echo "install: needs root to install ${wanted[*]}" >&2; exit 1; }
echo "installing ${wanted[*]}"
apt() {
    apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o APT::Sandbox::User=root "$@" >/dev/null
}
apt update
# iperf3 would ask whether to run as a daemon; noninteractive answers no.
apt install --no-install-recommends "${wanted[@]}"
