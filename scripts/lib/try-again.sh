# shellcheck shell=bash
# Commands that need the network are tried again: a mirror that was slow for a minute is not a failed test.

# Seconds between the tries.
try_again_pauses=(5 20)

# Runs a command until it succeeds, three times at most. Prints nothing if the first try succeeds, the last lines of the
# output after each failure, and all of it after the last one. usage: try_again COMMAND [ARGUMENT …]
try_again() {
    local output status pause
    output=$(mktemp) || return
    for pause in "${try_again_pauses[@]}" ""; do
        status=0
        "$@" </dev/null &>"$output" || status=$?
        if ((status == 0)) || [[ -z $pause ]]; then break; fi
        {
            printf 'failed with status %s, tried again in %s s: %s\n' "$status" "$pause" "$*"
            tail --lines=3 "$output"
        } >&2
        sleep "$pause"
    done
    if ((status != 0)); then
        {
            printf 'failed %s times, at last with status %s: %s\n' "$((${#try_again_pauses[@]} + 1))" "$status" "$*"
            cat "$output"
        } >&2
    fi
    rm --force "$output"
    return "$status"
}
