# shellcheck shell=bash
# How fast photos are cleaned, beside sharp doing the same. Needs workspace.sh, try-again.sh and load.sh.

: "${root?}" "${workspace?}" "${short?}" "${profile?}" "${binaries?}"

# usage: measure_photos. With ready-made binaries, `photos` must be among them.
measure_photos() {
    local measure=$binaries/photos folder=debug installed=$root/target/clients/sharp
    if [[ ! -x $measure ]]; then
        [[ $profile != of* ]] || { say "photos: not measured, the folder has no photos"; return 0; }
        [[ $profile == dev ]] || folder=$profile
        cargo build --profile "$profile" --package fanpass-pictures --example photos --locked --quiet
        cp "${CARGO_TARGET_DIR:-$root/target}/$folder/examples/photos" "$measure"
    fi
    if ! cmp --quiet benches/sharp/package-lock.json "$installed/installed.json"; then
        mkdir --parents "$installed"
        cp benches/sharp/{.npmrc,package.json,package-lock.json} "$installed/"
        try_again npm ci --loglevel=error --no-progress --prefer-offline --cache "$root/target/cache/npm" --prefix "$installed"
        cp benches/sharp/package-lock.json "$installed/installed.json"
    fi
    # Modules are looked for beside the script.
    cp benches/sharp/measure.js "$installed/"
    clean_in_turn "$measure" "$installed/measure.js"
    { say ""; photo_table "$workspace/photos.jsonl"; } >>"$workspace/internal.md"
}

# Each picture by each subject in turn, so that both have the same machine. usage: clean_in_turn PHOTOS SCRIPT
clean_in_turn() {
    local pictures=$workspace/photos rounds=3 seconds=8 round picture at_once
    ! $short || rounds=1 seconds=1
    at_once=$(nproc)
    mkdir "$pictures"
    "$1" make "$pictures"
    for ((round = 0; round < rounds; round++)); do
        for picture in 12mp.jpg 24mp.jpg 8mp.png; do
            "$1" measure "$pictures/$picture" "$at_once" "$seconds"
            node "$2" "$pictures/$picture" "$at_once" "$seconds"
        done
    done | tee "$workspace/photos.jsonl"
}

# The middle of all rounds. usage: photo_table SAMPLES
photo_table() {
    python3 - "$1" <<'PYTHON'
import json, statistics, sys

samples = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
print("Photos, one process, as many at once as there are cores:\n")
print("| picture | subject | per s | CPU ms | most, MB | bytes of 1600 and 320 px |\n|---|---|--:|--:|--:|--:|")
for picture in dict.fromkeys(sample["picture"] for sample in samples):
    rates = {}
    for subject in ("fanpass", "sharp"):
        of = [sample for sample in samples if (sample["picture"], sample["subject"]) == (picture, subject)]
        middle = lambda key: statistics.median(sample[key] for sample in of)
        rates[subject] = middle("per_second")
        sizes = " and ".join(str(size) for size in of[0]["bytes"])
        print(f"| {picture} | {subject} | {rates[subject]:.2f} | {middle('cpu_ms'):.1f} | {max(s['peak_mb'] for s in of):.0f} | {sizes} |")
    print(f"| | **fanpass to sharp** | **{rates['fanpass'] / rates['sharp']:.2f}** | | | |")
PYTHON
}
