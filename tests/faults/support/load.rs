use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::{JoinHandle, JoinSet};

use super::{
    below, locked,
    phone::{End, Kind, Login},
    scene::Scene,
};

/// Logins under way at most; beyond it the load holds back, so that the harness itself stays bounded.
const MOST_AT_ONCE: usize = 3000;

/// Logins that begin at a steady rate, whatever becomes of those before.
pub struct Load {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Vec<Login>>,
}

struct Source {
    scene: Arc<Scene>,
    rate: u32,
    patience: usize,
    stock: Vec<String>,
    saved: Arc<Mutex<Vec<String>>>,
}

impl Load {
    /// Begins with `rate` logins a second, for `limit` at most: half of them registrations, the rest silent.
    pub async fn begin(scene: &Arc<Scene>, rate: u32, limit: Duration, patience: usize) -> Self {
        let count = usize::try_from(rate).unwrap() * usize::try_from(limit.as_secs() + 1).unwrap();
        let source = Source {
            scene: Arc::clone(scene),
            rate,
            patience,
            stock: scene.sandbox.fans(count).await,
            saved: Arc::default(),
        };
        let stop = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(source.flow(Arc::clone(&stop), limit));
        Self { stop, task }
    }

    /// Begins no more, waits for those under way, and returns all.
    pub async fn end(self) -> Vec<Login> {
        self.stop.store(true, Ordering::SeqCst);
        self.task.await.unwrap()
    }
}

impl Source {
    async fn flow(mut self, stop: Arc<AtomicBool>, limit: Duration) -> Vec<Login> {
        let (began, mut begun) = (Instant::now(), 0);
        let (mut under_way, mut done) = (JoinSet::new(), Vec::new());
        while !stop.load(Ordering::SeqCst) && began.elapsed() < limit {
            let due = began.elapsed().as_millis() * u128::from(self.rate) / 1000;
            while begun < due {
                begun += 1;
                if under_way.len() < MOST_AT_ONCE
                    && let Some(login) = self.next()
                {
                    under_way.spawn(run(login, Arc::clone(&self.scene), Arc::clone(&self.saved)));
                }
            }
            while let Some(login) = under_way.try_join_next() {
                done.push(login.unwrap());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        done.extend(under_way.join_all().await);
        done
    }

    fn next(&mut self) -> Option<Login> {
        let dice = below(20);
        let saved = locked(&self.saved);
        let (kind, openid) = if dice < 9 && !saved.is_empty() {
            (Kind::Return, saved[below(saved.len())].clone())
        } else if dice == 9 {
            (Kind::Visit, self.stock.pop()?)
        } else {
            (Kind::Registration, self.stock.pop()?)
        };
        Some(Login::new(kind, openid, self.patience))
    }
}

async fn run(login: Login, scene: Arc<Scene>, saved: Arc<Mutex<Vec<String>>>) -> Login {
    let login = login.run(&scene, &scene.front).await;
    if login.kind == Kind::Registration && login.end == End::SignedIn {
        locked(&saved).push(login.openid.clone());
    }
    login
}
