use super::{Entry, line, words};

pub(super) const ENTRIES: &[Entry] = &[
    line(
        &["the object storage does not work"],
        words("the object storage does not work", "对象存储不可用"),
        words(
            "The folder or the bucket of `storage.url` could not be written, read or reached; `storage.error` says why. Photos are answered with 503 meanwhile, and nothing that was saved is lost. Logins go on.",
            "`storage.url` 指定的目录或存储桶无法写入、读取或连接，原因见 `storage.error`。期间照片相关请求返回 503，已保存的内容不会丢失，登录不受影响。",
        ),
        words(
            "Run `fanpass check`: is the disk full, may the process write the folder, is the bucket's server running, are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY valid, do they have the rights to get, put, delete and list?",
            "运行 `fanpass check`：磁盘是否已满，进程能否写入该目录，存储服务是否在运行，AWS_ACCESS_KEY_ID 与 AWS_SECRET_ACCESS_KEY 是否有效并具有读、写、删除与列举权限。",
        ),
    ),
    line(
        &["an avatar's object is missing in the storage"],
        words("an avatar's object is missing in the storage", "头像文件在存储中缺失"),
        words(
            "The row of a fan (`fan.id`) names a copy of the avatar whose object is not in the storage: it was removed by hand, the storage was restored from an older copy than the database, or replicas do not share their folder.",
            "该粉丝（`fan.id`）的数据行指向一份头像副本，但存储中没有对应文件：可能被手工删除，存储恢复自比数据库更旧的备份，或多个副本没有共用同一目录。",
        ),
        words(
            "Let all replicas use the same `storage.url`, or restore the object from a backup. To have the avatar copied anew at the next refresh of the profile: `UPDATE fans_profiles SET avatar_object = NULL WHERE id = '<fan.id>'`. Until then the fan sees a drawing.",
            "让所有副本使用同一个 `storage.url`，或从备份恢复该文件。如需在下次刷新资料时重新复制：`UPDATE fans_profiles SET avatar_object = NULL WHERE id = '<fan.id>'`。在此之前粉丝看到的是占位图。",
        ),
    ),
    line(
        &["a photo's object is missing in the storage"],
        words("a photo's object is missing in the storage", "照片文件在存储中缺失"),
        words(
            "The database names a photo (`photo.id`) whose object is not in the storage: it was removed by hand, the storage was restored from an older copy than the database, or replicas do not share their folder.",
            "数据库中有这张照片（`photo.id`），但存储中没有对应文件：可能被手工删除，存储恢复自比数据库更旧的备份，或多个副本没有共用同一目录。",
        ),
        words(
            "Let all replicas use the same `storage.url`, or restore the object from a backup. The row stays, and the fan can delete the photo.",
            "让所有副本使用同一个 `storage.url`，或从备份恢复该文件。数据行保留，粉丝可自行删除这张照片。",
        ),
    ),
];
