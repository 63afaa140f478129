//! VP8L (RFC 9649, section 3), up to where its pixels begin: what it says there decides how large the decoder's tables become,
//! and has nothing to do with how large the picture is.

mod codes;

use codes::{Bits, Code};

// libwebp's encoder divides a picture into at most 2,600 blocks, and has no more groups than blocks.
const MAX_GROUPS: u32 = 4096;

// Of each group what the decoder keeps beside the tables: five of its trees, in a vector that grows.
const GROUP_BYTES: u64 = 5 * 56 * 3;

// The order of the five codes of a group.
const ALPHABETS: [u16; 5] = [256 + LENGTHS, 256, 256, 256, 40];
const LENGTHS: u16 = 24;

/// What decoding takes beside the pixels, in bytes: the pictures of transforms, and the tables of all codes.
///
/// `None` if the stream is damaged before its pixels, or has more groups of codes than a picture needs.
pub(crate) fn working_bytes(stream: &[u8], width: u32, height: u32) -> Option<u64> {
    let mut prefix = Prefix {
        bits: Bits::new(stream),
        bytes: 0,
    };
    let width = prefix.transforms(width, height)?;
    let cache = prefix.cache()?;
    let groups = prefix.groups(width, height)?;
    if groups > MAX_GROUPS {
        return None;
    }
    for _ in 0..groups {
        prefix.group(cache)?;
    }
    Some(prefix.bytes.saturating_add(u64::from(groups) * GROUP_BYTES))
}

struct Prefix<'a> {
    bits: Bits<'a>,
    bytes: u64,
}

impl Prefix<'_> {
    // Each of the four at most once. Gives the width of what is encoded: a short palette packs pixels.
    fn transforms(&mut self, mut width: u32, height: u32) -> Option<u32> {
        let mut seen = [false; 4];
        while self.bits.read(1)? == 1 {
            let transform = self.bits.read(2)?;
            let seen = seen.get_mut(usize::try_from(transform).ok()?)?;
            if std::mem::replace(seen, true) {
                return None;
            }
            match transform {
                // Predictors, and colours: a picture of blocks.
                0 | 1 => {
                    let block = self.bits.read(3)? + 2;
                    self.picture(blocks(width, block), blocks(height, block), 4)?;
                }
                3 => {
                    let colours = self.bits.read(8)? + 1;
                    self.picture(colours, 1, 4)?;
                    width = match colours {
                        1..=2 => blocks(width, 3),
                        3..=4 => blocks(width, 2),
                        5..=16 => blocks(width, 1),
                        _ => width,
                    };
                }
                // Green is taken away, which has no data.
                _ => {}
            }
        }
        Some(width)
    }

    // How many colours are kept to be named again: an exponent, or none.
    fn cache(&mut self) -> Option<u16> {
        if self.bits.read(1)? == 0 {
            return Some(0);
        }
        let exponent = self.bits.read(4)?;
        self.bytes += 4 << exponent;
        (1..=11).contains(&exponent).then_some(1 << exponent)
    }

    // How many groups of codes there are: one more than the highest that the picture of blocks names.
    fn groups(&mut self, width: u32, height: u32) -> Option<u32> {
        if self.bits.read(1)? == 0 {
            return Some(1);
        }
        let block = self.bits.read(3)? + 2;
        // As pixels, and as numbers.
        let highest = self.picture(blocks(width, block), blocks(height, block), 4 + 2)?;
        Some(highest + 1)
    }

    fn group(&mut self, cache: u16) -> Option<[Code; 5]> {
        let mut group = [const { Code::Single(0) }; 5];
        for (code, alphabet) in group.iter_mut().zip(ALPHABETS) {
            let cache = if alphabet > 256 { cache } else { 0 };
            *code = Code::read(&mut self.bits, alphabet + cache)?;
            self.bytes = self.bytes.saturating_add(code.bytes());
        }
        Some(group)
    }

    // Walks a picture that has one group of codes. Gives the highest of its numbers, which are red and green: what is copied or
    // taken from the cache is there already, or zero.
    fn picture(&mut self, width: u32, height: u32, a_pixel: u64) -> Option<u32> {
        let pixels = u64::from(width) * u64::from(height);
        self.bytes = self.bytes.saturating_add(pixels * a_pixel);
        let cache = self.cache()?;
        let group = self.group(cache)?;
        let [green, red, blue, alpha, distance] = &group;
        let all_the_same = [green, red, blue, alpha].iter().all(|code| code.is_single());
        let (mut done, mut highest) = (0, 0);
        while done < pixels {
            let symbol = green.next(&mut self.bits)?;
            if symbol < 256 {
                highest = highest.max(u32::from(red.next(&mut self.bits)?) << 8 | u32::from(symbol));
                blue.next(&mut self.bits)?;
                alpha.next(&mut self.bits)?;
                if all_the_same {
                    break;
                }
                done += 1;
            } else if symbol < 256 + LENGTHS {
                // There is nothing before the first.
                if done == 0 {
                    return None;
                }
                done += u64::from(self.bits.number(symbol - 256)?);
                let distance = distance.next(&mut self.bits)?;
                self.bits.number(distance)?;
            } else {
                done += 1;
            }
        }
        (done <= pixels).then_some(highest)
    }
}

// A side in blocks of two to the power of so many pixels.
const fn blocks(side: u32, exponent: u32) -> u32 {
    side.div_ceil(1 << exponent)
}
