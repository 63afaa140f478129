use crate::Refusal;

/// The kinds of pictures that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Baseline or progressive.
    Jpeg,
    /// Of an animated one, the default image.
    Png,
    /// Of an animated one, the first frame.
    Webp,
    /// The first frame.
    Gif,
}

// Brands of ISO 14496-12 files: HEIF with HEVC (ISO 23008-12 annex B and what Apple writes), and AVIF.
const HEIC_BRANDS: [&[u8]; 10] = [
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1",
];
const AVIF_BRANDS: [&[u8]; 2] = [b"avif", b"avis"];

impl Kind {
    /// The kind by the first bytes; a name or a declared type counts for nothing.
    ///
    /// # Errors
    /// [`Refusal`]: none of ours; HEIC and AVIF are told apart from the rest, since a fan can do something about them.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.starts_with(b"\xFF\xD8\xFF") {
            return Ok(Self::Jpeg);
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
            return Ok(Self::Png);
        }
        if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            return Ok(Self::Gif);
        }
        if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return Ok(Self::Webp);
        }
        Err(heif(bytes).unwrap_or(Refusal::NotAPicture))
    }
}

// `mif1` says HEIF of any codec, so that a brand which names the codec counts before it, wherever it stands.
fn heif(bytes: &[u8]) -> Option<Refusal> {
    if bytes.get(4..8) != Some(b"ftyp") {
        return None;
    }
    let declared: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    let end = usize::try_from(u32::from_be_bytes(declared))
        .ok()?
        .clamp(12, 256)
        .min(bytes.len());
    let mut brands = bytes
        .get(8..12)
        .into_iter()
        .chain(bytes.get(16..end).into_iter().flat_map(|rest| rest.chunks_exact(4)));
    let mut found = None;
    brands.try_for_each(|brand| {
        if AVIF_BRANDS.contains(&brand) {
            found = Some(Refusal::Avif);
            return None;
        }
        if HEIC_BRANDS.contains(&brand) {
            found = Some(Refusal::Heic);
        }
        Some(())
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ftyp(brands: &[&[u8; 4]]) -> Vec<u8> {
        let size = u32::try_from(12 + 4 * brands.len()).unwrap();
        let mut bytes = [&size.to_be_bytes()[..], b"ftyp", brands[0], b"\0\0\0\0"].concat();
        brands[1..].iter().for_each(|brand| bytes.extend_from_slice(*brand));
        bytes
    }

    #[test]
    fn heic_and_avif_are_recognised_by_any_of_their_brands() {
        assert_eq!(Kind::of(&ftyp(&[b"heic", b"mif1"])), Err(Refusal::Heic));
        assert_eq!(Kind::of(&ftyp(&[b"mif1", b"heic"])), Err(Refusal::Heic));
        assert_eq!(Kind::of(&ftyp(&[b"mif1", b"miaf", b"avif"])), Err(Refusal::Avif));
        assert_eq!(Kind::of(&ftyp(&[b"avif", b"mif1"])), Err(Refusal::Avif));
        assert_eq!(Kind::of(&ftyp(&[b"isom", b"mp42"])), Err(Refusal::NotAPicture));
    }

    #[test]
    fn what_only_claims_to_be_a_picture_is_none() {
        for bytes in [
            &b""[..],
            b"\xFF\xD8",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"{\"errcode\":40007}",
            b"RIFF\0\0\0\0WAVE",
            b"\0\0\0\x0Cftyp",
        ] {
            assert_eq!(Kind::of(bytes), Err(Refusal::NotAPicture), "{bytes:?}");
        }
    }
}
