# shellcheck shell=bash
# The processes of one measurement: sandbox, fanpass, the bare handler, and the load on both.

: "${root?}" "${workspace?}" "${short?}" "${profile?}" "${binaries?}"

# Made up, like every secret here.
readonly load_app_id=wx0123456789abcdef load_app_secret=0badc0de0badc0de0badc0de0badc0de
readonly load_ops_key=made-up-made-up-made-up-made-up-made-up
readonly load_app_host=shop.example load_push_token=madeUpToken load_push_key=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
printf -v load_session_key '5a%.0s' {1..64}

# Enough fans at once to keep both cores busy; more while each waits for the platform.
readonly load_at_once=16 load_at_once_delayed=64
results=""
samples=""
tables=0

build_subjects() {
    [[ -z $binaries ]] || return 0
    local folder=$profile features=(--features "postgres,load")
    # fanpass and the load are built with the same dependencies; the debug build takes those that the tests use.
    [[ $profile != dev ]] || folder=debug features=(--workspace --all-features)
    cargo build --profile "$profile" "${features[@]}" --bin fanpass --bin load --locked --quiet
    binaries=$workspace/bin
    mkdir "$binaries"
    # Copies: a build during the measurement must not replace what is measured.
    cp "${CARGO_TARGET_DIR:-$root/target}/$folder/"{fanpass,load} "$binaries"
    say "built: fanpass ($(stat --format %s "$binaries/fanpass") bytes) and the load, profile $profile"
}

# A busy machine gives poor figures. After five minutes the measurement starts all the same.
wait_for_quiet() {
    local try load
    for ((try = 0; try < 30; try++)); do
        read -r load _ </proc/loadavg
        awk -v load="$load" 'BEGIN { exit load >= 1.5 }' && return
        ((try > 0)) || say "the machine is busy (load $load): waiting up to five minutes"
        sleep 10
    done
    say "the machine is still busy (load $load): its figures are worth less"
}

start_load_servers() {
    choose_server_user
    local password
    password=$(openssl rand -hex 16)
    start_postgres "$password"
    start_redis "$password"
}

prepare_results() {
    results=${CARGO_TARGET_DIR:-$root/target}/bench
    mkdir --parents "$results"
    samples=$results/samples.jsonl
    : >"$samples"
}

# `setting NAME DATABASE CACHE FANS DELAY OPERATION…`: a table, both servers, and the load on them.
setting() {
    local name database=$2 cache=$3 fans=$4 delay=$5
    name="$1, $(thousands "$fans") fans, $delay ms"
    shift 5
    headline "$name"
    local began=$SECONDS first=${#server_pids[@]}
    local sandbox site bare internal push_targets push=false photos=false jssdk=false
    choose_ports
    [[ $1 != push ]] || configure_push
    [[ $1 != photos ]] || photos=true
    [[ $1 != jssdk ]] || configure_jssdk
    fresh_table "$database"
    start_sandbox
    (as_in_production && exec "$binaries/fanpass" migrate) >/dev/null
    (where_things_are && exec "$binaries/load" fill --app-id "$load_app_id" --sandbox "$sandbox" --rows "$fans" \
        --fans "$workspace/fans")
    say "the table is filled ($(duration $((SECONDS - began))))"
    start_subjects
    case $1 in
        internal) drive_internal "$name" ;;
        push) drive_push "$name" ;;
        photos) drive_photos "$name" ;;
        jssdk) drive_jssdk "$name" ;;
        *) drive "$name" "$delay" "$@" ;;
    esac
    stop "${server_pids[@]:first}"
    server_pids=("${server_pids[@]:0:first}")
    drop_table "$database"
    rm --recursive --force "$TMPDIR/site"
    say "measured in $(duration $((SECONDS - began)))"
}

