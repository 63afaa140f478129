//! Turning a picture upright.

use crate::{Refusal, pixels::Pixels};

/// How a picture is stored, in the numbers of EXIF's tag 0x0112 (1 to 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Orientation {
    #[default]
    Upright,
    MirroredHorizontally,
    Rotated180,
    MirroredVertically,
    Transposed,
    Rotated90,
    Transversed,
    Rotated270,
}

impl Orientation {
    /// `None` for a number that means nothing.
    pub(crate) fn from_exif(number: u32) -> Option<Self> {
        Some(match number {
            1 => Self::Upright,
            2 => Self::MirroredHorizontally,
            3 => Self::Rotated180,
            4 => Self::MirroredVertically,
            5 => Self::Transposed,
            6 => Self::Rotated90,
            7 => Self::Transversed,
            8 => Self::Rotated270,
            _ => return None,
        })
    }

    // Whether rows become columns, and whether columns and rows of the result then run backwards.
    const fn steps(self) -> (bool, bool, bool) {
        match self {
            Self::Upright => (false, false, false),
            Self::MirroredHorizontally => (false, true, false),
            Self::Rotated180 => (false, true, true),
            Self::MirroredVertically => (false, false, true),
            Self::Transposed => (true, false, false),
            Self::Rotated90 => (true, true, false),
            Self::Transversed => (true, true, true),
            Self::Rotated270 => (true, false, true),
        }
    }

    /// The picture upright.
    ///
    /// # Errors
    /// [`Refusal::Broken`]: its samples do not fill it.
    pub(crate) fn apply(self, pixels: Pixels) -> Result<Pixels, Refusal> {
        if self == Self::Upright {
            return Ok(pixels);
        }
        match pixels.model.samples() {
            1 => self.turn::<1>(&pixels),
            3 => self.turn::<3>(&pixels),
            _ => self.turn::<4>(&pixels),
        }
    }

    fn turn<const N: usize>(self, source: &Pixels) -> Result<Pixels, Refusal> {
        let (swap, backwards, upside_down) = self.steps();
        let (width, height) = if swap {
            (source.height, source.width)
        } else {
            (source.width, source.height)
        };
        let size = |side: u32| usize::try_from(side).map_err(|_| Refusal::Broken);
        let (columns, rows, stride) = (size(width)?, size(height)?, size(source.width)?);
        let (from, _) = source.data.as_chunks::<N>();
        let mut data = vec![0; source.data.len()];
        let (to, _) = data.as_chunks_mut::<N>();
        for (y, row) in to.chunks_exact_mut(columns).enumerate() {
            let y = if upside_down { rows - 1 - y } else { y };
            for (x, pixel) in row.iter_mut().enumerate() {
                let x = if backwards { columns - 1 - x } else { x };
                let index = if swap { x * stride + y } else { y * stride + x };
                *pixel = *from.get(index).ok_or(Refusal::Broken)?;
            }
        }
        Ok(Pixels {
            width,
            height,
            model: source.model,
            data,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Model;

    // What EXIF 2.32 says of each number: where row 0 and column 0 of the stored picture are on the upright one.
    #[test]
    fn each_number_turns_as_exif_says() {
        let stored = || Pixels {
            width: 3,
            height: 2,
            model: Model::Grey,
            data: b"abcdef".to_vec(),
        };
        let upright = [
            (1, 3, "abcdef"),
            (2, 3, "cbafed"),
            (3, 3, "fedcba"),
            (4, 3, "defabc"),
            (5, 2, "adbecf"),
            (6, 2, "daebfc"),
            (7, 2, "fcebda"),
            (8, 2, "cfbead"),
        ];
        for (number, width, expected) in upright {
            let turned = Orientation::from_exif(number).unwrap().apply(stored()).unwrap();
            assert_eq!(
                (turned.width, turned.data.as_slice()),
                (width, expected.as_bytes()),
                "{number}"
            );
        }
        assert_eq!(Orientation::from_exif(0), None);
        assert_eq!(Orientation::from_exif(9), None);
    }
}
