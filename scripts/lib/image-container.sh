# shellcheck shell=bash
# Containers of the image, confined as in the deployment files.
: "${workspace?}" "${root?}"

readonly image=fanpass:test

# A made-up account, its secrets as files, and a setting in a mounted file.
prepare_account() {
    mkdir "$workspace/secrets" "$workspace/config"
    printf '%s' 0badc0de0badc0de0badc0de0badc0de >"$workspace/secrets/app_secret"
    openssl rand -hex 64 >"$workspace/secrets/session_key"
    say "WECHAT_APP_ID=wx0123456789abcdef" "WECHAT_APP_SECRET_FILE=/run/secrets/app_secret" \
        "SESSION_KEY_FILE=/run/secrets/session_key" | tr ' ' '\n' >"$workspace/account"
    cat >"$workspace/config/local.toml" <<'TOML'
[site]
name = "示例公众号"

[wechat.root_files]
"MP_verify_0123456789abcdef.txt" = "0123456789abcdef"
TOML
    chmod 755 "$workspace/secrets" "$workspace/config"
}

# usage: run_container NAME [DOCKER-ARGUMENT …] -- [FANPASS-ARGUMENT …]
run_container() {
    local name=$1 arguments=()
    shift
    while [[ $1 != -- ]]; do
        arguments+=("$1")
        shift
    done
    shift
    docker rm --force --volumes "$name" &>/dev/null || true
    docker run --name "$name" --network host --read-only --cap-drop ALL --security-opt no-new-privileges \
        --memory 256m --pids-limit 1024 --env-file "$workspace/account" --volume "$workspace/secrets:/run/secrets:ro" \
        --volume "$workspace/config:/config:ro" "${arguments[@]}" "$image" "$@"
}

# Starts the sandbox from the same image; production would refuse to. Sets `platform` to its URL.
start_platform() {
    local port
    port=$(free_port)
    platform=http://127.0.0.1:$port
    run_container platform --detach --env FANPASS_ENV=development --env "FANPASS__SANDBOX__PORT=$port" \
        --env "FANPASS__SERVER__PUBLIC_URL=$1" --no-healthcheck -- sandbox >/dev/null
    until_answers "$platform/" || die "the sandbox does not start: $(docker logs platform 2>&1 | tail -5)"
}

# usage: start_service NAME HOST PORT OPS-PORT PUBLIC-URL [DOCKER-ARGUMENT …]
start_service() {
    local name=$1 host=$2 port=$3 ops_port=$4 public_url=$5
    shift 5
    run_container "$name" --detach --env "FANPASS__SERVER__HOST=$host" --env "FANPASS__SERVER__PORT=$port" \
        --env "FANPASS__OPS__HOST=$host" --env "FANPASS__OPS__PORT=$ops_port" \
        --env "FANPASS__SERVER__PUBLIC_URL=$public_url" --env "FANPASS__WECHAT__API_URL=$platform" \
        --env "FANPASS__WECHAT__OPEN_URL=$platform" "$@" -- >/dev/null
    until_answers "http://$host:$ops_port/readyz" || die "$name does not start: $(docker logs "$name" 2>&1 | tail -5)"
}

until_answers() {
    local try
    for ((try = 0; try < 100; try++)); do
        ! curl --silent --fail --noproxy '*' --max-time 2 --output /dev/null "$1" || return 0
        sleep 0.1
    done
    return 1
}

remove_containers() { docker rm --force --volumes "$@" >/dev/null; }

# Prints the process id that the container's first process has on the host.
process_of() { docker inspect --format '{{.State.Pid}}' "$1"; }
