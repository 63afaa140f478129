use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tracing::Metadata;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::MakeWriter;

use super::paced::Paced;
use crate::{audit, telemetry};

/// Lines that may wait to be written, 32 bytes each besides their text. Further ones are dropped and counted: nobody
/// waits for who reads the log.
const MOST: usize = 8192;

/// As many more may wait of the audit trail: other lines do not take its room.
const MOST_WITH_AUDIT: usize = 2 * MOST;

/// The lines that wait for the log's thread, in the order in which they came.
#[derive(Clone)]
pub(super) struct Queue {
    lines: NonBlocking,
    waiting: Waiting,
}

/// How many lines wait.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<AtomicUsize>);

/// Stands before a line of the audit trail while it waits: no format begins a line with it.
pub(super) const AUDIT_MARK: u8 = 0;

/// One line on its way into the queue.
pub(super) struct Line<'queue> {
    queue: &'queue Queue,
    is_audit: bool,
}

impl Queue {
    /// A queue whose thread writes to `writer`, until the guard is dropped.
    pub(super) fn to(writer: impl Write + Send + 'static) -> (Self, WorkerGuard) {
        let waiting = Waiting::default();
        // It never finds its own queue full: what waits is counted here.
        let lines = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(MOST_WITH_AUDIT)
            .thread_name("log");
        let (lines, guard) = lines.finish(Paced::new(writer, waiting.clone()));
        (Self { lines, waiting }, guard)
    }
}

impl Waiting {
    /// One more, unless there is no room.
    fn add(&self, most: usize) -> bool {
        let is_room = self.0.fetch_add(1, Ordering::AcqRel) < most;
        if !is_room {
            self.remove();
        }
        is_room
    }

    /// One fewer: it is being written.
    pub(super) fn remove(&self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl<'queue> MakeWriter<'queue> for Queue {
    type Writer = Line<'queue>;

    fn make_writer(&'queue self) -> Self::Writer {
        Line {
            queue: self,
            is_audit: false,
        }
    }

    fn make_writer_for(&'queue self, metadata: &Metadata<'_>) -> Self::Writer {
        Line {
            queue: self,
            is_audit: metadata.target() == audit::TARGET,
        }
    }
}

impl Write for Line<'_> {
    /// A whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let most = if self.is_audit { MOST_WITH_AUDIT } else { MOST };
        if !self.queue.waiting.add(most) {
            telemetry::metrics().log.line_lost(self.is_audit);
            return Ok(line.len());
        }
        let mut lines = self.queue.lines.clone();
        if self.is_audit {
            lines.write_all(&[&[AUDIT_MARK], line].concat())?;
        } else {
            lines.write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// What was written. Whoever holds it does not read.
    #[derive(Clone, Default)]
    struct Reader(Arc<Mutex<Vec<u8>>>);

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_audit_trail_has_room_of_its_own_and_what_is_lost_of_it_is_counted_by_itself() {
        let reader = Reader::default();
        let (queue, guard) = Queue::to(reader.clone());
        let send = |is_audit: bool, from: usize, count: usize| {
            let mut line = Line {
                queue: &queue,
                is_audit,
            };
            let word = if is_audit { "audit" } else { "other" };
            for number in from..from + count {
                line.write_all(format!("{word} {number}\n").as_bytes()).unwrap();
            }
        };
        let stalled = reader.0.lock().unwrap();
        // The thread holds some back by itself until it waits for the reader.
        send(false, 0, 4 * MOST);
        assert!(telemetry::metrics().log.lines_lost() > 0);
        send(true, 0, MOST / 2);
        assert_eq!(telemetry::metrics().log.audit_lines_lost(), 0, "they have room");
        send(true, MOST / 2, 2 * MOST);
        let (lost, audit_lost) = (
            telemetry::metrics().log.lines_lost(),
            telemetry::metrics().log.audit_lines_lost(),
        );
        assert!(audit_lost > 0 && lost > audit_lost);
        drop(stalled);
        drop(guard);
        let written = String::from_utf8(reader.0.lock().unwrap().clone()).unwrap();
        let numbers = |word: &str| -> Vec<usize> {
            let lines = written.lines().filter_map(|line| line.strip_prefix(word));
            lines.map(|number| number.trim().parse().unwrap()).collect()
        };
        let (audit, other) = (numbers("audit"), numbers("other"));
        assert!(audit.is_sorted() && other.is_sorted(), "in their order");
        assert_eq!(audit[..MOST / 2], (0..MOST / 2).collect::<Vec<_>>());
        let sent = u64::try_from(6 * MOST + MOST / 2).unwrap();
        assert_eq!(u64::try_from(audit.len() + other.len()).unwrap() + lost, sent);
    }
}
