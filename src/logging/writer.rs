use std::io::{BufWriter, Write};

use crate::telemetry;

/// How many bytes are kept while nothing can be written.
const BUFFER: usize = 64 * 1024;

/// A line of the log, with its line end.
pub(super) struct Line {
    pub(super) text: Vec<u8>,
    pub(super) is_audit: bool,
}

/// Writes lines, and logs how many were lost as soon as lines can be written again.
///
/// Lines that cannot be written (the disk is full) are kept until they can be. A line for which there is no room is
/// lost and counted.
pub(super) struct LineWriter<W: Write> {
    output: BufWriter<W>,
    /// Whether the last attempt to write failed.
    is_failing: bool,
    reported: u64,
    reported_audit: u64,
}

impl<W: Write> LineWriter<W> {
    pub(super) fn new(output: W) -> Self {
        Self {
            output: BufWriter::with_capacity(BUFFER, output),
            is_failing: false,
            reported: 0,
            reported_audit: 0,
        }
    }

    pub(super) fn write(&mut self, line: &Line) {
        if self.output.write_all(&line.text).is_err() {
            self.is_failing = true;
            telemetry::metrics().log.line_lost(line.is_audit);
        }
    }

    /// Call it when no other line waits.
    pub(super) fn flush(&mut self) {
        // While nothing can be written, the report would be the next line to be lost.
        if !self.is_failing {
            self.report_lost();
        }
        self.is_failing = self.output.flush().is_err();
    }

    /// The report goes through the queue like every other line. The queue is empty now. After a flush that waited for a
    /// reader it could be full.
    fn report_lost(&mut self) {
        let log = &telemetry::metrics().log;
        let (lost, lost_audit) = (log.lines_lost(), log.audit_lines_lost());
        if lost > self.reported {
            tracing::warn!(
                log.lost_audit_lines = lost_audit.saturating_sub(self.reported_audit),
                log.lost_lines = lost.saturating_sub(self.reported),
                "standard output was not read for a while or could not be written to: lines of this log are lost"
            );
            (self.reported, self.reported_audit) = (lost, lost_audit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{
            Arc, Mutex,
            atomic::{AtomicBool, Ordering},
        },
    };

    use super::*;
    use crate::telemetry::testing::Logged;

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

    fn line(text: &[u8], is_audit: bool) -> Line {
        let text = text.to_owned();
        Line { text, is_audit }
    }

    #[test]
    fn lines_that_cannot_be_written_are_counted_and_reported_once_writing_works_again() {
        let (disk, logged) = (Disk::default(), Logged::default());
        let _guard = logged.listen();
        let mut writer = LineWriter::new(disk.clone());
        disk.is_full.store(true, Ordering::Relaxed);
        let text = [b'x'; 1024];
        let kept = BUFFER / text.len();
        for _ in 0..kept + 5 {
            writer.write(&line(&text, false));
        }
        writer.write(&line(&text, true));
        let log = &telemetry::metrics().log;
        assert_eq!((log.lines_lost(), log.audit_lines_lost()), (6, 1));
        for _ in 0..2 {
            writer.flush();
            assert!(writer.is_failing);
            writer.write(&line(b"", false));
        }
        assert_eq!(logged.take(), "", "it would be lost too");

        disk.is_full.store(false, Ordering::Relaxed);
        writer.flush();
        assert!(!writer.is_failing);
        writer.write(&line(&text, true));
        writer.flush();
        writer.flush();
        let report = logged.take();
        assert_eq!(report.lines().count(), 1, "{report}");
        assert!(
            report.contains("log.lost_audit_lines=1") && report.contains("log.lost_lines=6"),
            "{report}"
        );
        let written = disk.written.lock().unwrap();
        assert_eq!(written.len(), (kept + 1) * text.len());
    }
}
