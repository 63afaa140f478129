//! OpenSSL, which libpq and libmariadb speak TLS with.

/// Sets OpenSSL up so that it does not take itself apart when the process exits. A thread may be inside libpq or libmariadb
/// at that moment, for the pool connects in the background, and would go on with what has just been freed: the process
/// would end with SIGSEGV (diesel-rs/diesel#3441). The first use in a process decides, so this comes where a target is
/// made, without which nobody connects; only the first call does anything.
pub fn prepare() {
    openssl_sys::init();
}
