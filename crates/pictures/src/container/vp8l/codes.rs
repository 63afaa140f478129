//! Prefix codes, read as slowly as a header allows.

// Of code lengths: 16 repeats the last one, 17 and 18 are zeros.
const ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

// Longer codes are not in the decoder's table but in its tree.
const TABLE_BITS: usize = 10;

// What the allocator adds to each of the two.
const ALLOCATION_BYTES: u64 = 16;

/// Bits, the lowest of each byte first.
pub(super) struct Bits<'a> {
    bytes: std::slice::Iter<'a, u8>,
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes: bytes.iter(),
            held: 0,
            count: 0,
        }
    }

    /// At most 32.
    pub(super) fn read(&mut self, bits: u32) -> Option<u32> {
        while self.count < bits {
            self.held |= u64::from(*self.bytes.next()?) << self.count;
            self.count += 8;
        }
        let value = self.held & ((1 << bits) - 1);
        self.held >>= bits;
        self.count -= bits;
        u32::try_from(value).ok()
    }

    /// A length or a distance: a symbol says how many bits follow.
    pub(super) fn number(&mut self, symbol: u16) -> Option<u32> {
        let symbol = u32::from(symbol);
        if symbol < 4 {
            return Some(symbol + 1);
        }
        let bits = (symbol - 2) >> 1;
        Some(((2 + (symbol & 1)) << bits) + self.read(bits)? + 1)
    }
}

/// A code for the symbols of an alphabet.
pub(super) enum Code {
    /// Of one symbol, which has no bits.
    Single(u16),
    /// How many symbols there are of each length, and the symbols in the order of their codes.
    Coded { counts: [u16; 16], symbols: Vec<u16> },
}

impl Code {
    pub(super) fn read(bits: &mut Bits<'_>, alphabet: u16) -> Option<Self> {
        if bits.read(1)? == 1 {
            return Self::simple(bits, alphabet);
        }
        let mut lengths = [0; 19];
        let count = usize::try_from(bits.read(4)? + 4).ok()?;
        for at in ORDER.iter().take(count) {
            *lengths.get_mut(*at)? = u8::try_from(bits.read(3)?).ok()?;
        }
        let lengths = Self::of(&lengths)?.lengths(bits, alphabet)?;
        Self::of(&lengths)
    }

    fn simple(bits: &mut Bits<'_>, alphabet: u16) -> Option<Self> {
        let two = bits.read(1)? == 1;
        let width = if bits.read(1)? == 1 { 8 } else { 1 };
        let first = u16::try_from(bits.read(width)?).ok()?;
        if !two {
            return (first < alphabet).then_some(Self::Single(first));
        }
        let second = u16::try_from(bits.read(8)?).ok()?;
        let mut counts = [0; 16];
        *counts.get_mut(1)? = 2;
        (first < alphabet && second < alphabet).then_some(Self::Coded {
            counts,
            symbols: vec![first, second],
        })
    }

    // The lengths of another code, in this one.
    fn lengths(&self, bits: &mut Bits<'_>, alphabet: u16) -> Option<Vec<u8>> {
        let alphabet = usize::from(alphabet);
        let mut left = alphabet;
        if bits.read(1)? == 1 {
            let width = 2 + 2 * bits.read(3)?;
            left = usize::try_from(bits.read(width)? + 2).ok()?;
            if left > alphabet {
                return None;
            }
        }
        let (mut lengths, mut last) = (Vec::with_capacity(alphabet), 8);
        while lengths.len() < alphabet && left > 0 {
            left -= 1;
            let (length, times) = match self.next(bits)? {
                16 => (last, bits.read(2)? + 3),
                17 => (0, bits.read(3)? + 3),
                18 => (0, bits.read(7)? + 11),
                length => (u8::try_from(length).ok()?, 1),
            };
            if length != 0 {
                last = length;
            }
            lengths.resize(lengths.len() + usize::try_from(times).ok()?, length);
        }
        if lengths.len() > alphabet {
            return None;
        }
        lengths.resize(alphabet, 0);
        Some(lengths)
    }

    // From the length of each symbol's code; each possible code must be one.
    fn of(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0u16; 16];
        let mut symbols: Vec<(u8, u16)> = Vec::new();
        for (symbol, length) in (0..).zip(lengths) {
            if *length > 0 {
                *counts.get_mut(usize::from(*length))? += 1;
                symbols.push((*length, symbol));
            }
        }
        if let [(_, symbol)] = symbols[..] {
            return Some(Self::Single(symbol));
        }
        let taken: u32 = (0..)
            .zip(counts)
            .skip(1)
            .map(|(length, count)| u32::from(count) << (15 - length))
            .sum();
        symbols.sort_unstable();
        (taken == 1 << 15).then(|| Self::Coded {
            counts,
            symbols: symbols.into_iter().map(|(_, symbol)| symbol).collect(),
        })
    }

    /// The next symbol.
    pub(super) fn next(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (counts, symbols) = match self {
            Self::Single(symbol) => return Some(*symbol),
            Self::Coded { counts, symbols } => (counts, symbols),
        };
        // Codes of one length follow each other, after all that are shorter.
        let (mut code, mut first, mut before) = (0, 0, 0);
        for count in counts.iter().skip(1) {
            code |= bits.read(1)?;
            let count = u32::from(*count);
            if code < first + count {
                return symbols.get(usize::try_from(before + code - first).ok()?).copied();
            }
            before += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }

    pub(super) const fn is_single(&self) -> bool {
        matches!(self, Self::Single(_))
    }

    /// What the decoder makes of it: a table of up to ten bits with four bytes each, and for longer codes a tree with two nodes
    /// of 16 bytes for each symbol.
    pub(super) fn bytes(&self) -> u64 {
        let Self::Coded { counts, .. } = self else { return 0 };
        let longest = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        let in_tree: u64 = counts.iter().skip(TABLE_BITS + 1).map(|count| u64::from(*count)).sum();
        // A code of two symbols that is written in short has three nodes.
        (4 << longest.min(TABLE_BITS)) + 32 * in_tree.max(2) + 2 * ALLOCATION_BYTES
    }
}
