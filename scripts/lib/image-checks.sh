# shellcheck shell=bash
# What the image must be and do. Each function is a stage.
: "${workspace?}" "${root?}" "${state?}" "${features?}" "${image?}" "${jar?}"

readonly largest_image=50000000

build_image() {
    local arguments=()
    [[ -z $features ]] || arguments=(--build-arg "FEATURES=$features")
    docker build --network host --progress plain --tag "$image" "${arguments[@]}" \
        --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)" . >"$workspace/build.log" 2>&1 || {
        tail -40 "$workspace/build.log"
        die "the build failed"
    }
    say "built; $(grep --count ' CACHED$' "$workspace/build.log" || true) steps came from the layers of an earlier build"
}

size_and_content() {
    local size file
    size=$(docker image inspect --format '{{.Size}}' "$image")
    docker rm --force content &>/dev/null || true
    docker create --name content "$image" >/dev/null
    docker export content | tar --list --verbose >"$workspace/content"
    remove_containers content
    say "$((size / 1000000)).$(printf '%02d' $((size % 1000000 / 10000))) MB, $(docker save "$image" | gzip | wc --bytes | awk '{ printf "%.1f", $1 / 1e6 }') MB to transfer"
    awk '$1 ~ /^-/ && $3 > 100000 { printf "  %5.1f MB  %s\n", $3 / 1e6, $6 }' "$workspace/content" | sort --reverse --numeric-sort
    ((size < largest_image)) || die "larger than $largest_image bytes"

    # The engine adds empty files; they do not count.
    while read -r file; do
        [[ $file == usr/local/bin/fanpass || $file == lib*/ld-linux* ]] || die "an executable beside the binary: $file"
    done < <(awk '$1 ~ /^-..x/ && $3 > 0 { print $6 }' "$workspace/content")
    ! grep --extended-regexp '^-..[sS]|^-.....[sS]' "$workspace/content" || die "a file runs as its owner"
    for file in libc6 libgcc-s1 ca-certificates; do
        grep " var/lib/dpkg/status.d/$file\$" "$workspace/content" >/dev/null || die "nothing says which $file is inside"
    done
    say "one executable, $(grep --count '\.so' "$workspace/content") shared libraries"
    inspect_image
}

inspect_image() {
    has_setting '{{.Config.User}}' 10001:10001
    has_setting '{{.Config.StopSignal}}' SIGTERM
    has_setting '{{json .Config.Volumes}}' '{"/data":{}}'
    has_setting '{{json .Config.Healthcheck.Test}}' '["CMD","/usr/local/bin/fanpass","healthcheck"]'
    has_setting '{{index .Config.Labels "org.opencontainers.image.title"}}' fanpass
    docker image inspect --format '{{json .Config.Env}}' "$image" | grep --quiet '"FANPASS_ENV=production"' ||
        die "the image does not set FANPASS_ENV=production"
}

has_setting() {
    local found
    found=$(docker image inspect --format "$1" "$image")
    [[ $found == "$2" ]] || die "$1 of the image is $found instead of $2"
}

backends_answer() {
    check_backends SQLite
    if has_feature postgres; then
        mount_certificate postgres
        local url="${FANPASS_TEST_DATABASE_URL/sslmode=require/sslmode=verify-full}&sslrootcert=/config/postgres.crt"
        check_backends PostgreSQL --env "DATABASE_URL=$url" --env "REDIS_URL=$FANPASS_TEST_REDIS_URL"
    fi
    if has_feature mysql; then
        make_mysql_home
        check_backends MySQL --env "DATABASE_URL=$(mysql_home)" --env "REDIS_URL=$FANPASS_TEST_REDIS_URL"
    fi
}

# A server's certificate where the container reads it. usage: mount_certificate SERVER
mount_certificate() { install -m 644 "$workspace/$1/server.crt" "$workspace/config/$1.crt"; }

# A database for fanpass; its tables define their own character set.
make_mysql_home() {
    mount_certificate mysql
    as_server mariadb --defaults-file="$workspace/mysql/client.cnf" --port="${mysql_port?}" \
        --execute='CREATE DATABASE IF NOT EXISTS fanpass'
}

