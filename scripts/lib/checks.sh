# shellcheck shell=bash
# What the stages run. Each is called in a subshell of its own, where `set -e` holds.
: "${root?}" "${workspace?}"

lint() { cargo clippy --all-targets --locked "$@" -- -D warnings; }

tests_on() {
    local backends=$1
    shift
    FANPASS_TEST_BACKENDS=$backends cargo nextest run --all-features --locked "$@"
}

# Shows that they run, not how fast.
benchmarks_short() {
    cargo test --bench pure --all-features --locked --quiet
    scripts/bench --short --debug
}

documentation() {
    cargo test --doc --all-features --locked
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --all-features --locked
}

# mdBook goes on after most of what it complains about.
build_book() {
    use_tools book
    mdbook build docs 2>&1 | tee "$workspace/book.log"
    ! grep --extended-regexp '\b(WARN|ERROR)\b' "$workspace/book.log"
}

# Crates that bind a C library end in -sys or -src. SQLite's sources are compiled in; every other one would ask for a
# -dev package sooner or later.
no_system_library_by_default() {
    local found
    found=$(native_crates)
    say "default features: ${found:-none}"
    [[ $found == libsqlite3-sys ]] || return 1
    found=$(native_crates --all-features)
    say "all features: ${found//$'\n'/ }"
    [[ $found == *mysqlclient-sys*openssl-sys*pq-sys* ]] || {
        say "the check no longer sees the native crates that the features postgres and mysql have"
        return 1
    }
    # Compiles in a client library under GPL-2.0-only.
    [[ $found != *mysqlclient-src* ]]
}

native_crates() {
    local tree
    tree=$(cargo tree --edges normal,build --prefix none --format '{p}' --locked "$@")
    # linux-raw-sys binds no library: it is the kernel's own numbers, written in Rust.
    sed -nE 's/^([a-z0-9_-]+-(sys|src)) .*/\1/p' <<<"$tree" | grep --invert-match --line-regexp linux-raw-sys | sort --unique
}

# SDKs that others wrote go through the whole procedure against `fanpass sandbox`.
foreign_clients() {
    export SANDBOX_APP_ID=wx0123456789abcdef SANDBOX_APP_SECRET=0badc0de0badc0de0badc0de0badc0de
    # The binary that the tests before were built with; building it alone would compile half the dependencies anew.
    cargo test --all-features --locked --no-run
    local port sandbox
    port=$(free_port)
    start_sandbox "$port"
    sandbox=$!
    until_ready "$sandbox" port_answers "$port" || die "the sandbox does not start"
    export SANDBOX_URL="http://127.0.0.1:$port"
    local client
    for client in wechatpy wechat-oauth; do
        say "--- $client"
        "tests/clients/$client/run"
    done
    is_running "$sandbox" || die "the sandbox ended before its clients"
    kill -TERM "$sandbox"
}

# Runs where no .env and no config/local.toml of the working copy is read.
start_sandbox() {
    (
        cd "$TMPDIR" || exit
        export WECHAT_APP_ID=$SANDBOX_APP_ID WECHAT_APP_SECRET=$SANDBOX_APP_SECRET FANPASS__SANDBOX__PORT=$1
        exec "${CARGO_TARGET_DIR:-$root/target}/debug/fanpass" sandbox
    ) &
}

port_answers() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
