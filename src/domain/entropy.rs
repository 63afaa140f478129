use std::{fmt, sync::Arc};

type Fill = dyn Fn(&mut [u8]) -> Result<(), EntropyError> + Send + Sync;

/// The only source of random bytes. Tests may hand in their own.
#[derive(Clone)]
pub struct Entropy {
    fill: Arc<Fill>,
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct EntropyError;

impl Entropy {
    /// The random source of the operating system.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the place where randomness is read")]
        let fill = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| EntropyError);
        Self { fill: Arc::new(fill) }
    }

    /// A source that is filled by `fill`.
    pub fn from_fn(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self {
            fill: Arc::new(move |bytes| {
                fill(bytes);
                Ok(())
            }),
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], EntropyError> {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes)?;
        Ok(bytes)
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Entropy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let entropy = Entropy::system();
        assert_ne!(entropy.bytes::<16>().unwrap(), entropy.bytes::<16>().unwrap());
    }
}
