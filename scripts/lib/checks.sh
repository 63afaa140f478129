# shellcheck shell=bash
# What the stages of scripts/test run. Each is called in a subshell of its own, where `set -e` holds.
: "${root?}" "${workspace?}"

# The stages build the same crates with the same features: cargo would compile them anew for any others.
readonly everything=(--workspace --all-features --locked)

shell_functions() {
    local test
    for test in scripts/lib/tests/*; do
        say "--- $test"
        "$test"
    done
}

# The pinned version gives everybody the same answers; Debian's is better than none.
shell_scripts() {
    use_tools shellcheck || has shellcheck ||
        die "ShellCheck cannot be installed from PyPI; the reason is above. Install it yourself: apt-get install shellcheck"
    local scripts
    mapfile -t scripts < <(git grep --files-with-matches --extended-regexp '^#!(/usr/bin/env bash|/bin/sh)|^# shellcheck shell=bash')
    shellcheck --external-sources --severity=style "${scripts[@]}"
    say "${#scripts[@]} shell scripts: no complaint"
}

lint() { cargo clippy --workspace --all-targets --locked "$@" -- -D warnings; }

# usage: tests_on DATABASE,CACHE [NEXTEST-ARGUMENT …]
tests_on() {
    local backends=$1
    shift
    FANPASS_TEST_BACKENDS=$backends cargo nextest run "${everything[@]}" "$@"
}

# Twenty times as many as usual.
many_hostile_inputs() {
    FANPASS_HOSTILE_TIMES=20 cargo nextest run "${everything[@]}" --profile long --test hostile
}

# Shows that they run, not how fast.
benchmarks_short() {
    cargo test --bench pure "${everything[@]}" --quiet
    scripts/bench --short --debug
}

documentation() {
    cargo test --doc "${everything[@]}"
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items "${everything[@]}"
}

# mdBook carries on after most of its warnings and errors.
build_book() {
    need_tools book
    mdbook build docs 2>&1 | tee "$workspace/book.log"
    ! grep --extended-regexp '\b(WARN|ERROR)\b' "$workspace/book.log"
}

# Crates that bind a C library end in -sys or -src. SQLite's sources are compiled in; any other one would need a -dev
# package sooner or later.
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
    # linux-raw-sys binds no library: it holds the kernel's numbers, written in Rust.
    sed -nE 's/^([a-z0-9_-]+-(sys|src)) .*/\1/p' <<<"$tree" | grep --invert-match --line-regexp linux-raw-sys | sort --unique
}

# SDKs that others wrote go through a whole login against `fanpass sandbox`, through the account's calls at a relay before it, and
# through pushes: as the platform that sends them, and as a bot behind a forward.
foreign_clients() {
    export SANDBOX_APP_ID=wx0123456789abcdef SANDBOX_APP_SECRET=0badc0de0badc0de0badc0de0badc0de
    # The binary that the tests use; building it alone would compile half the dependencies anew.
    cargo test "${everything[@]}" --no-run
    local port sandbox relay
    port=$(free_port)
    start_sandbox "$port"
    sandbox=$!
    until_ready "$sandbox" port_answers "127.0.0.1:$port" || die "the sandbox does not start"
    export SANDBOX_URL="http://127.0.0.1:$port"
    local client
    for client in wechatpy wechat-oauth; do
        say "--- $client"
        "tests/clients/$client/run"
    done
    port=$(free_port)
    export RELAY_URL="http://127.0.0.1:$port/internal/wechat" RELAY_APP_ID=shop
    RELAY_APP_KEY=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
    export RELAY_APP_KEY
    start_relay "$port"
    relay=$!
    until_ready "$relay" port_answers "127.0.0.1:$port" || die "the relay does not start"
    for client in wechatpy-relay co-wechat-api; do
        say "--- $client"
        "tests/clients/$client/run"
    done
    is_running "$relay" || die "the relay stopped before its clients had finished"
    for client in wechatpy-push werobot; do
        say "--- $client"
        pushed_by "$client"
    done
    say "--- pillow"
    photographed
    is_running "$sandbox" || die "the sandbox stopped before its clients had finished"
    kill -TERM "$relay" "$sandbox"
}

# A fanpass that takes pushes, and a client that sends them. usage: pushed_by CLIENT
pushed_by() {
    local port receiver
    port=$(free_port)
    export PUSH_SITE="http://127.0.0.1:$port" PUSH_APP_ID=$SANDBOX_APP_ID PUSH_TOKEN=madeUpToken
    export PUSH_URL="$PUSH_SITE/wechat/push"
    # The last letters have bits too many, as most keys of the console do.
    export PUSH_AES_KEY=kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR
    export PUSH_PREVIOUS_AES_KEY=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
    export BOT_APP_ID=$SANDBOX_APP_ID BOT_TOKEN=botToken BOT_AES_KEY=BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB
    BOT_PORT=$(free_port)
    export BOT_PORT
    start_receiver "$1" "$port"
    receiver=$!
    until_ready "$receiver" port_answers "127.0.0.1:$port" || die "the receiver of pushes does not start"
    "tests/clients/$1/run"
    is_running "$receiver" || die "the receiver of pushes stopped before its client had finished"
    kill -TERM "$receiver"
}

