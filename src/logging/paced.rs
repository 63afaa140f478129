use std::{
    io::{self, BufWriter, Write},
    thread,
    time::Duration,
};

use super::queue::{AUDIT_MARK, Waiting};
use crate::telemetry;

/// How many bytes are held back at most, and for how long.
const HELD_BACK: usize = 64 * 1024;
const PAUSE: Duration = Duration::from_millis(10);

/// Writes the lines of a hundredth of a second at once: to write each by itself takes more time than to make it. The first
/// one after a quiet time is written at once.
///
/// What cannot be written is held back until it can be, and lost where there is no more room. It also says how many lines
/// were lost, as soon as there is room again and lines can be written.
pub(super) struct Paced<W: Write> {
    writer: BufWriter<W>,
    waiting: Waiting,
    /// Whether the last attempt to write failed.
    is_failing: bool,
    told: u64,
    audit_told: u64,
}

impl<W: Write> Paced<W> {
    /// Lines to `writer`, which then no longer wait.
    pub(super) fn new(writer: W, waiting: Waiting) -> Self {
        Self {
            writer: BufWriter::with_capacity(HELD_BACK, writer),
            waiting,
            is_failing: false,
            told: 0,
            audit_told: 0,
        }
    }

    /// The line goes the way of every other one, through the queue, which is empty now. After the flush, which may have
    /// waited for a reader, it could be full.
    fn tell_lost(&mut self) {
        let (lost, audit_lost) = (
            telemetry::metrics().log.lines_lost(),
            telemetry::metrics().log.audit_lines_lost(),
        );
        if lost > self.told {
            let lines = lost.saturating_sub(self.told);
            let audit_lines = audit_lost.saturating_sub(self.audit_told);
            (self.told, self.audit_told) = (lost, audit_lost);
            tracing::warn!(
                log.lost_audit_lines = audit_lines,
                log.lost_lines = lines,
                "standard output was not read for a while or could not be written to: lines of this log are lost"
            );
        }
    }
}

impl<W: Write> Write for Paced<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    /// Called by the thread of the log for each line. Never fails: a line that finds no room any more is counted.
    fn write_all(&mut self, line: &[u8]) -> io::Result<()> {
        self.waiting.remove();
        let audit_line = line.strip_prefix(&[AUDIT_MARK]);
        if self.writer.write_all(audit_line.unwrap_or(line)).is_err() {
            self.is_failing = true;
            telemetry::metrics().log.line_lost(audit_line.is_some());
        }
        Ok(())
    }

    /// Called by the thread of the log whenever no further line waits. Those that come during the pause wake nobody.
    fn flush(&mut self) -> io::Result<()> {
        // Told while nothing can be written, it would be the next line to be lost.
        if !self.is_failing {
            self.tell_lost();
        }
        let flushed = self.writer.flush();
        self.is_failing = flushed.is_err();
        thread::sleep(PAUSE);
        flushed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    };

    use tracing_subscriber::fmt::MakeWriter;

    use super::*;
    use crate::{logging::queue::Queue, telemetry::testing::Logged};

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

    /// A disk that may be full.
    #[derive(Clone, Default)]
    struct Disk {
        is_full: Arc<AtomicBool>,
        written: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.is_full.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.written.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_cannot_be_written_are_counted_and_told_once_writing_works_again() {
        let (disk, logged) = (Disk::default(), Logged::default());
        let _guard = logged.listen();
        let mut paced = Paced::new(disk.clone(), Waiting::default());
        disk.is_full.store(true, Ordering::Relaxed);
        let line = [b'x'; 1024];
        let mut audit_line = vec![AUDIT_MARK];
        audit_line.extend(line);
        let held_back = HELD_BACK / line.len();
        for _ in 0..held_back + 5 {
            paced.write_all(&line).unwrap();
        }
        paced.write_all(&audit_line).unwrap();
        assert_eq!(
            (
                telemetry::metrics().log.lines_lost(),
                telemetry::metrics().log.audit_lines_lost()
            ),
            (6, 1)
        );
        for _ in 0..2 {
            assert!(paced.flush().is_err());
            paced.write_all(b"").unwrap();
        }
        assert_eq!(logged.take(), "", "it would be lost too");

        disk.is_full.store(false, Ordering::Relaxed);
        paced.flush().unwrap();
        paced.write_all(&audit_line).unwrap();
        paced.flush().unwrap();
        paced.flush().unwrap();
        let told = logged.take();
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(
            told.contains("log.lost_audit_lines=1") && told.contains("log.lost_lines=6"),
            "{told}"
        );
        let written = disk.written.lock().unwrap();
        assert_eq!(written.len(), (held_back + 1) * line.len());
        assert!(!written.contains(&AUDIT_MARK));
    }
}
