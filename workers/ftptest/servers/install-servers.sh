#!/bin/bash
# Installs what the tests against real servers need, as root on Debian 12.
#
#   workers/ftptest/servers/install-servers.sh [DIR]
#
# DIR is where the servers are unpacked; the default is $FTPMARK_SERVERS, else
# .cache/servers at the top of the repository. With everything there already the
# script says nothing, asks no package server and ends within a fraction of a second.
#
# vsftpd, ProFTPD and Pure-FTPd exclude one another as packages (each "Conflicts:
# ftp-server"), and their install scripts add users and start daemons. So the
# packages are only downloaded and unpacked side by side; the shared libraries
# they are linked against, and the tools of the tests, are installed as usual.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

fail() {
    echo "install-servers: $*" >&2
    exit 1
}

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
dir=${1:-${FTPMARK_SERVERS:-$repo/.cache/servers}}

# Unpacked, never installed. Each with a file that must be in it. Prometheus is here
# for the tests of metrics: its package would start a daemon, too.
servers=(vsftpd proftpd-core proftpd-mod-crypto pure-ftpd prometheus)
# Less known servers: they too conflict with the others.
servers+=(inetutils-ftpd ftpd-ssl)
declare -A proof=(
    [vsftpd]=usr/sbin/vsftpd
    [proftpd-core]=usr/sbin/proftpd
    [proftpd-mod-crypto]=usr/lib/proftpd/mod_tls.so
    [pure-ftpd]=usr/sbin/pure-ftpd
    [prometheus]=usr/bin/prometheus
    [inetutils-ftpd]=usr/sbin/ftpd
    [ftpd-ssl]=usr/sbin/in.ftpd
)

# Installed.
packages=(
    # the servers' shared libraries
    libacl1 libcap2 libcrypt1 libhiredis0.14 libidn2-0 libmemcached11 libmemcachedutil2
    libncursesw6 libpam0g libpcre2-8-0 libpcre2-posix3 libsodium23 libssl3 libtinfo6 libwrap0
    # vsftpd's users without a line in /etc/passwd
    libpam-pwdfile
    # the fourth server is Python
    python3-pyftpdlib python3-openssl
    # less known servers are Python too
    python3-twisted python3-aioftp
    # the tests' own tools
    ca-certificates curl iproute2 lftp nftables openssl tmux
)

# missing_packages prints those of packages that are not installed.
missing_packages() {
    local have p
    # dpkg-query exits 1 when it does not know one of the names: that is an answer
    # here, not an error.
    have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
    for p in "${packages[@]}"; do
        grep -qxF "installed $p" <<<"$have" || echo "$p"
    done
}

# missing_servers prints those of servers that are not unpacked in dir.
missing_servers() {
    local s
    for s in "${servers[@]}"; do
        [ -e "$dir/$s/${proof[$s]}" ] || echo "$s"
    done
}

command -v dpkg-query >/dev/null || fail "needs Debian 12 (no dpkg-query here)"
if [ -z "$(missing_packages)" ] && [ -z "$(missing_servers)" ]; then
    exit 0
fi

[ "$(id -u)" = 0 ] || fail "needs root to install packages"
mkdir -p "$dir" || fail "cannot make $dir"

# Two of us at once (two test runs in one tree) must not unpack over each other.
exec 9>"$dir/.lock"
flock -w 600 9 || fail "another install-servers still holds $dir/.lock after 10 minutes"

log=$(mktemp)
work=$(mktemp -d "$dir/.unpack.XXXXXX")
trap 'rm -rf "$log" "$work"' EXIT

# run does what follows WHAT silently, or fails in one line that says why.
run() {
    local what=$1
    shift
    "$@" >"$log" 2>&1 ||
        fail "$what failed: $(grep -m1 -E '^(E:|dpkg)' "$log" || tail -n 1 "$log")"
}

apt() {
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o APT::Sandbox::User=root "$@"
}

mapfile -t packages_wanted < <(missing_packages)
mapfile -t servers_wanted < <(missing_servers)
if [ $((${#packages_wanted[@]} + ${#servers_wanted[@]})) -gt 0 ]; then
    run "updating the package lists" apt update
fi
if [ ${#packages_wanted[@]} -gt 0 ]; then
    echo "installing ${packages_wanted[*]}"
    run "installing ${packages_wanted[*]}" apt install --no-install-recommends "${packages_wanted[@]}"
fi
for s in "${servers_wanted[@]}"; do
    echo "unpacking $s"
    mkdir "$work/$s"
    (cd "$work" && run "downloading $s" apt download "$s")
    run "unpacking $s" dpkg-deb -x "$(echo "$work/$s"_*.deb)" "$work/$s"
    [ -e "$work/$s/${proof[$s]}" ] || fail "the package $s has no ${proof[$s]}: another release of Debian?"
    rm -rf "${dir:?}/$s"
    mv "$work/$s" "$dir/$s"
done

# A server whose libraries are not all there would fail much later and less clearly.
for s in "${servers[@]}"; do
    lost=$(ldd "$dir/$s/${proof[$s]}" | sed -n 's/^[[:space:]]*\(.*\) => not found$/\1/p' | sort -u | tr '\n' ' ')
    [ -z "$lost" ] || fail "$s lacks the shared libraries $lost(is this Debian 12?)"
done
echo "servers unpacked in $dir"
