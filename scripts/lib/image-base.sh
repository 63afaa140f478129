# shellcheck shell=bash
# Stand-ins for the Dockerfile's base images, under the same names: a Debian made by debootstrap, with this machine's Rust
# toolchain. So the Dockerfile can be built unchanged where no registry can be reached.
: "${workspace?}" "${root?}"

# Prints the images that the Dockerfile takes from a registry.
base_images() { sed -nE 's/^FROM ([^ ]+).*/\1/p' Dockerfile | grep --invert-match --line-regexp scratch | sort --unique; }

make_base_images() {
    local base
    for base in $(base_images); do
        if docker image inspect "$base" &>/dev/null; then
            say "base image: $base is there"
            continue
        fi
        [[ $base =~ ^rust:([0-9.]+)-slim-bookworm$ ]] || die "no stand-in is known for $base"
        make_rust_image "$base" "${BASH_REMATCH[1]}"
    done
}

make_rust_image() {
    local base=$1 version=$2 tree=$workspace/base
    [[ $(rustc --version) == "rustc $version "* ]] ||
        die "the Dockerfile wants Rust $version, this machine has $(rustc --version)"
    say "base image: making a stand-in for $base (a minute, once)"
    try_again make_debian "$tree" || die "debootstrap failed; the reason is above. Check the network and /etc/apt/sources.list*"
    debian_sources >"$tree/etc/apt/sources.list"
    trust_as_this_machine "$tree"
    add_toolchain "$tree"
    tar --create --directory "$tree" --exclude='./var/cache/apt/archives/*.deb' --exclude='./var/lib/apt/lists/*' \
        --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' --exclude='./dev/*' . |
        docker import --change 'ENV PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
            --change 'ENV CARGO_HOME=/usr/local/cargo CARGO_NET_RETRY=10' --change 'CMD ["bash"]' - "$base" >/dev/null
    rm --recursive --force "$tree"
}

# usage: make_debian FOLDER
make_debian() {
    rm --recursive --force "$1"
    mkdir --parents "$root/target/cache/debian"
    debootstrap --variant=minbase --cache-dir="$root/target/cache/debian" --include=gcc,libc6-dev,ca-certificates \
        bookworm "$1" "$(debian_mirror bookworm)"
}

# Those of the real image, security updates included.
debian_sources() {
    local suite
    for suite in bookworm bookworm-updates bookworm-security; do
        say "deb $(debian_mirror "$suite") $suite main"
    done
}

# Prints the mirror from which this machine's apt takes a suite, or Debian's if apt knows none yet.
debian_mirror() {
    apt-cache policy |
        awk -v suite="$1/main" '$3 == suite && !mirror { mirror = $2 }
            END { print mirror ? mirror : "http://deb.debian.org/debian" (suite ~ /security/ ? "-security" : "") }'
}

# Copies the certificate authorities and apt's network settings of this machine; apt asks a slow mirror again.
trust_as_this_machine() {
    cp --dereference /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
    apt-config dump --format '%f "%v";%n' Acquire | grep -E '::(Check-|Proxy|https?::)' >"$1/etc/apt/apt.conf.d/90machine" || true
    say 'Acquire::Retries "3";' >>"$1/etc/apt/apt.conf.d/90machine"
}

# The toolchain without its sources and documentation.
add_toolchain() {
    local sysroot
    sysroot=$(rustc --print sysroot)
    mkdir --parents "$1/usr/local/cargo"
    tar --create --directory "$sysroot" --exclude='lib/rustlib/src' --exclude='lib/rustlib/*/bin/rust-lldb*' \
        bin/cargo bin/rustc lib | tar --extract --directory "$1/usr/local" --no-same-owner
}
