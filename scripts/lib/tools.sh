# shellcheck shell=bash
# Tools from PyPI, pinned with the hashes of their files, in a folder of their own under target/.
: "${root?}"

# Installs the tools of scripts/lib/tools/NAME.txt unless they are there, and puts them in front of PATH.
use_tools() {
    local list=$root/scripts/lib/tools/$1.txt folder=$root/target/tools/$1
    if ! cmp --quiet "$list" "$folder/installed"; then
        python3 -m venv --clear "$folder" &&
            "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement "$list" &&
            cp "$list" "$folder/installed" || return
    fi
    PATH=$folder/bin:$PATH
}
