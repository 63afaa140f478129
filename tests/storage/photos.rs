//! Photos: their rows, their objects in a folder, and the jobs that remove them, on every database.

use std::{fs, path::Path};

use bytes::Bytes;
use fanpass::{
    cache::{Cache, MemoryCache},
    clients::{
        apps::{AppsClient, OwnListeners, Resolver},
        avatars::AvatarClient,
        wechat::TlsConfig,
    },
    domain::{AuditActor, Clock, FansProfile, JobKind, JobLane, ObjectKey, PhotoId, PhotoSize, Random},
    repositories::{Database, FansRepository, PhotosRepository, Transaction},
    services::{
        avatars::AvatarCopies,
        jobs::{Finished, Jobs},
        photos::{PhotoError, PhotoRemoval, Photos, PhotosParts, UnnamedObjects, Upload},
        picture_pool::PicturePool,
    },
    settings::{StorageLocation, StorageSettings},
    storage::{Objects, Storage},
};
use futures_util::future::join_all;
use tempfile::TempDir;

use crate::{
    erasure::erasure,
    jobs::process,
    listing::fan,
    support::{
        Register, app_id,
        databases::{TestDatabase, each_database},
    },
};

/// Objects in `folder`, which is made at the first put.
pub fn objects_in(folder: &Path) -> Objects {
    let settings = StorageSettings {
        location: StorageLocation::Folder(folder.to_path_buf()),
        endpoint: None,
        region: "us-east-1".to_owned(),
        path_style: true,
        timeout: std::time::Duration::from_secs(5),
        authorities: None,
    };
    Storage::open(&settings, None).unwrap().of_account(&app_id())
}

/// Of fans who have no photos.
pub fn removal(database: &Database) -> PhotoRemoval {
    PhotoRemoval {
        photos: PhotosRepository::new(database.clone(), app_id()),
        objects: objects_in(Path::new("/nonexistent")),
    }
}

/// Of fans who have no photos.
pub fn unnamed(database: &Database, jobs: &Jobs) -> UnnamedObjects {
    UnnamedObjects {
        photos: PhotosRepository::new(database.clone(), app_id()),
        fans: FansRepository::new(database.clone(), app_id()),
        jobs: jobs.clone(),
        objects: objects_in(Path::new("/nonexistent")),
    }
}

/// Of a platform that is away.
pub fn avatar_copies(database: &Database, jobs: &Jobs) -> AvatarCopies {
    let tls = TlsConfig::with_mozilla_roots().unwrap();
    let client = AppsClient::new(&tls, OwnListeners::default(), Resolver::default());
    let nowhere = "http://127.0.0.1:9".parse().unwrap();
    AvatarCopies {
        fans: FansRepository::new(database.clone(), app_id()),
        jobs: jobs.clone(),
        objects: objects_in(Path::new("/nonexistent")),
        unnamed: unnamed(database, jobs),
        pool: PicturePool::new(1, 128),
        client: AvatarClient::new(client, &nowhere, &nowhere),
        random: Random::system(),
    }
}

/// The photos of an account over one database and one folder.
struct Site {
    database: Database,
    clock: Clock,
    jobs: Jobs,
    objects: Objects,
    photos: Photos,
    rows: PhotosRepository,
    folder: TempDir,
}

impl Site {
    async fn new(database: &TestDatabase, per_fan: u32) -> Self {
        let database = &database.open(8);
        database.migrate().await.unwrap();
        let (folder, clock) = (TempDir::new().unwrap(), Clock::system());
        let objects = objects_in(&folder.path().join("objects"));
        let jobs = process(database, &clock);
        let rows = PhotosRepository::new(database.clone(), app_id());
        let photos = Photos::new(PhotosParts {
            photos: rows.clone(),
            fans: FansRepository::new(database.clone(), app_id()),
            jobs: jobs.clone(),
            objects: objects.clone(),
            pool: PicturePool::new(2, 512),
            unnamed: UnnamedObjects {
                photos: rows.clone(),
                fans: FansRepository::new(database.clone(), app_id()),
                jobs: jobs.clone(),
                objects: objects.clone(),
            },
            max_pixels: 50_000_000,
            max_bytes: 1 << 20,
            per_fan,
            metrics: fanpass::telemetry::metrics().account(&app_id()).photos,
            clock: clock.clone(),
            random: Random::system(),
        });
        let database = database.clone();
        Self {
            database,
            clock,
            jobs,
            objects,
            photos,
            rows,
            folder,
        }
    }

    async fn fan(&self, openid: &str) -> FansProfile {
        let fans = FansRepository::new(self.database.clone(), app_id());
        fans.register(fan(openid, None)).await.unwrap().0
    }

