use std::{
    io::{self, BufWriter, Write},
    thread,
    time::Duration,
};

use crate::telemetry;

/// How many bytes are held back at most, and for how long.
const HELD_BACK: usize = 64 * 1024;
const PAUSE: Duration = Duration::from_millis(10);

/// Writes the lines of a hundredth of a second at once: to write each by itself takes more time than to make it. The first
/// one after a quiet time is written at once.
///
/// It also says how many lines were lost, as soon as there is room again.
pub(super) struct Paced<W: Write> {
    writer: BufWriter<W>,
    told: u64,
}

impl<W: Write> Paced<W> {
    /// Lines to `writer`.
    pub(super) fn new(writer: W) -> Self {
        Self {
            writer: BufWriter::with_capacity(HELD_BACK, writer),
            told: 0,
        }
    }

    /// The line goes the way of every other one, through the queue, which is empty now. After the flush, which may have
    /// waited for a reader, it could be full.
    fn tell_lost(&mut self) {
        let lost = telemetry::log::lost();
        if lost > self.told {
            let lines = lost.saturating_sub(self.told);
            self.told = lost;
            tracing::warn!(
                log.lost_lines = lines,
                "standard output was not read for a while: lines of this log are lost"
            );
        }
    }
}

impl<W: Write> Write for Paced<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    /// Called by the thread of the log whenever no further line waits. Those that come during the pause wake nobody.
    fn flush(&mut self) -> io::Result<()> {
        self.tell_lost();
        let flushed = self.writer.flush();
        thread::sleep(PAUSE);
        flushed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_appender::non_blocking::NonBlockingBuilder;

    use super::*;

    /// What was written, one entry a call.
    #[derive(Clone, Default)]
    struct Calls(Arc<Mutex<Vec<Vec<u8>>>>);

    impl Write for Calls {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_keep_their_order_and_go_together() {
        let calls = Calls::default();
        let queue = NonBlockingBuilder::default().lossy(false);
        let (mut writer, guard) = queue.finish(Paced::new(calls.clone()));
        let lines: Vec<String> = (0..20_000).map(|number| format!("line {number}\n")).collect();
        for line in &lines {
            writer.write_all(line.as_bytes()).unwrap();
        }
        drop(guard);
        let calls = calls.0.lock().unwrap();
        assert_eq!(String::from_utf8(calls.concat()).unwrap(), lines.concat());
        assert!(calls.len() < lines.len() / 10, "{} calls", calls.len());
    }
}