# Prints its URL, with the certificate that proves the server.
mysql_home() {
    local url=${FANPASS_TEST_MYSQL_URL/\/mysql\?//fanpass?}
    say "${url%%ssl_ca=*}ssl_ca=/config/mysql.crt"
}

# Whether the image was built with a feature, from --features or the Dockerfile.
has_feature() {
    local built=${features:-$(sed -nE 's/^ARG FEATURES="(.*)"/\1/p' Dockerfile)}
    [[ " $built " == *" $1 "* ]]
}

# Runs `fanpass check` as production would. usage: check_backends DATABASE [DOCKER-ARGUMENT …]
check_backends() {
    local name=$1 answer
    shift
    answer=$(run_container check --rm --env FANPASS__SERVER__PUBLIC_URL=https://fans.example.com \
        --env FANPASS__SERVER__TRUSTED_PROXIES=10.0.0.0/8 "$@" -- check 2>&1) ||
        die "$name: $answer"
    say "$answer"
    grep "^ok .*database: $name" <<<"$answer" >/dev/null || die "$name did not answer"
    [[ $* != *REDIS_URL* || $answer =~ cache:\ Redis\ [0-9.]*\ ?answers ]] || die "Redis did not answer"
}

# Prints how long the process takes until it serves, by its own log. No limit is set: machines differ.
start_up() {
    docker volume create start-up >/dev/null
    start_ten_times "on a new database"
    start_ten_times "on a database that is there" --volume start-up:/data
    docker volume rm start-up >/dev/null
}

# usage: start_ten_times WORDS [DOCKER-ARGUMENT …]
start_ten_times() {
    local words=$1 ops_port try figures=()
    shift
    ops_port=$(free_port)
    # The first one makes the database that the others find.
    for ((try = 0; try < 11; try++)); do
        run_container start-up --detach --no-healthcheck --env "FANPASS__SERVER__PORT=$(free_port)" \
            --env "FANPASS__OPS__PORT=$ops_port" --env FANPASS__SERVER__PUBLIC_URL=https://fans.example.com "$@" -- >/dev/null
        until_answers "http://127.0.0.1:$ops_port/readyz" || die "it does not start: $(docker logs start-up 2>&1 | tail -5)"
        ((try == 0)) || figures+=("$(docker logs start-up 2>&1 | sed -nE 's/.*ready after ([0-9]+) ms.*/\1/p')")
        docker stop start-up >/dev/null
        docker rm --volumes start-up >/dev/null
    done
    say "$words, milliseconds to ready: $(printf '%s\n' "${figures[@]}" | sort --numeric-sort | paste --serial --delimiters ' ')"
}

login_in_production() {
    local port ops_port site
    port=$(free_port)
    ops_port=$(free_port)
    site=http://127.0.0.1:$port
    start_platform "$site"
    start_service fanpass 127.0.0.1 "$port" "$ops_port" "$site" --health-interval 1s
    docker logs fanpass 2>&1 | grep '"level":"INFO"' >/dev/null || die "production does not log JSON"
    log_in "$site" "$platform" 阿福🐣

    jar=/dev/null visit 200 --user-agent 'Mozilla/5.0 Chrome/126.0' "$site/" >/dev/null
    page_has 请在微信客户端打开
    say "outside WeChat a page with a QR code"
    visit 200 "$site/MP_verify_0123456789abcdef.txt" >/dev/null
    page_has 0123456789abcdef
    say "the mounted config/local.toml is read"
    until_healthy fanpass
}

# libmariadb reads what it needs at run time from the image: its plugins, the certificates.
login_over_mysql() {
    has_feature mysql || return 0
    local port site
    make_mysql_home
    port=$(free_port)
    site=http://127.0.0.1:$port
    start_platform "$site"
    start_service fanpass-mysql 127.0.0.1 "$port" "$(free_port)" "$site" \
        --env "DATABASE_URL=$(mysql_home)" --env "REDIS_URL=$FANPASS_TEST_REDIS_URL"
    log_in "$site" "$platform" 阿库🐬
    remove_containers fanpass-mysql platform
}

# The internal listener is there with the first key, and answers nobody without one.
internal_api() {
    local site internal key
    site=http://127.0.0.1:$(free_port)
    internal=$(free_port)
    key=$(openssl rand -hex 32)
    start_platform "$site"
    start_service fanpass-internal 127.0.0.1 "${site##*:}" "$(free_port)" "$site" \
        --env "OPS_API_KEY=$key" --env "FANPASS__INTERNAL__PORT=$internal"
    visit 401 "http://127.0.0.1:$internal/internal/access-token" >/dev/null
    page_has key-missing
    visit 200 --header "Authorization: Bearer $key" "http://127.0.0.1:$internal/internal/access-token" >/dev/null
    page_has expires_in
    ! docker logs fanpass-internal 2>&1 | grep --fixed-strings "$key" >/dev/null || die "the key stands in the log"
    say "a system with a key gets the account's token, and one without gets 401"
    remove_containers fanpass-internal platform
}

# The engine runs the image's HEALTHCHECK by itself.
until_healthy() {
    local status="" try
    for ((try = 0; try < 60; try++)); do
        status=$(docker inspect --format '{{.State.Health.Status}}' "$1")
        [[ $status != healthy ]] || break
        sleep 0.5
    done
    [[ $status == healthy ]] || die "$1 is $status: $(docker inspect --format '{{json .State.Health.Log}}' "$1")"
    say "the engine calls it healthy"
}

# Asks the kernel, not the engine. The container of login_in_production still runs.
confinement() {
    local pid status
    pid=$(process_of fanpass)
    status=$(cat "/proc/$pid/status")
    for line in 'Uid:\s10001\s10001\s10001\s10001' 'Gid:\s10001\s10001\s10001\s10001' 'NSpid:.*\s1' 'CapEff:\s0+' \
        'CapPrm:\s0+' 'CapBnd:\s0+' 'NoNewPrivs:\s1'; do
        grep --extended-regexp "^$line\$" <<<"$status" || die "the process is not confined: no $line"
    done
    grep '^Seccomp:' <<<"$status"
    [[ $(wc --words <"/proc/$pid/task/$pid/children") == 0 ]] || die "the process has children"

    # As root of this machine, through the container's mounts: what root may not write, nobody may.
    for place in / /config /usr/local/bin; do
        if touch "/proc/$pid/root$place/written" 2>/dev/null; then die "$place can be written"; fi
    done
    [[ -s /proc/$pid/root/data/fanpass.db ]] || die "the database is not in /data"
    say "only /data can be written: $(find "/proc/$pid/root/data" -mindepth 1 -printf '%P ')"

    # Without this script's flags the user is the same, and there are no effective capabilities.
    docker run --detach --name plain --network host --no-healthcheck --env FANPASS_ENV=development \
        --env "FANPASS__SANDBOX__PORT=$(free_port)" "$image" sandbox >/dev/null
    status=$(cat "/proc/$(process_of plain)/status")
    remove_containers plain
    grep --quiet --extended-regexp '^Uid:\s10001\s' <<<"$status" || die "root without flags"
    grep --quiet --extended-regexp '^CapEff:\s0+$' <<<"$status" || die "capabilities without flags"
    say "the same user without flags"
}

# SIGTERM comes while a login waits two seconds for the platform. The login gets its response, and then the process ends.
graceful_stop() {
    local site link began took code
    platform=$(docker inspect --format '{{join .Config.Env "\n"}}' fanpass | sed -n 's/^FANPASS__WECHAT__API_URL=//p')
    site=$(docker inspect --format '{{join .Config.Env "\n"}}' fanpass | sed -n 's/^FANPASS__SERVER__PUBLIC_URL=//p')
    say "memory after a few logins: $(docker stats --no-stream --format '{{.MemUsage}}' fanpass)"
    rm --force "$jar"
    link=$(visit 303 "$site/")
    link=$(visit 302 --data-urlencode "nickname=迟到" "$link")
    curl --silent --fail --noproxy '*' --request PUT --json '{"kind":"delay","ms":2000,"times":1}' \
        "$platform/sandbox/faults/access_token" >/dev/null
    (visit 303 "$link" >"$workspace/late") &
    sleep 0.5
    began=$(date +%s%3N)
    docker stop --time 30 fanpass >/dev/null
    took=$(($(date +%s%3N) - began))
    wait "$!" || die "the login that had begun was cut off"
    leads_to "$(cat "$workspace/late")" "$site/welcome"
    code=$(docker inspect --format '{{.State.ExitCode}}' fanpass)
    [[ $code == 0 ]] || die "SIGTERM to process 1 ended with $code"
    ((took >= 1000 && took < 10000)) || die "the stop took $took ms"
    say "a login in flight was finished, exit code 0 after $took ms"

    docker start fanpass >/dev/null
    until_healthy fanpass
    began=$(date +%s%3N)
    docker stop --time 30 fanpass >/dev/null
    say "idle: exit code $(docker inspect --format '{{.State.ExitCode}}' fanpass) after $(($(date +%s%3N) - began)) ms"
    remove_containers fanpass platform
}
