use std::{cell::RefCell, fmt, sync::Arc};

type Fill = dyn Fn(&mut [u8]) -> Result<(), RandomError> + Send + Sync;

/// The only source of random bytes. Tests may hand in their own.
#[derive(Clone)]
pub struct Random {
    fill: Arc<Fill>,
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct RandomError;

impl Random {
    /// The random source of the operating system. Each thread draws a stock from it, since a login takes some two hundred
    /// bytes in eight places.
    pub fn system() -> Self {
        let fill = |bytes: &mut [u8]| STOCK.with_borrow_mut(|stock| stock.take(bytes));
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
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], RandomError> {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes)?;
        Ok(bytes)
    }
}

const STOCK_SIZE: usize = 1024;

thread_local! {
    static STOCK: RefCell<Stock> = const { RefCell::new(Stock { bytes: [0; STOCK_SIZE], used: STOCK_SIZE }) };
}

/// Random bytes that nobody has had yet, from `used` on; those before are wiped.
struct Stock {
    bytes: [u8; STOCK_SIZE],
    used: usize,
}

impl Stock {
    fn take(&mut self, wanted: &mut [u8]) -> Result<(), RandomError> {
        if wanted.len() > STOCK_SIZE {
            return draw(wanted);
        }
        if wanted.len() > STOCK_SIZE - self.used {
            draw(&mut self.bytes)?;
            self.used = 0;
        }
        let fresh = self.bytes.get_mut(self.used..).unwrap_or_default();
        for (wanted, fresh) in wanted.iter_mut().zip(fresh) {
            *wanted = std::mem::take(fresh);
        }
        self.used += wanted.len();
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the place where randomness is read")]
fn draw(bytes: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(bytes).map_err(|_| RandomError)
}

impl fmt::Debug for Random {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Random")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_byte_is_handed_out_twice() {
        let random = Random::system();
        let draws: HashSet<[u8; 24]> = (0..1000).map(|_| random.bytes().unwrap()).collect();
        assert_eq!(draws.len(), 1000);
        let mut stock = Stock {
            bytes: [1; STOCK_SIZE],
            used: STOCK_SIZE - 4,
        };
        let mut taken = [0; 3];
        stock.take(&mut taken).unwrap();
        assert_eq!((taken, &stock.bytes[STOCK_SIZE - 4..]), ([1; 3], &[0, 0, 0, 1][..]));
        stock.take(&mut taken).unwrap();
        assert_eq!(
            stock.used, 3,
            "a draw that the stock is too small for comes from a new one"
        );
        assert_ne!(stock.bytes[3..], [1; STOCK_SIZE - 3]);
    }

    #[test]
    fn a_draw_may_be_larger_than_the_stock() {
        let bytes: [u8; 2 * STOCK_SIZE] = Random::system().bytes().unwrap();
        assert!(bytes[STOCK_SIZE..].iter().any(|byte| *byte != 0));
    }
}
