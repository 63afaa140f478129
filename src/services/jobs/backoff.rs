//! Pauses between the attempts of a job.

use crate::domain::Random;

const FIRST_SECONDS: i64 = 5;
const LONGEST_SECONDS: i64 = 3600;

/// Seconds after the failed `attempt`: they double each time up to an hour, give or take a quarter, so that jobs that failed
/// together do not come back together.
pub fn seconds(attempt: u32, random: &Random) -> i64 {
    let doubled = FIRST_SECONDS.saturating_mul(1 << attempt.saturating_sub(1).min(20));
    let pause = doubled.min(LONGEST_SECONDS);
    let share = i64::from(u16::from_le_bytes(random.bytes()) % 501);
    pause * (750 + share) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour_and_vary_by_a_quarter() {
        let with = |byte: u8| Random::from_fn(move |bytes| bytes.fill(byte));
        let shortest = with(0);
        let pauses: Vec<i64> = (1..=4).map(|attempt| seconds(attempt, &shortest)).collect();
        assert_eq!(pauses, [3, 7, 15, 30]);
        assert_eq!(seconds(99, &shortest), 2700);
        for byte in 0..=255 {
            assert!((2700..=4500).contains(&seconds(20, &with(byte))));
        }
    }
}
