# shellcheck shell=bash
# Stages: each has a headline, all of them run also when one fails, and the summary names those that did not run.
# Needs workspace.sh.

# The exit status of a stage that this machine cannot run.
readonly cannot_run_here=77

passed=()
failed=()
not_run=()

headline() { printf '\n=== %s ===\n' "$*"; }

duration() {
    if (($1 < 60)); then say "$1 s"; else say "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# For the summary. usage: leave_out NAME REASON
leave_out() { not_run+=("$1 ($2)"); }

# Runs a command in a process group of its own and waits for it: bash would delay the trap of a signal until a command in
# the foreground had ended.
# usage: stage NAME COMMAND [ARGUMENT …]
stage() {
    local name=$1 began=$SECONDS status=0 took
    shift
    headline "$name"
    set -m
    "$@" </dev/null &
    stage_pid=$!
    set +m
    wait "$stage_pid" || status=$?
    stop_group "$stage_pid"
    stage_pid=""
    took=$(duration $((SECONDS - began)))
    case $status in
        0)
            passed+=("$name")
            say "--- $name: passed in $took"
            ;;
        "$cannot_run_here")
            leave_out "$name" "this machine cannot run it, the stage's output says why"
            say "--- $name: NOT RUN"
            ;;
        *)
            failed+=("$name")
            say "--- $name: FAILED with status $status after $took"
            ;;
    esac
}

nothing_failed() { ((${#failed[@]} == 0)); }

# Fails if a stage has failed.
summary() {
    local name
    headline "summary"
    for name in "${not_run[@]}"; do say "NOT RUN: $name"; done
    for name in "${failed[@]}"; do say "FAILED: $name"; done
    say "${#passed[@]} stages passed, ${#failed[@]} failed, ${#not_run[@]} not run, in $(duration "$SECONDS")"
    nothing_failed
}
