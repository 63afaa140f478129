#![no_main]

#[path = "../../tests/hostile/bodies/pictures.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::check(data));
