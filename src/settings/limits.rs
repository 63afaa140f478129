/// `limits.*`: how much one address may ask for.
#[derive(Debug, Clone)]
pub struct LimitsSettings {
    /// Requests to the login routes from one address in one minute; 0 is no limit.
    pub per_address_per_minute: u32,
}
