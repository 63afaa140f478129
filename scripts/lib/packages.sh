# shellcheck shell=bash
# Debian packages and cargo tools: only what is missing is installed. Needs try-again.sh.
: "${workspace?}" "${quick?}"

readonly nextest_release=0.9.143
readonly cluster_defaults=/etc/postgresql-common/createcluster.d
guard_files=()

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

has() { command -v "$1" >/dev/null; }

# Prints the packages that are missing, judged by what they bring, so that tools installed otherwise count too.
missing_packages() {
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || say ca-certificates
    has cc || say build-essential
    has c++ || say g++
    has openssl || say openssl
    has pkg-config || say pkg-config
    pkg-config --exists openssl 2>/dev/null || say libssl-dev
    pkg-config --exists libmariadb 2>/dev/null || say libmariadb-dev
    "$quick" || missing_test_packages
}

missing_test_packages() {
    has redis-server || say redis-server
    [[ -n $(postgres_bin) ]] || say postgresql
    [[ -x /usr/sbin/pgbouncer ]] || say pgbouncer
    # The -core packages have the programs and no service.
    [[ -x $mariadbd ]] && has mariadb-install-db || say mariadb-server-core
    has mariadb || say mariadb-client-core
    [[ -x /usr/bin/chromium ]] || say chromium
    [[ -x /usr/bin/chromedriver ]] || say chromium-driver
    [[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ]] || say fonts-noto-cjk
    [[ -e /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ]] || say fonts-noto-color-emoji
    python3 -c 'import ensurepip, venv' 2>/dev/null || say python3-venv
    has node || say nodejs
    has npm || say npm
}

install_missing_packages() {
    local missing
    mapfile -t missing < <(missing_packages)
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
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} == 0)) || die "still missing after the installation: ${missing[*]}"
}

apt_get() {
    try_again as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" || die "apt-get $1 failed"
}

# The packages of the servers would start a service and make a database cluster; the tests want only the programs.
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

install_missing_cargo_tools() {
    has cargo || die "a Rust toolchain is needed: https://rustup.rs"
    if ! cargo fmt --version &>/dev/null || ! cargo clippy --version &>/dev/null; then
        has rustup || die "rustfmt and clippy are needed beside cargo"
        say "Rust components: installing rustfmt clippy"
        try_again rustup --quiet component add rustfmt clippy
    fi
    if ! cargo nextest --version &>/dev/null; then
        say "cargo tools: installing cargo-nextest $nextest_release (some minutes, once)"
        try_again cargo install --quiet --locked --root "${CARGO_HOME:-$HOME/.cargo}" "cargo-nextest@$nextest_release"
    fi
    try_again cargo fetch --quiet --locked
    say "cargo tools: $(cargo --version), $(cargo nextest --version | head -1)"
}
