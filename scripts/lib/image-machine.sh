# shellcheck shell=bash
# Whether this machine can run an engine and containers at all. Checked before anything is installed or made.
: "${state?}"

# Prints what the machine does not allow; nothing if it allows everything.
what_forbids_containers() {
    ((EUID == 0)) || { say "a Docker engine needs root: sudo scripts/image-test"; return; }
    unshare --mount --pid --net --ipc --uts --fork true 2>/dev/null || { say "no namespaces can be made"; return; }
    overlay_works || { say "no overlay can be mounted on $state"; return; }
    local controller
    for controller in memory pids; do
        control_group_works "$controller" || { say "no control group can be made for $controller"; return; }
    done
}

# In a mount namespace of its own, so that nothing stays mounted.
overlay_works() {
    local trial=$state/trial status=0
    mkdir --parents "$trial"/{lower,upper,work,merged}
    unshare --mount mount --types overlay overlay \
        --options "lowerdir=$trial/lower,upperdir=$trial/upper,workdir=$trial/work" "$trial/merged" 2>/dev/null || status=$?
    rm --recursive --force "$trial"
    return "$status"
}

# Version 2 has one tree for all controllers, version 1 a tree for each.
control_group_works() {
    local tree=/sys/fs/cgroup/$1
    if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
        tree=/sys/fs/cgroup
        grep --quiet --word-regexp "$1" "$tree/cgroup.controllers" || return
    fi
    mkdir "$tree/fanpass-test.$$" 2>/dev/null && rmdir "$tree/fanpass-test.$$"
}
