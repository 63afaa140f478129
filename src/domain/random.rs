use std::{
    fmt,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rand::{Rng, SeedableRng, rngs::StdRng};

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// The only source of random bytes, for keys, nonces and ids that nobody may guess. Tests may pass in their own.
#[derive(Clone)]
pub struct Random {
    fill: Arc<Fill>,
}

impl Random {
    /// A cryptographic generator that the operating system seeds here, once: no later draw can fail. Clones share it.
    ///
    /// Panics if the system gives no seed: nothing can be kept secret on such a host. A forked process or a copied virtual
    /// machine would repeat the bytes; start a process anew there.
    #[expect(clippy::disallowed_methods, reason = "this is the place where randomness is read")]
    pub fn system() -> Self {
        let generator = Mutex::new(StdRng::from_rng(&mut rand::rng()));
        Self::from_fn(move |bytes| {
            let mut generator = generator.lock().unwrap_or_else(PoisonError::into_inner);
            generator.fill_bytes(bytes);
        })
    }

    /// A source that calls `fill` for its bytes.
    pub fn from_fn(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self { fill: Arc::new(fill) }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes);
        bytes
    }

    /// A pause of some milliseconds of `range`, which must not be empty and not span more than 65,536: varied, so that
    /// replicas do not all do the same at once.
    pub fn pause(&self, range: Range<u64>) -> Duration {
        let random = u16::from_le_bytes(self.bytes());
        Duration::from_millis(range.start + u64::from(random) % (range.end - range.start))
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Random")
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, thread};

    use super::*;

    #[test]
    fn no_draw_repeats_another_on_any_thread() {
        let random = Random::system();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let random = random.clone();
                thread::spawn(move || (0..1000).map(|_| random.bytes()).collect::<Vec<[u8; 24]>>())
            })
            .collect();
        let draws: HashSet<[u8; 24]> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(draws.len(), 4000);
    }

    #[test]
    fn a_draw_of_any_length_is_filled_to_its_end() {
        let bytes: [u8; 2048] = Random::system().bytes();
        assert!(bytes.chunks(64).all(|part| part.iter().any(|byte| *byte != 0)));
        assert_eq!(Random::from_fn(|bytes| bytes.fill(7)).bytes(), [7; 3]);
    }
}
