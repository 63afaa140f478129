# shellcheck shell=bash
# The deployment files: whether they are well formed, whether fanpass accepts their settings, and two replicas behind each
# proxy that they configure.
: "${workspace?}" "${root?}" "${image?}" "${jar?}"

deployment_files() {
    need_tools deployment
    hadolint Dockerfile
    say "Dockerfile: no complaint"

    cp --recursive deploy/compose "$workspace/compose"
    WECHAT_APP_ID=wx0123456789abcdef "$workspace/compose/make-secrets" <<<0badc0de0badc0de0badc0de0badc0de >/dev/null
    DOMAIN=fans.example.com docker-compose config --format json >"$workspace/compose.json"
    # There is no schema for the kustomization, the only file that begins with a k.
    kubernetes-validate --strict --kubernetes-version 1.34 deploy/kubernetes/[!k]*.yaml
    "$root/target/tools/deployment/bin/python" scripts/lib/deployment.py "$workspace/compose.json" "$workspace/compose/secrets"
    queries
}

# The alerts, and the dashboard's queries in the form of rules. tests/metrics checks that their metrics exist.
queries() {
    use_promtool || die "promtool cannot be taken from Debian's package prometheus; the reason is above. Try: apt-get download prometheus"
    promtool check rules deploy/prometheus/fanpass.rules.yaml
    promtool test rules deploy/prometheus/fanpass.tests.yaml
    "$root/target/tools/deployment/bin/python" scripts/lib/deployment.py --dashboard >"$workspace/dashboard.yaml"
    promtool check rules "$workspace/dashboard.yaml"
}

# The binary accepts the samples' settings and secrets.
sample_settings() {
    need_tools deployment
    local name proxies
    for name in compose kubernetes; do
        # compose.yaml names its proxy in the environment.
        proxies=()
        [[ $name != compose ]] || proxies=(--env FANPASS__SERVER__TRUSTED_PROXIES=172.30.11.0/24)
        mkdir --parents "$workspace/sample/$name"
        "$root/target/tools/deployment/bin/python" scripts/lib/deployment.py --settings "$name" "$workspace/sample/$name"
        docker run --rm --network host --read-only --tmpfs /data:uid=10001 --volume "$workspace/sample/$name:/config:ro" \
            --env FANPASS__SERVER__PUBLIC_URL=https://fans.example.com "${proxies[@]}" --env-file "$workspace/account" \
            --volume "$workspace/secrets:/run/secrets:ro" "$image" check >"$workspace/check" 2>&1 ||
            die "$name: $(cat "$workspace/check")"
        say "$name: $(grep settings "$workspace/check")"
    done
}

# Two replicas, each on an IP of its own, like containers on a bridge. usage: start_replicas PUBLIC-URL
start_replicas() {
    local number
    port=$(free_port)
    ops_port=$(free_port)
    start_platform "$1"
    for number in 1 2; do
        start_service "fanpass-$number" "127.0.0.$((number + 1))" "$port" "$ops_port" "$1" \
            --env FANPASS__SERVER__TRUSTED_PROXIES=127.0.0.0/8 \
            --env "DATABASE_URL=$FANPASS_TEST_DATABASE_URL" --env "REDIS_URL=$FANPASS_TEST_REDIS_URL"
    done
}

# Prints a sample with the replicas' IPs and ports of this run.
with_replicas() { sed -e "s/fanpass-1:8080/127.0.0.2:$port/; s/fanpass-2:8080/127.0.0.3:$port/" "$1"; }

behind_caddy() {
    has_feature postgres || return 0
    local https_port site
    https_port=$(free_port)
    site=https://localhost:$https_port
    start_replicas "$site"
    mkdir "$workspace/caddy"
    with_replicas deploy/caddy/Caddyfile |
        sed -e "s/health_port 9090/health_port $ops_port/" \
            -e "s/^{\$/{\n\tdefault_bind 127.0.0.1\n\thttp_port $(free_port)\n\thttps_port $https_port/" >"$workspace/caddy/Caddyfile"
    DOMAIN=localhost HOME=$workspace/caddy XDG_DATA_HOME=$workspace/caddy XDG_CONFIG_HOME=$workspace/caddy \
        caddy run --config "$workspace/caddy/Caddyfile" --adapter caddyfile >"$workspace/caddy/log" 2>&1 &
    authority=$workspace/caddy/caddy/pki/authorities/local/root.crt
    until_tls "$site"
    balanced "$site" "$workspace/caddy/log"
}

