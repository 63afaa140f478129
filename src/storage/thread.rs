use std::{io, thread};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

/// A thread with a runtime. Connections to a bucket belong to the runtime that opened them: on a worker's they would end with
/// the worker. Dropping it ends the thread.
pub struct StorageThread {
    handle: Handle,
    _end: oneshot::Sender<()>,
}

impl StorageThread {
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        let work = move || drop(runtime.block_on(ended));
        thread::Builder::new().name("fanpass-storage".to_owned()).spawn(work)?;
        Ok(Self { handle, _end: end })
    }

    /// Runs `work` to its end on the thread, also if nobody waits for it any more. None: the thread has ended.
    pub async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
        self.handle.spawn(work).await.ok()
    }
}
