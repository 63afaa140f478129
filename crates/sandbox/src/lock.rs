//! The one way in which the sandbox locks.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks also after a panic elsewhere: what lies behind our locks is consistent after every statement.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
