//! What a picture shows.

use std::io::Cursor;

use png::{Decoder, Transformations};
use rqrr::PreparedImage;

/// The text of the one QR code on this PNG.
pub fn qr_code_of(png: &[u8]) -> String {
    let mut decoder = Decoder::new(Cursor::new(png));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (
        usize::try_from(frame.width).unwrap(),
        usize::try_from(frame.height).unwrap(),
    );
    let channels = frame.color_type.samples();
    // Black and white: one channel is enough.
    let mut image = PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[(y * width + x) * channels]);
    let codes = image.detect_grids();
    assert_eq!(codes.len(), 1, "one code on the picture");
    codes[0].decode().unwrap().1
}
