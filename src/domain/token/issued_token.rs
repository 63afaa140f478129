use secrecy::SecretString;

/// The account's token or ticket.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// The token or ticket itself.
    pub value: SecretString,
    /// Seconds for which it is still good.
    pub expires_in: u32,
}
