# shellcheck shell=bash
# Tools that the scripts bring along: pinned in scripts/lib/tools, installed under target/tools, nowhere else.
# Needs workspace.sh and try-again.sh.
: "${root?}"

# Installs the Python packages of scripts/lib/tools/NAME.txt, unless that was done before, and puts their programs on PATH.
# usage: use_tools NAME
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

# The same, where nothing can be done without them. usage: need_tools NAME
need_tools() {
    use_tools "$1" ||
        die "the tools of scripts/lib/tools/$1.txt cannot be installed from PyPI; the reason is above. Check the network and pip's settings."
}

# Puts cargo-NAME on PATH, in the version of scripts/lib/tools/cargo-NAME.txt: the machine's own if it has that version, else
# a binary from PyPI, else compiled here. The caller's CARGO_HOME gets no program.
# usage: use_cargo_tool NAME
use_cargo_tool() {
    local tool=$1 version compiled=$root/target/tools/compiled
    version=$(sed -nE "s/^.*cargo-$tool==([0-9.]+).*/\1/p" "$root/scripts/lib/tools/cargo-$tool.txt")
    ! has_cargo_tool "$tool" "$version" || return 0
    PATH=$compiled/bin:$PATH
    ! has_cargo_tool "$tool" "$version" || return 0
    if use_tools "cargo-$tool" && has_cargo_tool "$tool" "$version"; then return 0; fi
    say "cargo-$tool $version: no binary from PyPI works here; compiling it (some minutes, once)"
    try_again cargo install --quiet --locked --root "$compiled" "cargo-$tool@$version" ||
        die "cargo-$tool can be had neither from PyPI nor from crates.io; the reasons are above. Check the network and the" \
            "settings of pip and cargo, or install it yourself: cargo install --locked cargo-$tool@$version"
}

# usage: has_cargo_tool NAME VERSION
has_cargo_tool() {
    local found
    found=$(cargo "$1" --version 2>/dev/null) || return
    [[ $found == "cargo-$1 $2" || $found == "cargo-$1 $2"[[:space:]]* ]]
}

# Names the server that speaks S3, of which each test starts one of its own.
use_s3_server() {
    need_tools s3
    export FANPASS_TEST_S3_SERVER=$root/target/tools/s3/bin/moto_server
}

# Puts Prometheus' promtool on PATH, taken out of Debian's package: installing the package would start a server.
# Needs packages.sh.
use_promtool() {
    local folder=$root/target/tools/promtool
    ! has promtool || return 0
    if [[ ! -x $folder/promtool ]]; then
        (cd "${workspace?}/tmp" && apt_get download prometheus) && mkdir --parents "$folder" &&
            dpkg-deb --fsys-tarfile "$workspace"/tmp/prometheus_*.deb | tar --extract --directory "$folder" --strip-components 3 ./usr/bin/promtool ||
            return
    fi
    PATH=$folder:$PATH
}
