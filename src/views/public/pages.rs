//! Pages of a signed-in fan.

mod index;

pub use index::IndexPage;
