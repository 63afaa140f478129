# shellcheck shell=bash
# A Docker engine for this run alone: its socket is in the workspace, its images and layers in target/image. It makes no
# bridge and no firewall rules; containers use the host's network.
: "${workspace?}" "${state?}"

engine_pid=""

start_engine() {
    mkdir --parents "$state/engine"
    exec {engine_lock}>"$state/lock"
    flock --nonblock "$engine_lock" || die "another scripts/image-test uses $state"
    export DOCKER_HOST="unix://$workspace/engine.sock" DOCKER_CONFIG="$workspace/docker" DOCKER_BUILDKIT=1
    (
        exec {engine_lock}>&-
        cd "$workspace" && exec setsid setpriv --pdeathsig TERM dockerd --host "$DOCKER_HOST" \
            --data-root "$state/engine" --exec-root "$workspace/exec" --pidfile "$workspace/engine.pid" \
            --bridge none --iptables=false --ip6tables=false --storage-driver overlay2
    ) </dev/null >"$workspace/engine.log" 2>&1 &
    engine_pid=$!
    until_ready "$engine_pid" engine_answers || die "the engine does not start: $(tail -5 "$workspace/engine.log")"
    forget_containers
    say "engine: Docker $(docker version --format '{{.Server.Version}}')"
}

engine_answers() { docker version &>/dev/null; }

# Removes containers; a run that was killed leaves some.
forget_containers() {
    local left
    mapfile -t left < <(docker ps --all --quiet)
    ((${#left[@]} == 0)) || docker rm --force --volumes "${left[@]}" >/dev/null
}

# On SIGTERM dockerd ends its containerd. The layers of the latest builds stay.
stop_engine() {
    [[ -n $engine_pid ]] || return 0
    forget_containers
    docker image prune --force >/dev/null
    docker builder prune --force --keep-storage 6gb >/dev/null
    kill -TERM "$engine_pid" 2>/dev/null
    wait_until_gone "$engine_pid" || kill -KILL "$engine_pid"
    # The engine keeps the host's network mounted there.
    umount "$workspace/exec/netns/default" 2>/dev/null
}
