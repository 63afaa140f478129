# shellcheck shell=bash
# Tools from PyPI, pinned with the hashes of their files, in a folder of their own under target/. Needs try-again.sh.
: "${root?}"

# Installs the tools of scripts/lib/tools/NAME.txt unless they are there, and puts them in front of PATH.
use_tools() {
    local list=$root/scripts/lib/tools/$1.txt folder=$root/target/tools/$1
    if ! cmp --quiet "$list" "$folder/installed"; then
        python3 -m venv --clear "$folder" &&
            try_again "$folder/bin/pip" install --quiet --disable-pip-version-check --cache-dir "$root/target/cache/pip" \
                --require-hashes --only-binary :all: --requirement "$list" &&
            cp "$list" "$folder/installed" || return
    fi
    PATH=$folder/bin:$PATH
}

# Puts Prometheus' promtool in front of PATH, out of Debian's package: installing that would start a server.
use_promtool() {
    local folder=$root/target/tools/promtool
    ! has promtool || return 0
    if [[ ! -x $folder/promtool ]]; then
        (cd "$workspace/tmp" && apt_get download prometheus) && mkdir --parents "$folder" &&
            dpkg-deb --fsys-tarfile "$workspace"/tmp/prometheus_*.deb | tar --extract --directory "$folder" --strip-components 3 ./usr/bin/promtool ||
            return
    fi
    PATH=$folder:$PATH
}
