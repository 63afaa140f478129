//! What a fan sees of themselves, and takes along.

pub mod export;
