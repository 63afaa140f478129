//! Measures how fast photos are cleaned. `scripts/bench` runs it beside sharp, which does the same.
//!
//! `photos make FOLDER` writes the pictures, `photos measure FILE AT_ONCE SECONDS` cleans one of them again and again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::allow_attributes,
    reason = "a measurement that goes wrong ends with a panic, and is timed with the real clock"
)]

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use fanpass_pictures::{Limits, clean};

const LIMITS: Limits = Limits {
    max_pixels: 50_000_000,
    max_decoded_bytes: 256 * 1024 * 1024,
};
const LONG_SIDES: [u32; 2] = [1600, 320];

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["make", folder] => make(Path::new(folder)),
        ["measure", file, at_once, seconds] => measure(file, at_once.parse().unwrap(), seconds.parse().unwrap()),
        _ => panic!("photos make FOLDER | photos measure FILE AT_ONCE SECONDS"),
    }
}

fn make(folder: &Path) {
    for (name, width, height) in [("12mp.jpg", 4000, 3000), ("24mp.jpg", 6000, 4000)] {
        let mut file = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut file, 90);
        encoder.set_chroma_subsampling_method(jpeg_encoder::ChromaSubsamplingMethod::Average);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        encoder
            .encode(&scene(width, height), width, height, jpeg_encoder::ColorType::Rgb)
            .unwrap();
        fs::write(folder.join(name), file).unwrap();
    }
    let (width, height) = (3264, 2448);
    let file = fs::File::create(folder.join("8mp.png")).unwrap();
    let mut encoder = png::Encoder::new(file, width.into(), height.into());
    encoder.set_color(png::ColorType::Rgb);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&scene(width, height))
        .unwrap();
}

// Soft shapes, edges, and the grain of a sensor.
fn scene(width: u16, height: u16) -> Vec<u8> {
    let mut grain = 1u32;
    let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    for y in 0..height {
        for x in 0..width {
            let (x, y) = (f32::from(x) / f32::from(width), f32::from(y) / f32::from(height));
            let shape = if (x * 9.0).sin() * (y * 7.0).cos() > 0.3 {
                60.0
            } else {
                0.0
            };
            let texture = 18.0 * (x * 900.0).sin() * (y * 700.0 + x * 40.0).sin();
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f32::from((grain >> 24) as u8) / 24.0;
            for colour in [40.0 + 150.0 * x, 60.0 + 120.0 * y, 180.0 - 90.0 * x * y] {
                pixels.push((colour + shape + texture + noise) as u8);
            }
        }
    }
    pixels
}

fn measure(file: &str, at_once: usize, seconds: f64) {
    let bytes = fs::read(file).unwrap();
    let sizes: Vec<_> = clean(&bytes, &LIMITS, &LONG_SIDES)
        .unwrap()
        .pictures
        .iter()
        .map(|size| size.jpeg.len())
        .collect();
    let done = AtomicU32::new(0);
    let (began, cpu) = (Instant::now(), cpu_seconds());
    let end = began + Duration::from_secs_f64(seconds);
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while Instant::now() < end {
                    clean(&bytes, &LIMITS, &LONG_SIDES).unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let count = f64::from(done.into_inner());
    let (took, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let name = Path::new(file).file_name().unwrap().to_str().unwrap();
    println!(
        "{{\"picture\":\"{name}\",\"subject\":\"fanpass\",\"per_second\":{:.2},\"cpu_ms\":{:.1},\"peak_mb\":{:.0},\"bytes\":{sizes:?}}}",
        count / took,
        cpu * 1000.0 / count,
        peak_bytes() / 1e6
    );
}

// proc_pid_stat(5): ticks of ten milliseconds, of all threads.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

// proc_pid_status(5).
fn peak_bytes() -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<f64>().unwrap() * 1024.0
}