behind_nginx() {
    has_feature postgres || return 0
    local https_port site
    https_port=$(free_port)
    site=https://localhost:$https_port
    start_replicas "$site"
    mkdir "$workspace/nginx"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$workspace/nginx/privkey.pem" -out "$workspace/nginx/fullchain.pem" 2>/dev/null
    with_replicas deploy/nginx/fanpass.conf |
        sed -e "s/listen 80;/listen 127.0.0.1:$(free_port);/; s/listen 443 /listen 127.0.0.1:$https_port /" \
            -e "s/fans.example.com;/localhost;/; s#/etc/ssl/fans.example.com#$workspace/nginx#; s#/var/log/nginx#$workspace/nginx#" \
            >"$workspace/nginx/fanpass.conf"
    cat >"$workspace/nginx/nginx.conf" <<TEXT
user root; daemon off; worker_processes 1; pid $workspace/nginx/pid; error_log $workspace/nginx/error.log;
events {}
http {
    client_body_temp_path $workspace/nginx/body; proxy_temp_path $workspace/nginx/proxy; fastcgi_temp_path $workspace/nginx/f;
    uwsgi_temp_path $workspace/nginx/u; scgi_temp_path $workspace/nginx/s; access_log off;
    include $workspace/nginx/fanpass.conf;
}
TEXT
    nginx -c "$workspace/nginx/nginx.conf" -e "$workspace/nginx/error.log" &
    # shellcheck disable=SC2034 # For image-http.sh.
    authority=$workspace/nginx/fullchain.pem
    until_tls "$site"
    balanced "$site" "$workspace/nginx"
}

until_tls() {
    local try
    for ((try = 0; try < 100; try++)); do
        ! browse --output /dev/null "$1/static/none" 2>/dev/null || return 0
        sleep 0.1
    done
    die "the proxy does not answer at $1"
}

# usage: not_in_logs LOGS PATH PATTERN
not_in_logs() {
    local logs=$1 path=$2 pattern=$3
    grep --quiet --recursive "$path" "$logs" || die "the proxy logs no request of $path"
    ! grep --recursive --extended-regexp "$pattern" "$logs" || die "what a URL of $path holds is in the proxy's log"
    say "nothing secret in the proxy's logs: $(grep --recursive --no-filename --count "$path" "$logs" | paste --serial --delimiters + | bc) lines of $path"
}

# A login across both replicas, then with one stopped during requests, then with both stopped; and what the logs hold.
# usage: balanced SITE LOGS
balanced() {
    local site=$1 logs=$2 code push name answers
    log_in "$site" "${platform?}" "双机$RANDOM"
    [[ $(awk '$7 ~ /./ && $6 ~ /^__Host-/' "$jar" | wc --lines) != 0 ]] || die "no cookie with the prefix __Host-"
    for name in fanpass-1 fanpass-2; do
        docker logs "$name" 2>&1 | grep --extended-regexp '/wechat/callback|"/"|/welcome|/register' >/dev/null || die "$name served nothing"
    done
    say "both replicas served"
    # Photos are off, so fanpass refuses the body by its length, and the rest of what is sent may end in a broken connection.
    # nginx would answer itself, with its own page, if it took small bodies alone.
    answers=$(head --bytes 3000000 /dev/zero | browse --data-binary @- "$site/api/photos" 2>/dev/null || true)
    [[ $answers != *nginx* ]] || die "the proxy keeps 3 MB for /api/photos to itself: $answers"
    say "the proxy passes large bodies on"

    (
        for ((try = 0; try < 40; try++)); do
            browse --output /dev/null --write-out '%{http_code}\n' "$site/"
            sleep 0.1
        done
    ) >"$workspace/answers" &
    docker stop --time 30 fanpass-1 >/dev/null
    wait "$!"
    answers=$(sort "$workspace/answers" | uniq --count | tr --squeeze-repeats ' \n' ' ')
    [[ $answers == " 40 200 " ]] || die "while one replica stopped the signed-in page was answered with:$answers"
    log_in "$site" "$platform" "单机$RANDOM"
    say "one replica stopped: 40 of 40 pages, and the other one logs fans in"

    docker stop --time 30 fanpass-2 >/dev/null
    code=$(sed -E 's/.*[?&]code=([^&]+).*/\1/' <<<"${callback?}")
    browse --output /dev/null --write-out 'both stopped: %{http_code}\n' "$callback"
    push="signature=5180a7u4e&timestamp=1714112445&nonce=415670741&openid=oF4n0penid"
    browse --output /dev/null --write-out 'both stopped, a push: %{http_code}\n' --data '<xml/>' "$site/wechat/push?$push"
    for name in p avatars; do browse --output /dev/null "$site/$name/5ea1edl1nk"; done
    not_in_logs "$logs" /p/ 5ea1edl1nk
    not_in_logs "$logs" /avatars/ 5ea1edl1nk
    not_in_logs "$logs" /wechat/callback "code=|$code"
    not_in_logs "$logs" /wechat/push "signature=|5180a7u4e|415670741|oF4n0penid"
    remove_containers fanpass-1 fanpass-2 platform
}
