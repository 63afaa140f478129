# shellcheck shell=bash
# Debian packages and Rust components: only what is missing is installed. Needs workspace.sh, try-again.sh and servers.sh.
#
# apt keeps its downloads itself until they are installed, and then nobody asks for them again: target/ holds none of them.
: "${workspace?}"

readonly cluster_defaults=/etc/postgresql-common/createcluster.d
guard_files=()

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# Each missing_… function prints the packages that are missing. It looks for what a package brings and not for its name, so
# that programs installed in another way count too.
missing_build_packages() {
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || say ca-certificates
    has cc || say build-essential
    has c++ || say g++
    has openssl || say openssl
    has pkg-config || say pkg-config
    pkg-config --exists openssl 2>/dev/null || say libssl-dev
    pkg-config --exists libmariadb 2>/dev/null || say libmariadb-dev
    missing_venv
}

# For the tools from PyPI.
missing_venv() { python3 -c 'import ensurepip, venv' 2>/dev/null || say python3-venv; }

missing_server_packages() {
    missing_redis_and_postgres
    [[ -x /usr/sbin/pgbouncer ]] || say pgbouncer
    missing_mariadb
}

missing_redis_and_postgres() {
    has redis-server || say redis-server
    [[ -n $(postgres_bin) ]] || say postgresql
}

# The -core packages have the programs and no service.
missing_mariadb() {
    if [[ ! -x ${mariadbd?} ]] || ! has mariadb-install-db; then say mariadb-server-core; fi
    has mariadb || say mariadb-client-core
}

missing_browser_packages() {
    [[ -x /usr/bin/chromium ]] || say chromium
    [[ -x /usr/bin/chromedriver ]] || say chromium-driver
    [[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ]] || say fonts-noto-cjk
    [[ -e /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ]] || say fonts-noto-color-emoji
}

missing_node_packages() {
    has node || say nodejs
    has npm || say npm
}

# Judges that no tag is left in a photo.
missing_photo_packages() { has exiftool || say libimage-exiftool-perl; }

# usage: install_packages MISSING-FUNCTION …
install_packages() {
    local missing
    mapfile -t missing < <(all_missing "$@")
    if ((${#missing[@]} == 0)); then
        say "Debian packages: nothing is missing"
        return
    fi
    say "Debian packages: installing ${missing[*]}"
    ((EUID == 0)) || has sudo || die "neither root nor sudo; as root: apt-get install ${missing[*]}"
    keep_services_off
    apt_get update
    apt_get install --yes --no-install-recommends "${missing[@]}"
    undo_package_guards
    mapfile -t missing < <(all_missing "$@")
    ((${#missing[@]} == 0)) || die "still missing after the installation: ${missing[*]}"
}

all_missing() {
    local missing
    for missing in "$@"; do "$missing"; done
}

apt_get() {
    try_again as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" ||
        die "apt-get $* failed; the reason is above. Check the network and /etc/apt/sources.list*, or run it yourself."
}

# Some packages start a service or make a database cluster. The tests want only the programs.
keep_services_off() {
    [[ -e /usr/sbin/policy-rc.d ]] || guard /usr/sbin/policy-rc.d '#!/bin/sh' 'exit 101'
    guard "$cluster_defaults/fanpass-test.conf" 'create_main_cluster = false'
}

guard() {
    local file=$1
    shift
    guard_files+=("$file")
    printf '%s\n' "$@" >"$workspace/guard"
    as_root install -D --mode 755 "$workspace/guard" "$file"
}

undo_package_guards() {
    ((${#guard_files[@]})) || return 0
    as_root rm --force "${guard_files[@]}"
    as_root rmdir --ignore-fail-on-non-empty "$cluster_defaults"
    guard_files=()
}

# The toolchain's components and the dependencies' sources, which stay where cargo keeps them.
prepare_cargo() {
    has cargo || die "a Rust toolchain is needed: https://rustup.rs"
    if ! cargo fmt --version &>/dev/null || ! cargo clippy --version &>/dev/null; then
        has rustup || die "rustfmt and clippy are needed beside cargo"
        say "Rust components: installing rustfmt and clippy"
        try_again rustup --quiet component add rustfmt clippy ||
            die "rustfmt and clippy cannot be installed; the reason is above. Try it yourself: rustup component add rustfmt clippy"
    fi
    try_again cargo fetch --quiet --locked ||
        die "the dependencies cannot be fetched; the reason is above. Check the network, and cargo's registry settings."
}
