mod clock;
mod clock_offset;
mod day;
mod deadline;
mod time_zone;
mod timestamp;

pub use clock::Clock;
pub use clock_offset::ClockOffset;
pub use day::Day;
pub use deadline::{Deadline, Elapsed};
pub use time_zone::TimeZone;
pub use timestamp::Timestamp;
