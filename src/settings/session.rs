/// `session.*`: how long a sign-in lasts.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// Seconds from the sign-in, checked on the server.
    pub ttl_seconds: u32,
}
