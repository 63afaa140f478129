//! Copies of avatars that are named in a row at the moment of an erasure.

use std::{sync::mpsc, thread, time::Duration};

use bytes::Bytes;
use fanpass::{
    cache::{Cache, MemoryCache},
    domain::{AuditActor, AvatarId, Clock, FanId, JobKind, JobLane, ObjectKey, OpenId, ProfileErasure, Random},
    repositories::{Database, FansRepository, StoredAvatar, Transaction},
    services::{fans::Erasure, jobs::Jobs, photos::UnnamedObjects},
    storage::Objects,
};
use tempfile::TempDir;

use super::{OPENID, erasure, new_fan, registrations};
use crate::{
    jobs::process,
    photos::{objects_in, unnamed},
    support::databases::each_database,
};

/// An account with copies of avatars in a folder.
struct Site {
    database: Database,
    jobs: Jobs,
    objects: Objects,
    erasure: Erasure,
    unnamed: UnnamedObjects,
    _folder: TempDir,
}

impl Site {
    async fn new(database: Database) -> Self {
        database.migrate().await.unwrap();
        let (folder, clock) = (TempDir::new().unwrap(), Clock::system());
        let objects = objects_in(folder.path());
        let jobs = process(&database, &clock);
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        let mut erasure = erasure(&database, &clock, &jobs, &cache);
        erasure.photos.objects = objects.clone();
        let mut unnamed = unnamed(&database, &jobs);
        unnamed.objects = objects.clone();
        Self {
            database,
            jobs,
            objects,
            erasure,
            unnamed,
            _folder: folder,
        }
    }

    /// A copy whose job has put it, and is about to name it in the row.
    async fn put(&self) -> AvatarId {
        let copy = AvatarId::generate(&Random::system());
        let key = ObjectKey::avatar(copy);
        self.objects.put(&key, Bytes::from_static(b"a face")).await.unwrap();
        copy
    }

    async fn is_there(&self, copy: AvatarId) -> bool {
        self.objects.get(&ObjectKey::avatar(copy)).await.unwrap().is_some()
    }

    async fn run_removals(&self) {
        for job in self.jobs.claim(&JobLane::Common, 100).await.unwrap() {
            if job.kind == JobKind::RemoveUnnamedObjects {
                assert_eq!(self.jobs.run(&job, self.unnamed.run(&job)).await.unwrap(), None);
            }
        }
    }
}

fn name_copy(fans: &FansRepository, tx: &mut Transaction<'_>, fan: FanId, url: &str, copy: AvatarId) {
    let stored = StoredAvatar {
        url: url.to_owned(),
        copy: None,
    };
    assert!(fans.replace_avatar(tx, fan, &stored, Some(copy)).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_from_before_the_erasure_takes_the_copy_of_a_later_one_with_it() {
    each_database(async |database| {
        let site = Site::new(database.open(8)).await;
        let logins = registrations(&site.database);
        let (early, openid) = (0, OpenId::parse(OPENID).unwrap());
        logins.register(new_fan(), early).await.unwrap().unwrap();
        let erasure = site.erasure.clone();
        let cleared = move |tx: &mut Transaction<'_>| erasure.request_profile_in(tx, &openid, ProfileErasure::Cleaned);
        site.erasure
            .note_requested(&site.database.transaction(cleared).await.unwrap());
        // The fan logs in anew, and the copy of the avatar is made.
        let (fan, _) = logins.register(new_fan(), i64::MAX).await.unwrap().unwrap();
        let copy = site.put().await;
        let (fans, url) = (logins.fans.clone(), fan.profile.avatar_url.clone());
        let naming = move |tx: &mut Transaction<'_>| {
            name_copy(&fans, tx, fan.id, &url, copy);
            Ok(())
        };
        site.database.transaction(naming).await.unwrap();
        // Only now comes the login that began before.
        let (late, _) = logins.register(new_fan(), early).await.unwrap().unwrap();
        assert_eq!((late.avatar, late.profile.avatar_url.as_str()), (None, ""));
        site.run_removals().await;
        assert!(!site.is_there(copy).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_named_while_the_fan_is_erased_goes_too() {
    each_database(async |database| {
        let site = Site::new(database.open(8)).await;
        let logins = registrations(&site.database);
        let (fan, _) = logins.register(new_fan(), i64::MAX).await.unwrap().unwrap();
        let copy = site.put().await;
        let (named, is_named) = mpsc::channel();
        let (fans, url) = (logins.fans.clone(), fan.profile.avatar_url.clone());
        let naming = move |tx: &mut Transaction<'_>| {
            name_copy(&fans, tx, fan.id, &url, copy);
            named.send(()).ok();
            // The erasure begins meanwhile, and on a server reads the row as it was before.
            thread::sleep(Duration::from_millis(300));
            Ok(())
        };
        let naming = tokio::spawn({
            let database = site.database.clone();
            async move { database.transaction(naming).await }
        });
        tokio::task::spawn_blocking(move || is_named.recv().unwrap())
            .await
            .unwrap();
        let requested = site.erasure.request(&fan, AuditActor::Platform).await.unwrap().unwrap();
        naming.await.unwrap().unwrap();
        let job = site.jobs.claim_one(requested.job).await.unwrap().unwrap();
        assert_eq!(site.jobs.run(&job, site.erasure.run(&job)).await.unwrap(), None);
        assert!(site.erasure.finished(requested.receipt).await.unwrap().unwrap().avatar);
        assert!(!site.is_there(copy).await);
    })
    .await;
}
