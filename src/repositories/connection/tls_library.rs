//! OpenSSL, which libpq and libmariadb speak TLS with.

/// Initialises OpenSSL without its clean-up at exit. The pool connects in the background, so a thread may be inside libpq or
/// libmariadb when the process exits. It would use freed memory, and the process would end with SIGSEGV
/// (diesel-rs/diesel#3441). The first initialisation in a process decides, so this is called when a target is made, before
/// any connection. Later calls do nothing.
pub fn prepare() {
    openssl_sys::init();
}
