use std::{
    io::{self, BufWriter, Write},
    thread,
    time::Duration,
};

use super::queue::Waiting;
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
    waiting: Waiting,
    told: u64,
    audit_told: u64,
}

impl<W: Write> Paced<W> {
    /// Lines to `writer`, which then no longer wait.
    pub(super) fn new(writer: W, waiting: Waiting) -> Self {
        Self {
            writer: BufWriter::with_capacity(HELD_BACK, writer),
            waiting,
            told: 0,
            audit_told: 0,
        }
    }

    /// The line goes the way of every other one, through the queue, which is empty now. After the flush, which may have
    /// waited for a reader, it could be full.
    fn tell_lost(&mut self) {
        let (lost, audit_lost) = (telemetry::log::lost(), telemetry::log::audit_lost());
        if lost > self.told {
            let lines = lost.saturating_sub(self.told);
            let audit_lines = audit_lost.saturating_sub(self.audit_told);
            (self.told, self.audit_told) = (lost, audit_lost);
            tracing::warn!(
                log.lost_audit_lines = audit_lines,
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

    /// Called by the thread of the log for each line.
    fn write_all(&mut self, line: &[u8]) -> io::Result<()> {
        self.waiting.remove();
        self.writer.write_all(line)
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

    use tracing_subscriber::fmt::MakeWriter;

    use super::*;
    use crate::logging::queue::Queue;

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
        let (queue, guard) = Queue::to(calls.clone());
        let lines: Vec<String> = (0..5_000).map(|number| format!("line {number}\n")).collect();
        for line in &lines {
            queue.make_writer().write_all(line.as_bytes()).unwrap();
        }
        drop(guard);
        let calls = calls.0.lock().unwrap();
        assert_eq!(String::from_utf8(calls.concat()).unwrap(), lines.concat());
        assert!(calls.len() < lines.len() / 10, "{} calls", calls.len());
    }
}
