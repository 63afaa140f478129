# shellcheck shell=bash
# A PostgreSQL, a MariaDB and a Redis for this run alone. Each run makes its own password: no other server on a port is taken
# for ours, and nobody else uses ours.

: "${workspace?}"

# Debian's path, which is not on every user's PATH.
readonly mariadbd=/usr/sbin/mariadbd

# On SIGTERM PostgreSQL would wait for its clients.
end_signal=INT
server_user=()
server_owner=""
database_port=""
mysql_port=""
redis_port=""
postgres_url=""
redis_url=""

postgres_bin() {
    local initdb
    for initdb in /usr/lib/postgresql/*/bin/initdb; do
        [[ ! -x $initdb ]] || dirname "$initdb"
    done | sort --version-sort | tail -1
}

start_servers() {
    choose_server_user
    local password
    password=$(openssl rand -hex 16)
    start_postgres "$password"
    make_mysql_database "$password"
    on_a_free_port launch_mysql "$password" || die "MariaDB does not start: $(cat "$workspace/mysql.log")"
    say "MariaDB: $("$mariadbd" --version), 127.0.0.1:$mysql_port"
    start_redis "$password"

    export FANPASS_TEST_DATABASE_URL="$postgres_url/postgres?sslmode=require"
    FANPASS_TEST_MYSQL_URL="mysql://fanpass:$password@127.0.0.1:$mysql_port/mysql"
    export FANPASS_TEST_MYSQL_URL+="?ssl_mode=verify_identity&ssl_ca=$workspace/mysql/server.crt"
    export FANPASS_TEST_REDIS_URL="$redis_url"
    export FANPASS_TEST_CHROMEDRIVER=/usr/bin/chromedriver
    export FANPASS_TEST_ALL=1
}

# Without a database in its URL.
start_postgres() {
    make_database "$1"
    on_a_free_port launch_postgres "$1" || die "PostgreSQL does not start: $(cat "$workspace/postgres.log")"
    postgres_url=postgres://postgres:$1@127.0.0.1:$database_port
    say "PostgreSQL: $("$(postgres_bin)/postgres" --version), 127.0.0.1:$database_port, TLS only"
}

start_redis() {
    on_a_free_port launch_redis "$1" || die "Redis does not start: $(cat "$workspace/redis.log")"
    redis_url=redis://default:$1@127.0.0.1:$redis_port/0
    say "Redis: $(redis-server --version | cut -d' ' -f1-3), 127.0.0.1:$redis_port"
}

# PostgreSQL refuses to run as root.
choose_server_user() {
    ((EUID == 0)) || return 0
    server_owner=nobody
    ! getent passwd postgres >/dev/null || server_owner=postgres
    server_user=(setpriv "--reuid=$server_owner" "--regid=$(id --group "$server_owner")" --clear-groups)
}

make_database() {
    local data=$workspace/postgres
    mkdir --mode 700 "$data" "$workspace/redis"
    give_to_servers "$data" "$workspace/redis"
    secret_file "$workspace/password" "$1"
    as_server "$(postgres_bin)/initdb" --pgdata="$data" --username=postgres --pwfile="$workspace/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$workspace/initdb.log" 2>&1 ||
        die "initdb failed: $(cat "$workspace/initdb.log")"
    make_certificate "$data"
    say 'hostssl all all 127.0.0.1/32 scram-sha-256' >"$data/pg_hba.conf"
}

make_certificate() {
    as_server openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$1/server.key" -out "$1/server.crt" 2>/dev/null
}

# root may log in over the socket only, and only as the user who runs the servers.
make_mysql_database() {
    local directory=$workspace/mysql
    mkdir --mode 711 "$directory"
    give_to_servers "$directory"
    as_server mariadb-install-db --no-defaults --datadir="$directory/data" --tmpdir="$directory" --skip-test-db \
        --auth-root-authentication-method=socket --auth-root-socket-user="${server_owner:-$(id --user --name)}" \
        >"$workspace/mysql-install.log" 2>&1 || die "mariadb-install-db failed: $(cat "$workspace/mysql-install.log")"
    make_certificate "$directory"
    secret_file "$directory/start.sql" "CREATE USER IF NOT EXISTS fanpass IDENTIFIED BY '$1';" \
        "GRANT ALL ON *.* TO fanpass WITH GRANT OPTION;"
    secret_file "$directory/client.cnf" "[client]" "user=fanpass" "password=$1" "host=127.0.0.1"
}

# Writes lines to a file that only the servers can read. usage: secret_file FILE LINE …
secret_file() {
    local file=$1
    shift
    (umask 077 && printf '%s\n' "$@" >"$file")
    give_to_servers "$file"
}

give_to_servers() { [[ -z $server_owner ]] || chown "$server_owner:" "$@"; }

# In a directory that the servers can enter; the caller's may be closed to them.
as_server() { (cd "$workspace" && "${server_user[@]}" "$@"); }

# Runs `$1 PORT …` on random ports below the kernel's range for outgoing connections until it succeeds.
on_a_free_port() {
    local launch=$1 try
    shift
    for ((try = 0; try < 5; try++)); do
        ! "$launch" "$(free_port)" "$@" || return 0
    done
    return 1
}

free_port() {
    local port
    while port=$((10000 + RANDOM % 22000)); do
        port_answers "127.0.0.1:$port" || break
    done
    say "$port"
}

# usage: port_answers IP:PORT
port_answers() { (: <"/dev/tcp/${1%:*}/${1#*:}") 2>/dev/null; }

# Starts a server in a session of its own, so that Ctrl-C does not stop it before the tests. If this script is killed, the
# kernel sends the server the signal on which it shuts down fast. usage: launch LOG COMMAND [ARGUMENT …]
launch() {
    local log=$1
    shift
    (cd "$workspace" && exec setsid "${server_user[@]:-setpriv}" --pdeathsig "$end_signal" "$@") </dev/null >"$log" 2>&1 &
    server_pids+=("$!")
    # shellcheck disable=SC2034 # For workspace.sh.
    end_signals[$!]=$end_signal
}

launch_postgres() {
    database_port=$1
    launch "$workspace/postgres.log" "$(postgres_bin)/postgres" -D "$workspace/postgres" -p "$database_port" \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c ssl=on -c max_connections=200 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off
    until_ready "$!" database_answers "$2"
}

database_answers() {
    PGPASSWORD=$1 PGCONNECT_TIMEOUT=5 "$(postgres_bin)/psql" --no-psqlrc --quiet --output=/dev/null --command='SELECT 1' \
        "host=127.0.0.1 port=$database_port user=postgres dbname=postgres sslmode=require"
}

launch_mysql() {
    mysql_port=$1
    local directory=$workspace/mysql
    # MariaDB ignores SIGINT.
    local end_signal=TERM
    launch "$workspace/mysql.log" "$mariadbd" --no-defaults --datadir="$directory/data" --tmpdir="$directory" --port="$mysql_port" \
        --bind-address=127.0.0.1 --socket="$directory/socket" --pid-file="$directory/pid" --init-file="$directory/start.sql" \
        --ssl-cert="$directory/server.crt" --ssl-key="$directory/server.key" --max-connections=500 --skip-name-resolve \
        --skip-log-bin --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-buffer-pool-size=64M
    until_ready "$!" mysql_answers
}

mysql_answers() {
    as_server mariadb --defaults-file="$workspace/mysql/client.cnf" --port="$mysql_port" --connect-timeout=5 \
        --execute='SELECT 1' >/dev/null
}

launch_redis() {
    redis_port=$1
    local file=$workspace/redis/redis.conf
    secret_file "$file" "port $redis_port" "bind 127.0.0.1" "dir $workspace/redis" "requirepass $2" 'save ""' "appendonly no"
    launch "$workspace/redis.log" redis-server "$file"
    until_ready "$!" redis_answers "$2"
}

redis_answers() { [[ $(REDISCLI_AUTH=$1 redis-cli -h 127.0.0.1 -p "$redis_port" PING) == PONG ]]; }

# Waits up to 30 s until a command succeeds; fails at once if the process has ended. usage: until_ready PID COMMAND [ARGUMENT …]
until_ready() {
    local pid=$1 try
    shift
    for ((try = 0; try < 300; try++)); do
        is_running "$pid" || return 1
        ! "$@" 2>/dev/null || return 0
        sleep 0.1
    done
    return 1
}
