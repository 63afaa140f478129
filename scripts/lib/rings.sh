# shellcheck shell=bash
# Which stages a run has. `stage` itself is for those of every run. Needs stages.sh.
#
# ring: quick, usual or all. time_limit: the minutes that a run with the ring `all` may take; 0 is no limit.
: "${ring?}" "${time_limit?}"

# A stage of every run but the quick one.
# usage: usual_stage NAME COMMAND [ARGUMENT …]
usual_stage() {
    if [[ $ring == quick ]]; then
        leave_out "$1" "scripts/test runs it"
    else
        stage "$@"
    fi
}

# A stage of the whole run only, and only if there is time for it. MINUTES is what it takes on two idle cores, rounded up.
# usage: slow_stage MINUTES NAME COMMAND [ARGUMENT …]
slow_stage() {
    local minutes=$1 name=$2
    shift
    if [[ $ring != all ]]; then
        leave_out "$name" "$minutes min; scripts/test --all runs it"
    elif ! time_allows "$minutes"; then
        leave_out "$name" "$minutes min, and $(minutes_left) of $time_limit were left; scripts/test --all runs it"
    else
        stage "$@"
    fi
}

# usage: time_allows MINUTES
time_allows() { ((time_limit == 0 || SECONDS + $1 * 60 <= time_limit * 60)); }

minutes_left() {
    local left=$((time_limit - (SECONDS + 59) / 60))
    say "$((left > 0 ? left : 0))"
}
