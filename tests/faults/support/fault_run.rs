use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use super::{
    audit::Audit,
    contract::{Contract, RECOVERY, Window},
    load::Load,
    phone::Login,
    scale::Scale,
    scene::Scene,
    table,
};

/// The pause between two phones that load their page again: at the rate at which logins begin in a long run.
const NEXT_RELOAD: Duration = Duration::from_millis(5);

/// A fault under load, from before it to after it.
pub struct FaultRun {
    pub scene: Arc<Scene>,
    pub scale: Scale,
    fault: &'static str,
    contract: Contract,
    load: Load,
    began: Option<Instant>,
    ended: Option<Instant>,
}

impl FaultRun {
    /// Begins the load and lets it run for a while.
    pub async fn begin(fault: &'static str, scene: Scene, contract: Contract) -> Self {
        let (scene, scale) = (Arc::new(scene), Scale::chosen());
        let limit = scale.before + scale.fault * 2 + scale.after + Duration::from_secs(20);
        let load = Load::begin(&scene, scale.rate, limit, contract.patience).await;
        tokio::time::sleep(scale.before).await;
        Self {
            scene,
            scale,
            fault,
            contract,
            load,
            began: None,
            ended: None,
        }
    }

    /// The fault begins now.
    pub fn fault_begins(&mut self) {
        self.began = Some(Instant::now());
    }

    /// Lets the fault last.
    pub async fn hold(&self) {
        tokio::time::sleep(self.scale.fault).await;
    }

    /// The fault is over now.
    pub fn fault_ends(&mut self) {
        self.ended = Some(Instant::now());
    }

    /// Runs a blocking action on the scene.
    pub async fn on<T: Send + 'static>(&self, action: impl FnOnce(&Scene) -> T + Send + 'static) -> T {
        let scene = Arc::clone(&self.scene);
        tokio::task::spawn_blocking(move || action(&scene)).await.unwrap()
    }

    /// Lets the load run on for a while, ends it, and loads again what asked for it. Writes the row, and
    /// checks what holds for every fault.
    pub async fn end(self) -> Audit {
        tokio::time::sleep(self.scale.after).await;
        let logins = self.load.end().await;
        let (logins, to_reload): (Vec<_>, Vec<_>) = logins.into_iter().map(split).unzip();
        let reloaded = reload(&self.scene, to_reload.into_iter().flatten().collect()).await;
        let began = self.began.unwrap();
        let window = Window {
            began,
            ended: self.ended.unwrap_or(began),
        };
        let (scene, contract) = (Arc::clone(&self.scene), self.contract);
        let audit = tokio::task::spawn_blocking(move || Audit::of(&contract, &window, &scene, &logins, &reloaded));
        let audit = audit.await.unwrap();
        let warnings = self.scene.replicas.iter().map(|replica| replica.warnings().len());
        table::write(self.fault, &audit, warnings.max().unwrap_or_default());
        let some: Vec<_> = audit.wrong.iter().take(10).collect();
        assert!(some.is_empty(), "{} wrong, such as {some:#?}", audit.wrong.len());
        assert_eq!(
            audit.lost(),
            0,
            "fans whose registration succeeded are not in the database"
        );
        assert!(
            audit.saved > 20,
            "only {} of {} logins saved a fan",
            audit.saved,
            audit.tried
        );
        assert!(audit.recovery <= RECOVERY, "recovered after {:?}", audit.recovery);
        audit
    }
}

/// A login as it went, and the phone whose page asks to be loaded again.
fn split(mut login: Login) -> (Login, Option<Login>) {
    let again = login.unfinished.take().map(|path| login.at(path));
    (login, again)
}

async fn reload(scene: &Arc<Scene>, logins: Vec<Login>) -> Vec<Login> {
    let mut under_way = JoinSet::new();
    for login in logins {
        let scene = Arc::clone(scene);
        under_way.spawn(async move { login.reload(&scene).await });
        tokio::time::sleep(NEXT_RELOAD).await;
    }
    under_way.join_all().await
}
