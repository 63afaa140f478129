/// Where a deployment runs: `FANPASS_ENV`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine; the sandbox stands in for the platform.
    Development,
    /// Automatic tests.
    Test,
    /// Real fans.
    Production,
}
