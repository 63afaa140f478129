//! A database server or cache server whose clock differs from ours. SQLite has no clock of its own.

use std::{
    io,
    sync::{Arc, Mutex},
};

use fanpass::domain::Clock;

use crate::support::{TestApp, eventually_some, metric};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// The offset of a clock in the metrics.
async fn offset(app: &TestApp, of: &str) -> Option<f64> {
    let metrics = app.ops("/metrics").await.text();
    metric(&metrics, &format!("fanpass_clock_offset_seconds{{of=\"{of}\"}}"))
}

#[actix_web::test]
async fn a_clock_that_is_90_seconds_off_is_one_warning_at_the_start_and_a_gauge() {
    let (lines, clock) = (Lines::default(), Clock::system());
    let writer = lines.clone();
    let log = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(log);
    clock.advance(90);
    let app = TestApp::with().clock(clock).start().await;
    for (of, has_clock) in [
        ("database", !app.backends.database_url.starts_with("sqlite:")),
        ("cache", app.backends.redis_url.is_some()),
    ] {
        if !has_clock {
            assert_eq!(offset(&app, of).await, None);
            continue;
        }
        let found = eventually_some("the gauge is set after the start", async || offset(&app, of).await).await;
        assert!((found + 90.0).abs() < 20.0, "{of}: {found}");
        let text = lines.text();
        let is_told = |line: &&str| line.contains("WARN") && line.contains(&format!("the clock of the {of} is"));
        assert_eq!(text.lines().filter(is_told).count(), 1, "{text}");
    }
}