    /// Every file of the storage, below its folder.
    fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        files_below(&self.folder.path().join("objects"), &mut found);
        found
    }

    fn removal(&self) -> PhotoRemoval {
        PhotoRemoval {
            photos: self.rows.clone(),
            objects: self.objects.clone(),
        }
    }

    fn unnamed(&self) -> UnnamedObjects {
        UnnamedObjects {
            photos: self.rows.clone(),
            fans: FansRepository::new(self.database.clone(), app_id()),
            jobs: self.jobs.clone(),
            objects: self.objects.clone(),
        }
    }

    /// Runs the due jobs of the two kinds, and says of which kinds there were any.
    async fn run_due_jobs(&self) -> Vec<JobKind> {
        let mut kinds = Vec::new();
        for job in self.jobs.claim(&JobLane::Common, 100).await.unwrap() {
            kinds.push(job.kind);
            let (removal, unnamed) = (self.removal(), self.unnamed());
            let work = async {
                match job.kind {
                    JobKind::RemovePhotos => removal.run().await,
                    JobKind::RemoveUnnamedObjects => unnamed.run(&job).await,
                    _ => Ok(Finished::Done),
                }
            };
            assert_eq!(self.jobs.run(&job, work).await.unwrap(), None);
        }
        kinds
    }
}

fn files_below(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path.display().to_string());
        }
    }
}