# usage: start_receiver CLIENT PORT
start_receiver() {
    local folder=$TMPDIR/$1
    mkdir -p "$folder/config"
    [[ ! -e tests/clients/$1/replies.toml ]] || cp "tests/clients/$1/replies.toml" "$folder/config"
    (
        if [[ -e tests/clients/$1/local.toml ]]; then
            sed "s/BOT_PORT/$BOT_PORT/" "tests/clients/$1/local.toml" >"$folder/config/local.toml"
            export PUSH_FORWARD_BOT_TOKEN=$BOT_TOKEN PUSH_FORWARD_BOT_AES_KEY=$BOT_AES_KEY
        fi
        cd "$folder" || exit
        exec env FANPASS_ENV=test FANPASS__SANDBOX__ENABLED=false FANPASS__WECHAT__API_URL="$SANDBOX_URL" \
            WECHAT_APP_ID="$SANDBOX_APP_ID" WECHAT_APP_SECRET="$SANDBOX_APP_SECRET" DATABASE_URL=sqlite://push.db \
            SESSION_KEY="$(head -c 64 /dev/urandom | od -An -tx1 | tr -d ' \n')" \
            FANPASS__SERVER__PORT="$2" FANPASS__SERVER__PUBLIC_URL="$PUSH_SITE" FANPASS__OPS__PORT="$(free_port)" \
            FANPASS__PUSH__ENABLED=true WECHAT_TOKEN="$PUSH_TOKEN" WECHAT_ENCODING_AES_KEY="$PUSH_AES_KEY" \
            WECHAT_ENCODING_AES_KEY_PREVIOUS="$PUSH_PREVIOUS_AES_KEY" \
            "${CARGO_TARGET_DIR:-$root/target}/debug/fanpass" serve
    ) &
}

# A fanpass that takes photos, and every picture of two packages.
photographed() {
    local port photos
    port=$(free_port)
    mkdir -p "$TMPDIR/photos"
    (
        cd "$TMPDIR/photos" || exit
        exec env FANPASS_ENV=test FANPASS__SANDBOX__ENABLED=false FANPASS__WECHAT__API_URL="$SANDBOX_URL" \
            FANPASS__WECHAT__OPEN_URL="$SANDBOX_URL" WECHAT_APP_ID="$SANDBOX_APP_ID" \
            WECHAT_APP_SECRET="$SANDBOX_APP_SECRET" DATABASE_URL=sqlite://photos.db \
            SESSION_KEY="$(head -c 64 /dev/urandom | od -An -tx1 | tr -d ' \n')" \
            FANPASS__SERVER__PORT="$port" FANPASS__SERVER__PUBLIC_URL="http://127.0.0.1:$port" \
            FANPASS__OPS__PORT="$(free_port)" FANPASS__PHOTOS__ENABLED=true FANPASS__STORAGE__URL=file:objects \
            "${CARGO_TARGET_DIR:-$root/target}/debug/fanpass" serve
    ) &
    photos=$!
    until_ready "$photos" port_answers "127.0.0.1:$port" || die "fanpass with photos does not start"
    PHOTOS_SITE="http://127.0.0.1:$port" PHOTOS_PID=$photos tests/clients/pillow/run
    is_running "$photos" || die "fanpass stopped before its pictures had been sent"
    kill -TERM "$photos"
}

# fanpass before the sandbox, with an app that may call what its clients do.
start_relay() {
    mkdir -p "$TMPDIR/relay"
    local rights="relay:/cgi-bin/user/*"
    rights+=",relay:/cgi-bin/media/*,relay:/cgi-bin/menu/*,relay:/cgi-bin/menu/create,relay:/cgi-bin/menu/delete"
    (
        cd "$TMPDIR/relay" || exit
        exec env FANPASS_ENV=test FANPASS__SANDBOX__ENABLED=false FANPASS__WECHAT__API_URL="$SANDBOX_URL" \
            WECHAT_APP_ID="$SANDBOX_APP_ID" WECHAT_APP_SECRET="$SANDBOX_APP_SECRET" DATABASE_URL=sqlite://relay.db \
            SESSION_KEY="$(head -c 64 /dev/urandom | od -An -tx1 | tr -d ' \n')" \
            FANPASS__SERVER__PORT="$(free_port)" FANPASS__OPS__PORT="$(free_port)" FANPASS__INTERNAL__PORT="$1" \
            APP_SHOP_API_KEY="$RELAY_APP_KEY" FANPASS__APPS__SHOP__API="$rights" \
            "${CARGO_TARGET_DIR:-$root/target}/debug/fanpass" serve
    ) &
}

# In a folder where neither .env nor config/local.toml of the working copy is read.
start_sandbox() {
    (
        cd "$TMPDIR" || exit
        export WECHAT_APP_ID=$SANDBOX_APP_ID WECHAT_APP_SECRET=$SANDBOX_APP_SECRET FANPASS__SANDBOX__PORT=$1
        exec "${CARGO_TARGET_DIR:-$root/target}/debug/fanpass" sandbox
    ) &
}
