//! The sandbox seen from outside: as the platform's documentation describes the platform, plus its control API.

mod authorize;
mod control;
mod faults;
mod pages;
mod sns;
mod support;
