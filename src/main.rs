//! The `fanpass` command.

fn main() {}
