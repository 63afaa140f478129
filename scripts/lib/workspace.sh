# shellcheck shell=bash
# The temporary directory that holds everything that a run makes, the processes that it starts, and their end.

workspace=""
server_pids=()
declare -A end_signals=()
stage_pid=""

say() { printf '%s\n' "$*"; }

has() { command -v "$1" >/dev/null; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# The caller's servers and settings must not reach the tests, and no proxy may stand before 127.0.0.1.
forget_callers_environment() {
    unset DATABASE_URL REDIS_URL SESSION_KEY OPS_API_KEY DATABASE_URL_FILE REDIS_URL_FILE SESSION_KEY_FILE OPS_API_KEY_FILE
    unset RUST_LOG "${!WECHAT_@}" "${!FANPASS_@}" "${!PG@}" "${!MYSQL_@}" "${!MARIADB_@}"
    export no_proxy="127.0.0.1,localhost${no_proxy:+,$no_proxy}"
    export NO_PROXY=$no_proxy
    export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
}

# Tests and browsers leave files in TMPDIR; they are removed with the workspace.
open_workspace() {
    trap close_workspace EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 141' PIPE
    trap 'exit 143' TERM
    workspace=$(mktemp --directory --tmpdir fanpass-test.XXXXXXXX)
    chmod 711 "$workspace"
    mkdir "$workspace/tmp"
    export TMPDIR="$workspace/tmp"
}

close_workspace() {
    local status=$?
    trap '' HUP INT PIPE TERM
    set +e
    [[ -z $stage_pid ]] || stop_group "$stage_pid"
    ((${#server_pids[@]} == 0)) || stop "${server_pids[@]}"
    undo_package_guards
    if [[ -n $workspace ]]; then
        stop_strays
        rm --recursive --force "$workspace"
    fi
    exit "$status"
}

is_running() { jobs -rp | grep --quiet --line-regexp "$1"; }

# Signals only children of this shell: the id of a process that has ended may belong to another one by now.
stop() {
    local pid
    for pid in "$@"; do
        ! is_running "$pid" || kill -s "${end_signals[$pid]:-TERM}" "$pid"
    done
    for pid in "$@"; do
        wait_until_gone "$pid" || kill -KILL "$pid"
    done
}

wait_until_gone() {
    local try
    for ((try = 0; try < 100; try++)); do
        is_running "$1" || return 0
        sleep 0.1
    done
    return 1
}

# A stage has a process group of its own. nextest forwards a SIGTERM to its tests and gives them ten seconds.
stop_group() {
    kill -TERM -- "-$1" 2>/dev/null || return 0
    local try
    for ((try = 0; try < 150; try++)); do
        sleep 0.1
        kill -0 -- "-$1" 2>/dev/null || return 0
    done
    kill -KILL -- "-$1" 2>/dev/null || true
}

# Processes that left their group. They are known by their TMPDIR, which no other run has.
stop_strays() {
    local environment pid
    for environment in /proc/[0-9]*/environ; do
        grep --quiet --null-data --line-regexp --fixed-strings "TMPDIR=$workspace/tmp" "$environment" 2>/dev/null || continue
        pid=${environment//[!0-9]/}
        say "left behind and stopped: $(tr '\0' ' ' <"/proc/$pid/cmdline")"
        kill -KILL "$pid"
    done
}
