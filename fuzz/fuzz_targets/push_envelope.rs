#![no_main]

#[path = "../../tests/hostile/bodies/push_envelope.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::check(data));
