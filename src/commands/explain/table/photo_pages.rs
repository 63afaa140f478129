use super::{Entry, entry, words};

pub(super) const ENTRIES: &[Entry] = &[
    entry(
        &[],
        &[],
        &[
            "您还没有登录",
            "登录已经结束，请重新登录",
            "You are not signed in",
            "Your sign-in has ended. Please sign in again",
        ],
        words(
            "您还没有登录: a call of a page's script without a session",
            "您还没有登录：页面脚本的请求没有会话",
        ),
        words(
            "The session has ended (`session.ttl_seconds`), the fan signed out in another window, or the browser sends no cookies.",
            "会话已到期（`session.ttl_seconds`）、粉丝在别的窗口退出，或浏览器没有发送 cookie。",
        ),
        words(
            "Nothing: the page begins a login when it is loaded again. If it is frequent, look at what keeps the browser from storing cookies.",
            "无需处理：重新打开页面会自动登录。如果经常出现，检查是什么让浏览器不保存 cookie。",
        ),
    ),
    entry(
        &[],
        &[415, 422],
        &[
            "这张照片太大",
            "文件太大了，请换一张小一些的",
            "This photo is too large",
            "The file has too many megabytes. Please choose a smaller one",
            "不能使用 HEIC 照片",
            "这是一张 HEIC 照片，请换成 JPEG：在 iPhone 上打开「设置 → 相机 → 格式 → 兼容性最佳」，或者发送它的截图",
            "HEIC photos cannot be used",
            "This is a HEIC photo. Please send it as JPEG: on an iPhone choose Settings → Camera → Formats → Most Compatible, or send a screenshot of it",
            "不能使用 AVIF 图片",
            "这是一张 AVIF 图片，请另存为 JPEG 或 PNG，或者发送它的截图",
            "AVIF pictures cannot be used",
            "This is an AVIF picture. Please save it as JPEG or PNG, or send a screenshot of it",
            "这不是照片",
            "这个文件不是 JPEG、PNG、WebP 或 GIF，请换一张",
            "This is not a photo",
            "The file is no JPEG, PNG, WebP or GIF. Please choose another one",
            "这张照片的像素太多",
            "图片太大，我们无法处理。请缩小后再发，或者发送它的截图",
            "This photo has too many pixels",
            "The picture is too big to be worked on. Please make it smaller, or send a screenshot of it",
            "读不出这张照片",
            "文件损坏或不完整。请重新选择，或者换一张",
            "This photo cannot be read",
            "The file is damaged or incomplete. Please choose it again, or choose another one",
            "微信里已经没有这张照片",
            "选择的时间太久了，请重新选择",
            "WeChat does not have this photo any more",
            "It was chosen too long ago. Please choose it again",
        ],
        words(
            "这张照片太大, 这不是照片, 读不出这张照片: a photo is refused",
            "这张照片太大、这不是照片、读不出这张照片：照片被拒绝",
        ),
        words(
            "The file has more bytes than `photos.max_bytes` or more pixels than `photos.max_pixels`, is HEIC, AVIF or no picture, is damaged, or WeChat has removed it after three days.",
            "文件超过 `photos.max_bytes` 或 `photos.max_pixels`，是 HEIC、AVIF 或不是图片，已损坏，或者微信三天后已删除。",
        ),
        words(
            "The fan chooses another file, as the page says. If fans often meet a limit, raise it: each pixel takes 3 to 8 bytes of memory while it is decoded.",
            "粉丝按页面提示换一张。如果经常超限，可调高限制：解码时每个像素占用 3 到 8 字节内存。",
        ),
    ),
    entry(
        &[],
        &[409],
        &[
            "照片放满了",
            "您在这里的照片已经到了上限，请先删除一些",
            "No more photos fit",
            "You have as many photos as you can keep here. Please delete some first",
        ],
        words(
            "照片放满了: the fan has photos.per_fan photos",
            "照片放满了：达到 photos.per_fan",
        ),
        words(
            "A fan keeps at most `photos.per_fan` photos.",
            "每位粉丝最多保存 `photos.per_fan` 张照片。",
        ),
        words(
            "The fan deletes some, or you raise the limit.",
            "请粉丝删除一些，或调高上限。",
        ),
    ),
    entry(
        &[],
        &[],
        &[
            "照片有点多",
            "我们还在处理别的照片，请稍等片刻再发这一张",
            "Many photos at once",
            "We are still working on other photos. Please send this one again in a moment",
        ],
        words(
            "照片有点多: no place for another upload",
            "照片有点多：没有处理照片的空位",
        ),
        words(
            "16 pictures wait for a place in this process, `photos.memory_mib` is taken, or another upload of the same fan is under way.",
            "该进程已有 16 张图片在等待，`photos.memory_mib` 已用完，或同一粉丝的另一个上传还在进行。",
        ),
        words(
            "The page tries again by itself. If it is frequent: more processors or replicas, or more `photos.memory_mib`.",
            "页面会自动重试。如果经常出现：增加处理器或副本，或调高 `photos.memory_mib`。",
        ),
    ),
    entry(
        &[],
        &[],
        &[
            "照片暂时不可用",
            "暂时取不到照片。刚才发送的照片没有保存，请稍等片刻再发一次",
            "Photos are unavailable",
            "We cannot get at the photos at present. If you just sent one, it was not saved: please send it again in a moment",
        ],
        words(
            "照片暂时不可用: the storage does not answer",
            "照片暂时不可用：对象存储没有响应",
        ),
        words(
            "The folder or the bucket of `storage.url` cannot be used at present. The log says why: `the object storage does not work`.",
            "`storage.url` 的目录或存储桶暂时不可用，原因见日志：`the object storage does not work`。",
        ),
        words(
            "Mend the storage. Nothing that was saved is lost.",
            "修复存储即可，已保存的照片不会丢失。",
        ),
    ),
    entry(
        &[],
        &[],
        &[
            "链接已失效",
            "这张照片的链接只在几分钟内有效",
            "This link is over",
            "The link to this photo was good for a few minutes only",
        ],
        words(
            "链接已失效: a signed link to a photo is over",
            "链接已失效：照片的签名链接已过期",
        ),
        words(
            "An app showed a link of `GET /internal/fans/{id}/photos` that is older than five minutes, or altered it.",
            "应用展示了超过五分钟或被改动的照片链接（来自 `GET /internal/fans/{id}/photos`）。",
        ),
        words(
            "The app asks for new links each time it shows a page, and stores none.",
            "应用每次展示页面时重新获取链接，不要保存。",
        ),
    ),
];
