//! A decoded picture: eight bits a sample, rows without padding.

use crate::Refusal;

/// What the samples mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Model {
    Grey,
    Rgb,
    /// Ink: 255 is all of it.
    Cmyk,
}

impl Model {
    pub(crate) const fn samples(self) -> u32 {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

/// Samples in rows.
#[derive(Debug)]
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) model: Model,
    pub(crate) data: Vec<u8>,
}

impl Pixels {
    /// How many bytes one takes.
    ///
    /// # Errors
    /// [`Refusal::TooLargeDecoded`]: more than this machine can address.
    pub(crate) fn bytes(width: u32, height: u32, samples: u32) -> Result<usize, Refusal> {
        u64::from(width)
            .checked_mul(u64::from(height))
            .and_then(|pixels| pixels.checked_mul(u64::from(samples)))
            .and_then(|bytes| usize::try_from(bytes).ok())
            .ok_or(Refusal::TooLargeDecoded)
    }
}

/// Pixels, and the colours that they are meant in.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) pixels: Pixels,
    /// An ICC profile as the file has it, unchecked.
    pub(crate) icc: Option<Vec<u8>>,
}

/// A sample of a colour with that opacity, over white.
pub(crate) fn on_white(sample: u8, alpha: u8) -> u8 {
    let (sample, alpha) = (u32::from(sample), u32::from(alpha));
    let sum = sample * alpha + 255 * (255 - alpha) + 127;
    u8::try_from(sum / 255).unwrap_or(u8::MAX)
}