/// A PNG of one colour, which differs with `shade`.
fn picture(shade: u8) -> Bytes {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 400, 300);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[shade; 400 * 300]).unwrap();
    writer.finish().unwrap();
    file.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_saved_once_read_listed_and_removed() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let (one, other) = (site.fan("oOne").await.id, site.fan("oOther").await.id);
        let first = site.photos.save(one, picture(1)).await.unwrap();
        assert!(first.is_new);
        assert_eq!((first.photo.width, first.photo.height), (400, 300));
        assert_eq!(site.files().len(), 2);
        let again = site.photos.save(one, picture(1)).await.unwrap();
        assert!(!again.is_new);
        assert_eq!(again.photo, first.photo);
        let second = site.photos.save(one, picture(2)).await.unwrap();
        let theirs = site.photos.save(other, picture(1)).await.unwrap();
        assert!(theirs.is_new, "the same file of somebody else is another photo");
        assert_eq!(site.files().len(), 6);

        let listed = site.photos.list(one, None, 10).await.unwrap();
        assert_eq!(listed, [second.photo.clone(), first.photo.clone()]);
        let after = site.photos.list(one, Some(second.photo.id), 10).await.unwrap();
        assert_eq!(after, std::slice::from_ref(&first.photo));
        let thumb = site
            .photos
            .read(one, first.photo.id, PhotoSize::Thumb)
            .await
            .unwrap()
            .unwrap();
        assert!(thumb.starts_with(&[0xff, 0xd8]));
        assert_eq!(
            site.photos.read(other, first.photo.id, PhotoSize::Thumb).await.unwrap(),
            None
        );
        assert!(!site.photos.remove(other, first.photo.id).await.unwrap());

        assert!(site.photos.remove(one, first.photo.id).await.unwrap());
        assert!(!site.photos.remove(one, first.photo.id).await.unwrap());
        assert_eq!(
            site.photos.read(one, first.photo.id, PhotoSize::Large).await.unwrap(),
            None
        );
        let anew = site.photos.save(one, picture(1)).await.unwrap();
        assert!(anew.is_new, "a removed photo may be uploaded again at once");
        assert_eq!(
            site.run_due_jobs().await,
            [JobKind::RemovePhotos],
            "no upload left a job"
        );
        assert_eq!(site.files().len(), 6);
        assert_eq!(site.rows.removed(None, None, 10).await.unwrap(), []);
        assert_eq!(site.photos.count(one).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_a_fan_holds_when_many_uploads_come_at_once() {
    each_database(async |database| {
        let site = Site::new(database, 3).await;
        let fan = site.fan("oMany").await.id;
        let saved = join_all((0..8).map(|shade| site.photos.save(fan, picture(shade)))).await;
        assert_eq!(saved.iter().filter(|saved| saved.is_ok()).count(), 3);
        for refused in saved.iter().filter_map(|saved| saved.as_ref().err()) {
            assert!(matches!(refused, PhotoError::LimitReached { max: 3 }), "{refused}");
        }
        assert_eq!(site.photos.count(fan).await.unwrap(), 3);
        assert_eq!(site.files().len(), 6, "{:?}", site.files());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twice_at_once_is_one_photo() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let fan = site.fan("oTwice").await.id;
        let saved = join_all((0..6).map(|_| site.photos.save(fan, picture(7)))).await;
        let saved: Vec<_> = saved.into_iter().map(Result::unwrap).collect();
        assert_eq!(saved.iter().filter(|saved| saved.is_new).count(), 1);
        assert!(saved.iter().all(|other| other.photo == saved[0].photo));
        assert_eq!(site.files().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_without_a_row_are_gone_after_an_hour_and_named_ones_stay() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let fan = site.fan("oCrash").await.id;
        let kept = site.photos.save(fan, picture(1)).await.unwrap().photo.id;
        // A process that died after the job, and one that died after the objects.
        let [died_early, died_late] = [(); 2].map(|()| PhotoId::generate(&site.clock, &Random::system()));
        site.unnamed().expect(Upload::Photo(died_early)).await.unwrap();
        site.unnamed().expect(Upload::Photo(died_late)).await.unwrap();
        for size in PhotoSize::ALL {
            site.objects
                .put(&ObjectKey::photo(died_late, size), Bytes::from_static(b"x"))
                .await
                .unwrap();
        }
        // One that died while it wrote a file, which the library calls so.
        let folder = site
            .folder
            .path()
            .join(format!("objects/{}/photos/{died_early}", app_id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("large.jpg#1"), "half").unwrap();
        // And a job of a photo whose row is there: its withdrawal was lost with the answer of the database, say.
        site.unnamed().expect(Upload::Photo(kept)).await.unwrap();
        assert_eq!(site.files().len(), 5);
        assert_eq!(site.run_due_jobs().await, []);
        site.clock.advance(3601);
        assert_eq!(site.run_due_jobs().await, [JobKind::RemoveUnnamedObjects; 3]);
        assert_eq!(site.files().len(), 2);
        assert!(site.photos.read(fan, kept, PhotoSize::Large).await.unwrap().is_some());
        assert!(!folder.exists());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_the_removal_overtook_is_not_saved() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let photo = PhotoId::generate(&site.clock, &Random::system());
        let job = site.unnamed().expect(Upload::Photo(photo)).await.unwrap();
        site.clock.advance(3601);
        let claimed = site.jobs.claim_one(job).await.unwrap().unwrap();
        let withdraw = async || {
            let jobs = site.jobs.repository().clone();
            let work = move |tx: &mut Transaction<'_>| jobs.withdraw(tx, job);
            site.database.transaction(work).await.unwrap()
        };
        assert!(!withdraw().await);
        // Also after an attempt that failed half-way.
        let repository = site.jobs.repository();
        let error = Some("made up".to_owned());
        repository
            .schedule(claimed.id, site.jobs.holder(), site.clock.now(), error)
            .await
            .unwrap();
        assert!(!withdraw().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_takes_the_photos_and_nothing_is_saved_afterwards() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let (profile, other) = (site.fan("oErased").await, site.fan("oStays").await.id);
        for shade in 0..3 {
            site.photos.save(profile.id, picture(shade)).await.unwrap();
        }
        site.photos.save(other, picture(1)).await.unwrap();
        let cache = Cache::Memory(MemoryCache::new(site.clock.clone(), 1 << 20));
        let mut erasure = erasure(&site.database, &site.clock, &site.jobs, &cache);
        erasure.photos = site.removal();
        let requested = erasure.request(&profile, AuditActor::Platform).await.unwrap().unwrap();
        assert_eq!(
            site.photos.count(profile.id).await.unwrap(),
            0,
            "nobody sees them from the request on"
        );
        assert_eq!(site.files().len(), 8);
        let late = site.photos.save(profile.id, picture(9)).await.unwrap_err();
        assert!(matches!(late, PhotoError::FanGone), "{late}");
        assert_eq!(site.files().len(), 8, "what was put is removed");
        let job = site.jobs.claim_one(requested.job).await.unwrap().unwrap();
        assert_eq!(site.jobs.run(&job, erasure.run(&job)).await.unwrap(), None);
        let removed = erasure.finished(requested.receipt).await.unwrap().unwrap();
        assert_eq!(removed.photos, 3);
        assert_eq!(site.files().len(), 2);
        assert_eq!(site.photos.count(other).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_counts_also_the_photos_that_an_attempt_before_it_removed() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let profile = site.fan("oErased").await;
        for shade in 0..3 {
            site.photos.save(profile.id, picture(shade)).await.unwrap();
        }
        let cache = Cache::Memory(MemoryCache::new(site.clock.clone(), 1 << 20));
        let mut erasure = erasure(&site.database, &site.clock, &site.jobs, &cache);
        erasure.photos = site.removal();
        let requested = erasure.request(&profile, AuditActor::Platform).await.unwrap().unwrap();
        // One is gone when the process dies.
        let first = site.rows.removed(Some(profile.id), None, 1).await.unwrap()[0];
        for size in PhotoSize::ALL {
            site.objects.remove(&ObjectKey::photo(first, size)).await.unwrap();
        }
        assert!(site.rows.delete_removed(first).await.unwrap());
        let job = site.jobs.claim_one(requested.job).await.unwrap().unwrap();
        assert_eq!(site.jobs.run(&job, erasure.run(&job)).await.unwrap(), None);
        let removed = erasure.finished(requested.receipt).await.unwrap().unwrap();
        assert_eq!(removed.photos, 3);
        assert_eq!(site.files(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_at_the_same_moment_as_uploads_leaves_no_photo() {
    each_database(async |database| {
        let site = Site::new(database, 50).await;
        let cache = Cache::Memory(MemoryCache::new(site.clock.clone(), 1 << 20));
        let mut erasure = erasure(&site.database, &site.clock, &site.jobs, &cache);
        erasure.photos = site.removal();
        for round in 0..5_u8 {
            let profile = site.fan(&format!("oRace{round}")).await;
            let uploads = join_all((0..4).map(|shade| site.photos.save(profile.id, picture(shade))));
            let request = erasure.request(&profile, AuditActor::Platform);
            let (uploads, requested) = tokio::join!(uploads, request);
            for failed in uploads.into_iter().filter_map(Result::err) {
                assert!(matches!(failed, PhotoError::FanGone), "{failed}");
            }
            let requested = requested.unwrap().unwrap();
            let job = site.jobs.claim_one(requested.job).await.unwrap().unwrap();
            assert_eq!(site.jobs.run(&job, erasure.run(&job)).await.unwrap(), None);
            assert_eq!(site.files(), Vec::<String>::new());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_whose_object_is_missing_is_a_failure_and_stays() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let fan = site.fan("oMissing").await.id;
        let photo = site.photos.save(fan, picture(1)).await.unwrap().photo.id;
        site.objects
            .remove(&ObjectKey::photo(photo, PhotoSize::Large))
            .await
            .unwrap();
        let error = site.photos.read(fan, photo, PhotoSize::Large).await.unwrap_err();
        assert!(matches!(error, PhotoError::NoObject), "{error}");
        assert_eq!(site.photos.count(fan).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_cannot_be_written_saves_nothing_and_leaves_no_row() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let fan = site.fan("oFull").await.id;
        // A file stands where the folder is to be.
        fs::write(site.folder.path().join("objects"), "in the way").unwrap();
        let error = site.photos.save(fan, picture(1)).await.unwrap_err();
        assert!(matches!(error, PhotoError::Storage(_)), "{error}");
        assert_eq!(site.photos.count(fan).await.unwrap(), 0);
        fs::remove_file(site.folder.path().join("objects")).unwrap();
        assert!(
            site.photos.save(fan, picture(1)).await.unwrap().is_new,
            "it works again"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_or_too_large_is_refused_before_anything_is_written() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let fan = site.fan("oRefused").await.id;
        let refused = site.photos.save(fan, Bytes::from_static(b"<svg/>")).await.unwrap_err();
        assert!(matches!(refused, PhotoError::NotAPicture), "{refused}");
        let large = site.photos.save(fan, vec![0; (1 << 20) + 1].into()).await.unwrap_err();
        assert!(matches!(large, PhotoError::TooManyBytes { .. }), "{large}");
        assert!(!site.folder.path().join("objects").exists());
        assert_eq!(site.run_due_jobs().await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_that_a_fan_withdrew_go_and_the_fan_stays() {
    each_database(async |database| {
        let site = Site::new(database, 10).await;
        let profile = site.fan("oWithdraws").await;
        site.photos.save(profile.id, picture(1)).await.unwrap();
        site.photos.save(profile.id, picture(2)).await.unwrap();
        let cache = Cache::Memory(MemoryCache::new(site.clock.clone(), 1 << 20));
        let mut erasure = erasure(&site.database, &site.clock, &site.jobs, &cache);
        erasure.photos = site.removal();
        let (own, openid) = (erasure.clone(), profile.profile.openid.clone());
        let work = move |tx: &mut Transaction<'_>| own.request_photos_in(tx, &openid);
        let request = site.database.transaction(work).await.unwrap();
        assert_eq!(site.photos.count(profile.id).await.unwrap(), 0);
        let job = site.jobs.claim_one(request.job.unwrap()).await.unwrap().unwrap();
        assert_eq!(site.jobs.run(&job, erasure.run_photos(&job)).await.unwrap(), None);
        assert_eq!(site.files(), Vec::<String>::new());
        assert!(
            site.photos.save(profile.id, picture(1)).await.unwrap().is_new,
            "the fan may upload again"
        );
    })
    .await;
}
