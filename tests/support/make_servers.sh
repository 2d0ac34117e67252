#!/bin/bash
# SPDX-License-Identifier: MIT
# Makes the chroot of Debian unstable that holds the servers Debian 12 has not:
# Synapse and ergo. One that is complete is kept as it is. It takes its place by a
# rename, so that an interrupted run leaves nothing half made there.
set -euo pipefail
source "$(dirname "$0")/packages.sh"

root="${USHER_TEST_ROOT:-/var/cache/usher-test}"
sid="$root/sid"
new="$sid.new"

# No service may start by being installed.
forbid_services() {
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$new/usr/sbin/policy-rc.d" &&
        as_root chmod 755 "$new/usr/sbin/policy-rc.d"
}

make_chroot() {
    as_root mkdir -p "$root" &&
        as_root rm -rf "$new" "$sid" &&
        as_root debootstrap --variant=minbase --include=ca-certificates sid "$new" &&
        forbid_services &&
        as_root chroot "$new" env DEBIAN_FRONTEND=noninteractive apt-get install -y \
            --no-install-recommends matrix-synapse ergochat &&
        as_root chroot "$new" apt-get clean &&
        as_root touch "$new/.complete" &&
        as_root mv "$new" "$sid"
}

if [ ! -e "$sid/.complete" ]; then
    echo "Making $sid with Synapse and ergo (about two minutes) ..."
    log=$(mktemp)
    if ! make_chroot </dev/null >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        exit 1
    fi
    rm -f "$log"
fi
dpkg-query --admindir="$sid/var/lib/dpkg" -W -f='${Package} ${Version}\n' \
    matrix-synapse ergochat