thousands() { sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta' <<<"$1"; }

choose_ports() {
    local ports
    mapfile -t ports < <(for _ in 1 2 3 4 5 6 7 8; do free_port; done | sort --unique)
    ((${#ports[@]} == 8)) || { choose_ports; return; }
    sandbox=127.0.0.1:${ports[0]} site=127.0.0.1:${ports[1]} bare=127.0.0.1:${ports[2]} ops_port=${ports[3]} internal=127.0.0.1:${ports[4]}
    push_targets=("${ports[@]:5}")
}

# Where the table of the next setting is.
fresh_table() {
    tables=$((tables + 1))
    if [[ $1 == sqlite ]]; then
        mkdir --parents "$workspace/sqlite"
        database_url=sqlite://$workspace/sqlite/$tables.db
    else
        postgres_sql "CREATE DATABASE load_$tables"
        database_url="${postgres_url?}/load_$tables?sslmode=require"
    fi
}

drop_table() {
    if [[ $1 == sqlite ]]; then
        rm --recursive "$workspace/sqlite"
    else
        postgres_sql "DROP DATABASE load_$tables WITH (FORCE)"
    fi
}

postgres_sql() {
    "$(postgres_bin)/psql" --no-psqlrc --quiet --output=/dev/null --command="$1" "$postgres_url/postgres?sslmode=require"
}

# The settings of production without the rate limit, since all the load comes from one IP. For a subshell.
as_in_production() {
    where_things_are
    # Not where the sandbox runs, which reads config/ too.
    mkdir --parents "$TMPDIR/site"
    cd "$TMPDIR/site" || exit
    export FANPASS_ENV=production WECHAT_APP_ID=$load_app_id WECHAT_APP_SECRET=$load_app_secret
    export SESSION_KEY=$load_session_key OPS_API_KEY=$load_ops_key FANPASS__INTERNAL__PORT=${internal#*:}
    export FANPASS__SERVER__HOST=127.0.0.1 FANPASS__SERVER__PORT=${site#*:} FANPASS__SERVER__PUBLIC_URL=http://$site
    export FANPASS__OPS__PORT=$ops_port FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE=0
    export FANPASS__WECHAT__API_URL=http://$sandbox FANPASS__WECHAT__OPEN_URL=http://$sandbox
    ! $push || as_with_pushes
    ! $photos || export FANPASS__PHOTOS__ENABLED=true FANPASS__PHOTOS__PER_FAN=10000
    ! $jssdk || export FANPASS__JSSDK__ENABLED=true
}

as_with_pushes() {
    local name
    export FANPASS__PUSH__ENABLED=true WECHAT_TOKEN=$load_push_token WECHAT_ENCODING_AES_KEY=$load_push_key
    for name in LOG OTHER BOT; do export "PUSH_FORWARD_${name}_SECRET=$load_ops_key"; done
}

# Three targets of forwards, which the load serves, and a reply to whatever they do not answer.
configure_push() {
    push=true
    local number kinds=('"text"' '"image"' '"location", "voice"') names=(log other bot) answers=(false false true)
    mkdir --parents "$TMPDIR/site/config"
    printf '[[reply]]\non = "default"\ntext = "已收到，我们会尽快回复。"\n' >"$TMPDIR/site/config/replies.toml"
    for number in 0 1 2; do
        printf '[[push.forward]]\nname = "%s"\nurl = "http://127.0.0.1:%s/"\nmessages = [%s]\nprivate = true\nanswers = %s\n' \
            "${names[number]}" "${push_targets[number]}" "${kinds[number]}" "${answers[number]}"
    done >"$TMPDIR/site/config/local.toml"
}

# An app whose pages are signed.
configure_jssdk() {
    jssdk=true
    mkdir --parents "$TMPDIR/site/config"
    printf '[apps.shop]\nhosts = ["%s"]\njssdk = true\n' "$load_app_host" >"$TMPDIR/site/config/local.toml"
}

where_things_are() {
    export DATABASE_URL=$database_url
    [[ $cache != redis ]] || export REDIS_URL=${redis_url?}
}

start_sandbox() {
    (
        cd "$TMPDIR" || exit
        export WECHAT_APP_ID=$load_app_id WECHAT_APP_SECRET=$load_app_secret
        export FANPASS__SANDBOX__PORT=${sandbox#*:} FANPASS__LOG__FILTER=warn
        exec "$binaries/fanpass" sandbox
    ) >"$workspace/sandbox.log" 2>&1 &
    sandbox_pid=$!
    server_pids+=("$sandbox_pid")
    until_ready "$sandbox_pid" port_answers "$sandbox" || die "the sandbox does not start: $(cat "$workspace/sandbox.log")"
}

# The log goes into a pipe, as in a container; warnings and errors are kept.
start_subjects() {
    (as_in_production && exec "$binaries/fanpass" serve) \
        > >(exec grep --invert-match '"level":"INFO"' >"$workspace/fanpass.log") 2>&1 &
    site_pid=$!
    server_pids+=("$site_pid")
    until_ready "$site_pid" port_answers "$site" || die "fanpass does not start: $(cat "$workspace/fanpass.log")"
    "$binaries/load" page --site "$site" --sandbox "$sandbox" --fans "$workspace/fans" --out "$workspace/page.html"
    (
        where_things_are
        exec "$binaries/load" ceiling --listen "$bare" --app-id "$load_app_id" --app-secret "$load_app_secret" \
            --sandbox "$sandbox" --page "$workspace/page.html"
    ) >"$workspace/bare.log" 2>&1 &
    bare_pid=$!
    server_pids+=("$bare_pid")
    until_ready "$bare_pid" port_answers "$bare" || die "the bare handler does not start: $(cat "$workspace/bare.log")"
}

drive() {
    local name=$1 delay=$2 operation operations=() at_once=$load_at_once rounds=3 window=2000
    shift 2
    for operation in "$@"; do operations+=(--operation "$operation"); done
    ((delay == 0)) || at_once=$load_at_once_delayed
    ! $short || rounds=1 window=300
    # Lets both become idle before their memory is read.
    sleep 1
    "$binaries/load" drive --setting "$name" --sandbox "$sandbox" --fans "$workspace/fans" --platform-delay "$delay" \
        --subject "fanpass=$site=$site_pid" --subject "bare=$bare=$bare_pid" "${operations[@]}" \
        --at-once "$at_once" --rounds "$rounds" --window "$window" --out "$samples" ||
        die "the load failed: $(tail --lines=20 "$workspace/fanpass.log" "$workspace/bare.log")"
}

# Tokens, calls through the relay, and files. The tables are the load's own.
drive_internal() {
    local rounds=3 window=2000
    ! $short || rounds=1 window=300
    sleep 1
    {
        say ""
        say "The internal API, $1:"
        say ""
        "$binaries/load" internal --fanpass "fanpass=$internal=$site_pid" --bare "bare=$bare=$bare_pid" \
            --sandbox "sandbox=$sandbox=$sandbox_pid" --key "$load_ops_key" --fans "$workspace/fans" \
            --at-once "$load_at_once" --rounds "$rounds" --window "$window"
    } >>"$workspace/internal.md" || die "the load failed: $(tail --lines=20 "$workspace/fanpass.log" "$workspace/bare.log")"
}

# Pushes in safe mode. The table is the load's own.
drive_push() {
    local window=5000 rate=100
    ! $short || window=300 rate=40
    sleep 1
    {
        say ""
        say "Server push, $1:"
        say ""
        "$binaries/load" push --fanpass "fanpass=$site=$site_pid" --app-id "$load_app_id" --token "$load_push_token" \
            --aes-key "$load_push_key" --fans "$workspace/fans" --log "127.0.0.1:${push_targets[0]}" \
            --other "127.0.0.1:${push_targets[1]}" --bot "127.0.0.1:${push_targets[2]}" --at-once "$load_at_once" --rate "$rate" --window "$window"
    } >>"$workspace/internal.md" || die "the load failed: $(tail --lines=20 "$workspace/fanpass.log")"
}

# Logins while photos are uploaded. The table is the load's own. After measure_photos, which makes the pictures.
drive_photos() {
    local rounds=3 window=8000 rate=40
    ! $short || rounds=1 window=500 rate=20
    sleep 1
    {
        say ""
        say "Logins beside photos, $1:"
        say ""
        "$binaries/load" photos --fanpass "fanpass=$site=$site_pid" --sandbox "$sandbox" --fans "$workspace/fans" \
            --pictures "$workspace/photos" --rate "$rate" --at-once "$((2 * $(nproc)))" --rounds "$rounds" --window "$window"
    } >>"$workspace/internal.md" || die "the load failed: $(tail --lines=20 "$workspace/fanpass.log")"
}

# Signatures of pages, the first ones cold on three replicas. The table is the load's own.
drive_jssdk() {
    local rounds=3 window=2000 port replicas=()
    ! $short || rounds=1 window=300
    for port in "${push_targets[@]:0:2}"; do
        start_replica "$port"
        replicas+=(--replica "127.0.0.1:$port")
    done
    {
        say ""
        say "Signatures for the JS-SDK, $1:"
        say ""
        "$binaries/load" jssdk --fanpass "fanpass=$site=$site_pid" "${replicas[@]}" --sandbox "$sandbox" --app-host "$load_app_host" \
            --at-once "$load_at_once" --rounds "$rounds" --window "$window"
    } >>"$workspace/internal.md" || die "the load failed: $(tail --lines=20 "$workspace/fanpass.log")"
}

# Another process of the same deployment, at this port. It serves no internal API.
start_replica() {
    (
        as_in_production
        unset OPS_API_KEY
        export FANPASS__SERVER__PORT=$1 FANPASS__OPS__PORT=0
        exec "$binaries/fanpass" serve
    ) >"$workspace/replica.log" 2>&1 &
    server_pids+=("$!")
    until_ready "$!" port_answers "127.0.0.1:$1" || die "a replica does not start: $(cat "$workspace/replica.log")"
}

report() {
    {
        say "$(date --utc +%F), $(nproc) cores of $(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -1), Linux $(uname -r)," \
            "load $(cut -d' ' -f1 /proc/loadavg) at the end, profile $profile, commit $(git rev-parse --short HEAD 2>/dev/null || say unknown)"
        say ""
        "$binaries/load" report "$samples"
        [[ ! -e $workspace/internal.md ]] || cat "$workspace/internal.md"
    } | tee "$results/report.md"
}
