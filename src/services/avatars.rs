//! Avatars: copied from the platform, whose address of one dies when the fan changes it, and served at addresses of our own.

mod address;

pub use address::{AvatarAddresses, AvatarSector};
