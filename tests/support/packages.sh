# SPDX-License-Identifier: MIT
# Sourced by ./run and tests/run: the Debian packages of packages.txt, installed
# where they are missing. Asks dpkg alone, so that a second run costs nothing.

packages_file="$(dirname "${BASH_SOURCE[0]}")/packages.txt"

# Runs a command as root: directly, or with sudo for who is not.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "This needs root or sudo: $*" >&2
        return 1
    fi
}

# packages_of SECTION...: their names, a line each.
packages_of() {
    awk -v wanted=" $* " '
        /^\[/ { section = substr($0, 2, length($0) - 2); next }
        /^#/ || !NF { next }
        index(wanted, " " section " ")' "$packages_file"
}

# packages_missing SECTION...: those not installed, a line each.
packages_missing() {
    local installed
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null |
        awk '$2 == "installed" { print $1 }')
    packages_of "$@" | grep -vxF -e "$installed" || true
}

# packages_install SECTION...: says in a line what it installs; shows apt's own
# words only when it fails.
packages_install() {
    local missing log
    mapfile -t missing < <(packages_missing "$@")
    [ "${#missing[@]}" -eq 0 ] && return 0
    echo "Installing ${missing[*]} ..."
    log=$(mktemp)
    if as_root apt-get update >"$log" 2>&1 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
            --no-install-recommends "${missing[@]}" >>"$log" 2>&1 </dev/null; then
        rm -f "$log"
        return 0
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
    echo "Installing packages failed." >&2
    return 1
}
