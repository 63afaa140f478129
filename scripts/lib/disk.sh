# shellcheck shell=bash
# Checks for room on the disk before anything is built: a compiler without room fails with obscure errors.
# Needs workspace.sh.
: "${root?}"

# Fails unless a folder can grow to a size; what it holds already counts. usage: want_room MEGABYTES FOLDER
want_room() {
    local wanted=$1 folder=$2 free used
    mkdir --parents "$folder"
    used=$(megabytes "$folder")
    free=$(df --output=avail --block-size=1M "$folder" | tail -1)
    ((free + used < wanted)) || return 0
    say "$folder grows to about $wanted MB; it has $used MB, and its disk has only ${free// /} MB free. Folders that can go:" >&2
    for folder in "$root/target/image" "$root/target/fuzz" "$root/target/debug" "$root/target/release" "${CARGO_HOME:-$HOME/.cargo}/registry/src"; do
        [[ -d $folder ]] || continue
        used=$(megabytes "$folder")
        ((used < 100)) || say "  rm -rf $folder  # $used MB, built again when needed" >&2
    done
    die "too little room on the disk"
}

megabytes() { du --summarize --one-file-system --block-size=1M "$1" 2>/dev/null | cut --fields 1; }
