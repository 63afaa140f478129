use std::{
    io::{self, Write},
    iter,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Duration,
};

use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

use super::writer::{Line, LineWriter};
use crate::{audit, telemetry};

/// How many lines may wait to be written. Further ones are dropped and counted: no request waits for the reader of the
/// log.
const MAX_LINES: usize = 8192;

/// The audit trail may use as many again, which other lines cannot take.
const MAX_LINES_WITH_AUDIT: usize = 2 * MAX_LINES;

/// How long lines gather between two batches. Lines in this time do not wake the thread: waking it for each costs
/// several times as much as the line, a fifth of a login in all.
const PAUSE: Duration = Duration::from_millis(10);

/// The lines that wait for the log's thread, in their order. A counter bounds it, not the channel: the audit trail has
/// a larger bound than other lines.
#[derive(Clone)]
pub(super) struct Queue {
    messages: Sender<Message>,
    waiting: Arc<AtomicUsize>,
}

enum Message {
    Line(Line),
    Stop,
}

/// The thread that writes the lines.
pub(super) struct LogThread {
    messages: Sender<Message>,
    /// Disconnected when the thread has ended.
    end: Receiver<()>,
}

/// Puts one line into the queue.
pub(super) struct Entry<'queue> {
    queue: &'queue Queue,
    is_audit: bool,
}

impl Queue {
    /// A queue whose thread writes to `output`.
    pub(super) fn start(output: impl Write + Send + 'static) -> io::Result<(Self, LogThread)> {
        let (messages, received) = mpsc::channel();
        let (ended, end) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let queue = Self {
            messages: messages.clone(),
            waiting: Arc::clone(&waiting),
        };
        let work = move || {
            write_lines(&received, &waiting, LineWriter::new(output));
            drop(ended);
        };
        thread::Builder::new().name("log".to_owned()).spawn(work)?;
        Ok((queue, LogThread { messages, end }))
    }

    fn push(&self, text: &[u8], is_audit: bool) {
        let max = if is_audit { MAX_LINES_WITH_AUDIT } else { MAX_LINES };
        if self.waiting.fetch_add(1, Ordering::AcqRel) < max {
            let text = text.to_owned();
            let line = Line { text, is_audit };
            if self.messages.send(Message::Line(line)).is_ok() {
                return;
            }
        }
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        telemetry::metrics().log.line_lost(is_audit);
    }
}

/// Writes all lines that wait as one batch. The first line after a quiet time is written at once.
fn write_lines(messages: &Receiver<Message>, waiting: &AtomicUsize, mut writer: LineWriter<impl Write>) {
    while let Ok(first) = messages.recv() {
        for message in iter::once(first).chain(messages.try_iter()) {
            let Message::Line(line) = message else {
                writer.flush();
                return;
            };
            waiting.fetch_sub(1, Ordering::AcqRel);
            writer.write(&line);
        }
        writer.flush();
        thread::sleep(PAUSE);
    }
}

impl LogThread {
    /// Writes the lines that wait and ends the thread. Blocks for at most `limit`: if nobody reads the output, the
    /// thread ends with the process.
    pub(super) fn stop(self, limit: Duration) {
        if self.messages.send(Message::Stop).is_ok() {
            // Nothing is ever sent here: the wait ends when the thread drops the other side.
            let _ = self.end.recv_timeout(limit);
        }
    }
}

impl<'queue> MakeWriter<'queue> for Queue {
    type Writer = Entry<'queue>;

    fn make_writer(&'queue self) -> Self::Writer {
        Entry {
            queue: self,
            is_audit: false,
        }
    }

    fn make_writer_for(&'queue self, metadata: &Metadata<'_>) -> Self::Writer {
        Entry {
            queue: self,
            is_audit: metadata.target() == audit::TARGET,
        }
    }
}

impl Write for Entry<'_> {
    /// Takes a whole line: the formatter writes each line in one call.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.queue.push(line, self.is_audit);
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

    const MINUTE: Duration = Duration::from_secs(60);

    /// What was written, one entry per call. While a test holds the lock, nothing can be written.
    #[derive(Clone, Default)]
    struct Reader(Arc<Mutex<Vec<Vec<u8>>>>);

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_keep_their_order_and_are_written_together() {
        let reader = Reader::default();
        let (queue, thread) = Queue::start(reader.clone()).unwrap();
        let lines: Vec<String> = (0..5_000).map(|number| format!("line {number}\n")).collect();
        let stalled = reader.0.lock().unwrap();
        for line in &lines {
            queue.make_writer().write_all(line.as_bytes()).unwrap();
        }
        drop(stalled);
        thread.stop(MINUTE);
        let calls = reader.0.lock().unwrap();
        assert_eq!(String::from_utf8(calls.concat()).unwrap(), lines.concat());
        assert!(calls.len() < lines.len() / 10, "{} calls", calls.len());
    }

    #[test]
    fn the_audit_trail_has_room_of_its_own_and_its_lost_lines_are_counted_separately() {
        let reader = Reader::default();
        let (queue, thread) = Queue::start(reader.clone()).unwrap();
        let send = |is_audit: bool, from: usize, count: usize| {
            let mut entry = Entry {
                queue: &queue,
                is_audit,
            };
            let word = if is_audit { "audit" } else { "other" };
            for number in from..from + count {
                entry.write_all(format!("{word} {number}\n").as_bytes()).unwrap();
            }
        };
        let log = &telemetry::metrics().log;
        let stalled = reader.0.lock().unwrap();
        // The thread takes some lines out of the queue until it blocks.
        send(false, 0, 4 * MAX_LINES);
        assert!(log.lines_lost() > 0);
        send(true, 0, MAX_LINES / 2);
        assert_eq!(log.audit_lines_lost(), 0, "they have room");
        send(true, MAX_LINES / 2, 2 * MAX_LINES);
        let (lost, audit_lost) = (log.lines_lost(), log.audit_lines_lost());
        assert!(audit_lost > 0 && lost > audit_lost);
        drop(stalled);
        thread.stop(MINUTE);
        let written = String::from_utf8(reader.0.lock().unwrap().concat()).unwrap();
        let numbers = |word: &str| -> Vec<usize> {
            let lines = written.lines().filter_map(|line| line.strip_prefix(word));
            lines.map(|number| number.trim().parse().unwrap()).collect()
        };
        let (audit, other) = (numbers("audit"), numbers("other"));
        assert!(audit.is_sorted() && other.is_sorted(), "in their order");
        assert_eq!(audit[..MAX_LINES / 2], (0..MAX_LINES / 2).collect::<Vec<_>>());
        let sent = u64::try_from(6 * MAX_LINES + MAX_LINES / 2).unwrap();
        assert_eq!(u64::try_from(audit.len() + other.len()).unwrap() + lost, sent);
    }
}
