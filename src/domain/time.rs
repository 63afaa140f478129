mod clock;
mod clock_offset;
mod deadline;
mod timestamp;

pub use clock::Clock;
pub use clock_offset::ClockOffset;
pub use deadline::{Deadline, Elapsed};
pub use timestamp::Timestamp;
