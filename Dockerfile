# fanpass as one binary on the few shared libraries that it loads: no shell, no package manager, no root.
#
#   docker build --tag fanpass .
#   docker build --tag fanpass --build-arg FEATURES=sqlite .
#
# Run it with a read-only root; it writes to /data alone, and only with SQLite:
#
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges --publish 8080:8080 \
#     --volume fanpass-data:/data --volume ./config:/config:ro --env-file fanpass.env fanpass

FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /src

# The backends. A C library that a feature asks for is installed here; what of it the binary loads, the image takes along.
ARG FEATURES="sqlite postgres mysql otlp"
# hadolint ignore=DL3008,SC2086
RUN packages="libssl-dev pkg-config"; \
    case " $FEATURES " in *" mysql "*) packages="$packages libmariadb-dev" ;; esac; \
    apt-get update && apt-get install --yes --no-install-recommends $packages && rm -rf /var/lib/apt/lists/*

# The dependencies alone, so that an edit of the source compiles only the source. Targets whose files stay outside leave
# the manifest; what was built in place of our own crates is forgotten, or cargo would take it for fresh.
COPY Cargo.toml Cargo.lock ./
COPY crates/pictures/Cargo.toml crates/pictures/
COPY crates/sandbox/Cargo.toml crates/sandbox/
RUN awk '/^\[/ { skip = /^\[\[(test|bench|example)\]\]/ } !skip' Cargo.toml >short.toml && mv short.toml Cargo.toml && \
    mkdir src crates/pictures/src crates/sandbox/src && echo 'fn main() {}' >src/main.rs && cp src/main.rs build.rs && \
    touch src/lib.rs crates/pictures/src/lib.rs crates/sandbox/src/lib.rs && \
    cargo build --release --locked --no-default-features --features "$FEATURES" && \
    rm -rf src crates target/release/.fingerprint/fanpass-*

COPY build.rs LICENSE-APACHE LICENSE-MIT THIRD-PARTY.md ./
COPY config config
COPY migrations migrations
COPY static static
COPY templates templates
COPY texts texts
COPY crates crates
COPY src src
RUN cargo build --release --locked --offline --no-default-features --features "$FEATURES"

COPY deploy/image/assemble deploy/image/assemble
RUN deploy/image/assemble target/release/fanpass /image

FROM scratch
COPY --from=build /image/root /
COPY --from=build --chown=10001:10001 /image/data /data

# Numbers, so that Kubernetes can see that it is not root.
USER 10001:10001
# Settings are read from ./config, and SQLite's default file is ./data/fanpass.db.
WORKDIR /
VOLUME /data

# Production listens on 0.0.0.0. Temporary files of SQLite have no other place under a read-only root.
ENV FANPASS_ENV=production \
    SQLITE_TMPDIR=/data \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
# 9093 is the internal API: it is bound where an app has a key, and to loopback unless internal.host says otherwise. Publish it
# to nobody.
EXPOSE 8080 9093

# The ops listener stays on loopback, where only the binary in this container can ask it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["/usr/local/bin/fanpass", "healthcheck"]
# Requests in flight are finished first: give `docker stop --time` more than server.shutdown_timeout.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/fanpass"]
CMD ["serve"]

# Last, since they differ at every build.
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="fanpass" \
      org.opencontainers.image.description="Recognises, registers and signs in the fans of a WeChat Official Account" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
