# shellcheck shell=bash
# Room on the disk, asked for before anything is built: a compiler that finds none fails with riddles.
: "${root?}"

# Fails unless a folder can grow to a size; what it has already counts. usage: want_room MEGABYTES FOLDER
want_room() {
    local wanted=$1 folder=$2 free used
    mkdir --parents "$folder"
    used=$(megabytes "$folder")
    free=$(df --output=avail --block-size=1M "$folder" | tail -1)
    ((free + used < wanted)) || return 0
    say "$folder grows to about $wanted MB; it has $used MB, and its disk has only ${free// /} MB free. What can go, if it is there:" >&2
    for folder in "$root/target/image" "$root/target/debug" "$root/target/release" "${CARGO_HOME:-$HOME/.cargo}/registry/src"; do
        [[ -d $folder ]] || continue
        used=$(megabytes "$folder")
        ((used < 100)) || say "  rm -rf $folder  # $used MB, made anew when it is needed" >&2
    done
    die "too little room on the disk"
}

megabytes() { du --summarize --one-file-system --block-size=1M "$1" 2>/dev/null | cut --fields 1; }
