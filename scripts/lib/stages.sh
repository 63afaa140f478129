# shellcheck shell=bash
# Stages: one headline each, all of them run, one summary.

passed=()
failed=()
skipped=()

headline() { printf '\n=== %s ===\n' "$*"; }

duration() {
    if (($1 < 60)); then say "$1 s"; else say "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

skip() { skipped+=("$1"); }

# Runs a command as a process group of its own and waits for it: bash would put off a signal's trap until a command in
# the foreground had ended.
stage() {
    local name=$1 began=$SECONDS status=0
    shift
    headline "$name"
    set -m
    "$@" </dev/null &
    stage_pid=$!
    set +m
    wait "$stage_pid" || status=$?
    stop_group "$stage_pid"
    stage_pid=""
    if ((status == 0)); then
        passed+=("$name")
        say "--- $name: passed in $(duration $((SECONDS - began)))"
    else
        failed+=("$name")
        say "--- $name: FAILED with status $status after $(duration $((SECONDS - began)))"
    fi
}

summary() {
    local name
    headline "summary"
    for name in "${skipped[@]}"; do say "skipped: $name"; done
    for name in "${failed[@]}"; do say "failed: $name"; done
    say "${#passed[@]} stages passed, ${#failed[@]} failed, in $(duration "$SECONDS"); skipped: ${#skipped[@]}"
    ((${#failed[@]} == 0))
}
