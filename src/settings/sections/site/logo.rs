use std::{
    fmt,
    fs::File,
    io::{Cursor, Read},
    path::Path,
};

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType};

use crate::settings::fault::LogoViolation;

/// The longest file in bytes.
const LONGEST_FILE: u64 = 2 << 20;

/// The longest side in pixels. A short file can be a very large picture.
const LONGEST_SIDE: u32 = 4096;

/// The most bytes that decoding may take.
const MOST_MEMORY: u64 = 64 << 20;

/// The size on the page is a third of this, for screens with three pixels to the point.
const SHOWN: (u32, u32) = (720, 144);

const FORMATS: [ImageFormat; 3] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];

/// `site.logo`: decoded and encoded anew, so that nothing of the file but its pixels is served.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// A PNG without metadata.
    pub png: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Logo {
    /// Reads and decodes a file.
    pub(super) fn read(directory: &Path, file: &str) -> Result<Self, LogoViolation> {
        let bytes = read(&directory.join(file)).map_err(|error| LogoViolation::Unreadable {
            file: file.to_owned(),
            error: error.to_string(),
        })?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > LONGEST_FILE) {
            return Err(LogoViolation::TooLong {
                mib: LONGEST_FILE >> 20,
            });
        }
        Self::encode(decode(&bytes)?)
    }

    fn encode(picture: DynamicImage) -> Result<Self, LogoViolation> {
        let (width, height) = SHOWN;
        let picture = if picture.width() > width || picture.height() > height {
            picture.resize(width, height, FilterType::CatmullRom)
        } else {
            picture
        };
        let picture = DynamicImage::from(picture.into_rgba8());
        let mut png = Cursor::new(Vec::new());
        picture
            .write_to(&mut png, ImageFormat::Png)
            .map_err(|error| broken(&error))?;
        Ok(Self {
            png: png.into_inner(),
            width: picture.width(),
            height: picture.height(),
        })
    }
}

/// One byte more than allowed tells a file that is too long.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    File::open(path)?.take(LONGEST_FILE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, LogoViolation> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| LogoViolation::Broken {
            error: error.to_string(),
        })?;
    if !reader.format().is_some_and(|format| FORMATS.contains(&format)) {
        return Err(LogoViolation::Format);
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST_SIDE), Some(LONGEST_SIDE));
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| broken(&error))?;
    let (width, height) = decoder.dimensions();
    if width > LONGEST_SIDE || height > LONGEST_SIDE || decoder.total_bytes() > MOST_MEMORY {
        return Err(LogoViolation::TooLarge { longest: LONGEST_SIDE });
    }
    // A camera's picture may lie on its side.
    let orientation = decoder.orientation().map_err(|error| broken(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| broken(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn broken(error: &image::ImageError) -> LogoViolation {
    match error {
        image::ImageError::Limits(_) => LogoViolation::TooLarge { longest: LONGEST_SIDE },
        other => LogoViolation::Broken {
            error: other.to_string(),
        },
    }
}

impl fmt::Debug for Logo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Logo({}x{})", self.width, self.height)
    }
}
