pub mod audit;
pub mod contract;
pub mod database;
pub mod disk;
pub mod fault_run;
pub mod front;
pub mod http;
pub mod load;
pub mod page;
pub mod phone;
pub mod process;
pub mod redis;
pub mod replica;
pub mod sandbox;
pub mod scale;
pub mod scene;
pub mod server;
pub mod table;
pub mod wire;

use std::{
    env,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Prints that `what` is not tested because `want` is missing; fails where nothing may be skipped.
pub fn skipped(what: &str, want: &str) {
    assert!(
        env::var("FANPASS_TEST_ALL").as_deref() != Ok("1"),
        "{what} must be tested here, but {want} is missing"
    );
    eprintln!("SKIPPED {what}: {want} is missing");
}

pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tries until `holds`, for at most `limit`. Blocks.
pub fn eventually(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

pub fn random<const N: usize>() -> [u8; N] {
    fanpass::domain::Random::system().bytes()
}

/// A number below `bound`.
pub fn below(bound: usize) -> usize {
    usize::try_from(u32::from_le_bytes(random())).unwrap() % bound
}
