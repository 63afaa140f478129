use std::{env, time::Duration};

/// How long and how hard a fault is tried.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Logins that begin in a second.
    pub rate: u32,
    /// Load before the fault.
    pub before: Duration,
    /// How long the fault lasts.
    pub fault: Duration,
    /// Load after it.
    pub after: Duration,
}

impl Scale {
    /// `FANPASS_FAULTS=full`, or short.
    pub fn is_full() -> bool {
        env::var("FANPASS_FAULTS").as_deref() == Ok("full")
    }

    pub fn chosen() -> Self {
        let seconds = Duration::from_secs_f32;
        match Self::is_full() {
            true => Self {
                rate: 200,
                before: seconds(5.0),
                fault: seconds(15.0),
                after: seconds(10.0),
            },
            false => Self {
                rate: 100,
                before: seconds(0.5),
                fault: seconds(1.5),
                after: seconds(2.0),
            },
        }
    }
}
