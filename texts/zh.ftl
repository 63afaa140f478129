### The pages' texts in Chinese, in Fluent's format (https://projectfluent.org/fluent/guide/). docs/texts.md says how an
### operator replaces one. `texts/en.ftl` has the same ids with the same placeholders. Texts are plain: markup is shown as it is.

# The label of the link to the other language, in that language.
language-other = English

## The index page of a signed-in fan

index-signed-in = 已登录{ $site }
index-update = 更新微信昵称和头像
index-photos = 我的照片
index-me = 我的数据
index-privacy = 隐私政策
index-sign-out = 退出登录
# A fan whose nickname has no visible character, as in WeChat itself, and the sign in place of the avatar.
index-nameless = 微信用户

## The index page of an account without sign-in

no-login-text = 这里不需要登录。请回到微信，在公众号里使用我们的服务。
no-login-contact = 需要帮助，请联系：{ $contact }

## The registration prompt. A changed text here is a new version of the consent.

welcome-title = 注册
welcome-heading = 欢迎来到{ $site }
welcome-intro = 您还没有注册。经您同意，我们会从微信取得：
welcome-profile = 微信昵称、头像
welcome-profile-use = 用于在页面上称呼您、显示您的账号
welcome-identity = 用户标识（OpenID、UnionID）
welcome-identity-use = 用于您下次来访时认出您；它不是您的微信号
welcome-retention = 保存多久
welcome-retention-contact = 保存到您要求删除为止。查询、更正或删除，请联系：{ $contact }
welcome-retention-message = 保存到您要求删除为止。查询、更正或删除，请在公众号里给我们留言
welcome-choice = 您可以不同意
welcome-choice-effect = 不注册，就不会收集您的昵称和头像，也不影响您关注本公众号
welcome-consent = 点「{ $button }」，表示您同意我们按以上说明处理这些信息。
welcome-consent-policy = 点「{ $button }」，表示您同意我们按以上说明和{ $policy }处理这些信息。
welcome-policy = 《隐私政策》
welcome-register = 微信授权并注册
welcome-decline = 暂不注册
welcome-version = 告知版本 { $version }

## After a sign-out, or after a registration that the fan did not want

signed-out-title = 已退出登录
signed-out-text = 您在{ $site }的登录已结束。需要时，重新登录即可。
unregistered-title = 未注册
unregistered-heading = 您没有注册
unregistered-text = 我们没有收集您的昵称和头像。您可以关闭这个页面；以后想注册，点下面的按钮即可。
unregistered-action = 注册或登录

## The fan declined on WeChat's consent page

declined-title = 未授权
declined-heading = 您已拒绝授权
declined-registration = 没有您的同意，我们不会取得您的昵称和头像，注册也没有完成。如果点错了，可以再试一次。
declined-login = 微信没有告诉我们您是谁，所以没有登录。如果点错了，可以再试一次。
declined-retry = 再试一次

## WeChat's snapshot page (网页快照页)

snapshot-title = 微信快照页
snapshot-heading = 这是微信的快照页
snapshot-text = 要登录{ $site }，请点屏幕右下角的{ $button }，再按提示继续。
snapshot-button = 「使用完整服务」
snapshot-nothing-kept = 快照页里没有您的真实身份：现在没有登录，我们也没有保存任何信息。
snapshot-no-button = 没有看到这个按钮？{ $login }

## Outside WeChat's browser

outside-heading = 请在微信客户端打开
outside-scan = { $site }用微信登录，请用微信「扫一扫」扫描二维码。
outside-qr-label = 本页地址的二维码
outside-copy-hint = 正在用手机？复制地址，发到微信里的任意聊天（例如「文件传输助手」），再点开它。
outside-copy = 复制地址
outside-copied = 已复制
outside-copy-failed = 没能自动复制，请长按选中的地址来复制

## Buttons of several pages

action-sign-in = 重新登录
action-registration = 返回注册页
action-decline-registration = 暂不注册
action-decline-login = 暂不登录
action-reload = 重新加载
action-home = 返回首页

## Photos

photos-title = 我的照片
photos-note = 只有您自己能看到。拍摄地点、相机等信息不会保存。
photos-note-apps = 您自己和本公众号的服务能看到。拍摄地点、相机等信息不会保存。
photos-choose = 选择照片
photos-album = 从微信中选择
photos-album-photo = 微信照片
photos-send = 上传
photos-empty = 还没有照片
photos-newest = 最新的照片
photos-older = 更早的照片
photos-photo = { $day } 的照片
photos-new = 新照片
photos-view = 照片
photos-waiting = 等待上传
photos-working = 正在处理
photos-saved = 已保存
photos-saved-count = 已保存 { $count } 张
photos-known = 已经有这张照片
photos-failed = 没有传上来，请检查网络后再试一次。
photos-removed = 已去除：
photos-removed-location = 地点
photos-removed-camera = 相机
photos-removed-time = 时间
photos-removed-author = 作者
photos-removed-description = 说明
photos-removed-software = 软件
photos-removed-thumbnail = 预览图
photos-removed-other = 其他信息
photos-dismiss = 知道了
photos-files-title = 没有上传
photos-files = 一次请选择一到九张照片。
photos-too-large = 文件超过 { $megabytes } MB，请换一张小一些的。
photos-signed-out = 登录已失效，这张照片没有上传。请重新登录后再选择。
photos-sign-in = 重新登录
photos-close = 关闭
photos-delete = 删除
photos-delete-question = 删除这张照片？删除后不能恢复。
photos-delete-really = 确定删除
photos-keep = 不删除
photos-delete-failed = 没有删除成功，请稍后再试。

## What is kept about a fan

me-title = 我的数据
me-note = { $site }保存的关于您的信息
me-none = 无
me-name = 微信昵称
me-avatar = 微信头像
me-avatar-copy = 已保存
me-identity = 您的用户标识
me-photos = 照片
me-photos-count = { $count } 张
me-registered = 注册日期
me-consented = 您的同意
me-consent = { $day }，版本 { $version }
me-refreshed = 昵称和头像获取于
me-withdrawn = 已撤回
me-last-login = 最近登录
me-follows = 关注公众号
me-follows-yes = 是
me-follows-since = { $day } 起
me-follows-no = 否
me-follows-unknown = 未知
me-refresh = 重新获取昵称和头像
me-refresh-hint = 微信会先征求您的同意。
me-viewers = 谁能看到
me-viewers-own = { $site }的管理人员，以及他们使用的服务。
me-viewers-apps = 我们的以下服务可以查询：
me-kept = 保存什么、为什么、保存多久
me-fans-what = 您的资料
me-fans-why = 用于识别您、显示您的账号：微信昵称、用户标识、关注状态，以及注册、同意和登录的时间。保存到您删除为止。
me-avatars-what = 微信头像的副本
me-avatars-why = 用于在页面上显示。保存到您在微信中更换并重新获取，或删除数据为止。
me-photos-what = 您的照片
me-photos-why = 由您上传。保存到您删除照片或全部数据为止。
me-web-tokens-what = 微信的授权凭证
me-web-tokens-why = 用于获取您的昵称和头像。加密保存，最多 30 天。
me-login-what = 进行中的登录
me-login-why = 避免网络中断造成登录失败。加密保存十分钟。
me-sessions-what = 已结束的登录
me-sessions-why = 每次登录一个随机编号，避免被人再次使用。最多 31 天。
me-push-receipts-what = 微信转来的消息
me-push-receipts-why = 记录某条消息已回复及回复内容，避免重复处理。保存几分钟，不含消息原文。
me-jobs-what = 待完成的处理
me-jobs-why = 例如复制头像，或通知我们的服务。通常几秒。
me-audit-log-what = 操作记录
me-audit-log-why = 记录您退出所有设备、下载或删除数据的操作，只用随机编号。保存 { $days } 天。
me-erasure-what = 删除回执
me-erasure-why = 删除之后：完成时间，以及一个看不出是谁的代码，避免进行中的登录把您恢复。一直保留。
me-decide = 您可以
me-sign-out = 退出所有设备
me-sign-out-hint = 所有设备都会退出。在本机上，微信可以让您重新登录。
me-export = 下载我的数据
me-export-hint = 一个 ZIP 文件。手机微信不能保存文件时，请用电脑版微信打开。
me-delete = 删除我的数据
me-delete-hint = 会先列出将要删除的内容。

## Deleting all data of a fan

delete-title = 删除我的数据
delete-heading = 要全部删除吗？
delete-text = { $site }将删除：
delete-name = 您的微信昵称
delete-avatar = 您的微信头像
delete-identity = 您的用户标识、注册信息和同意记录
delete-sign-ins = 您在所有设备上的登录
delete-photos = 您上传的 { $count } 张照片
delete-final = 删除后无法恢复。只保留回执，以及操作记录中一个看不出是谁的随机编号。您以后可以随时重新注册。
delete-really = 全部删除
delete-keep = 不删除

## What became of a deletion

receipt-title = 删除回执
receipt-ask = 查询回执
receipt-ask-text = 删除数据后您会得到一份回执。在这里可以查询结果。
receipt-unknown = 这不是我们的回执。请检查编号，或提交您保存的文件。
receipt-field = 回执编号或代码
receipt-look-up = 查询
receipt-file-field = 您保存的文件
receipt-send-file = 提交文件
receipt-going-on = 正在删除
receipt-going-on-text = { $asked } 提出。您的资料和登录已经删除，其余内容正在清除，通常几秒即可完成。
receipt-finished = 您的数据已删除
receipt-finished-text = { $asked } 提出，{ $finished } 完成。
receipt-lost = 回执属实
receipt-lost-text = 这份回执出自我们，但记录中已经没有它，可能是系统恢复了较早的备份。
receipt-nothing-came-back = 这里没有它的资料，照片也已不在。
receipt-came-back = 部分内容又出现了。请告诉我们，我们会再次删除。
receipt-number = 回执编号
receipt-keep = 请保存这个编号或回执文件。凭文件以后可以查到删除的内容没有再出现。
receipt-number-only = 凭编号可以查到删除的进度；内容是否再次出现，需要凭文件查询。
receipt-file = 保存回执文件
receipt-contact = 联系方式：{ $contact }
receipt-file-title = 删除回执
receipt-file-number = 编号：{ $number }
receipt-file-time = 提出时间：{ $time }
receipt-file-use = 文件中看不出您是谁。把它提交到 { $url } ，可以查到删除的结果，以及内容没有再出现。

## Failures: what happened and what to do, and nothing about the inside of the server

error-login-expired-title = 登录链接已失效
error-login-expired-message = 这个链接用过了、过期了，或者不是在这里发起的。请重新登录。
error-login-expired-hint = 如果您刚点了「使用完整服务」，看到这一页是正常的：快照页里的登录不能接着用，重新登录一次就好。
error-code-refused-title = 登录没有完成
error-code-refused-message = 微信没有接受这次登录。再登录一次，通常就好了。
error-configuration-title = 暂时无法登录
error-configuration-message = 登录服务出了问题，需要管理员处理。您不用做什么，请稍后再来。
error-platform-fault-title = 登录没有完成
error-platform-fault-message = 微信的答复有误。请稍后再登录一次。
error-platform-timeout-title = 微信没有及时答复
error-platform-timeout-message = 我们等了一会儿，没有等到微信的答复。请稍后再登录一次。
error-busy-title = 现在有点忙
error-busy-message = 同时来的人太多了，请过一会儿再来。
error-database-down-title = 服务暂时不可用
error-database-down-message = 我们这边暂时出了问题。请稍等片刻，然后重新加载这一页。
error-session-lost-title = 没能保持登录
error-session-lost-message = 您已经登录成功，但浏览器没有保存登录状态。请稍等片刻再登录一次。
error-session-lost-hint = 如果反复出现，请关闭这个页面，过一分钟再从公众号菜单进入。
error-not-found-title = 页面不存在
error-not-found-message = 您打开的地址不存在，或者已经更改。
error-method-not-allowed-title = 不能这样打开
error-method-not-allowed-message = 这个地址不能直接打开。请从首页进入。
error-bad-request-title = 地址有误
error-bad-request-message = 您打开的地址不完整或有错误。请从首页进入。
error-request-too-large-title = 请求太大
error-request-too-large-message = 浏览器这次发来的内容太多，我们没有处理。请从首页进入。
error-request-too-large-hint = 如果一直这样，请在微信里清理本站的网页缓存，再从公众号菜单进入。
error-too-many-requests-title = 操作太频繁
error-too-many-requests-message = 短时间内登录的次数太多了，请过一会儿再来。
error-forbidden-origin-title = 操作没有执行
error-forbidden-origin-message = 这个操作不是从本站的页面发起的。为了您的账号安全，我们没有执行。
error-not-signed-in-title = 您还没有登录
error-not-signed-in-message = 登录已经结束，请重新登录。
error-photo-too-large-title = 这张照片太大
error-photo-too-large-message = 文件太大了，请换一张小一些的。
error-photo-heic-title = 不能使用 HEIC 照片
error-photo-heic-message = 这是一张 HEIC 照片，请换成 JPEG：在 iPhone 上打开「设置 → 相机 → 格式 → 兼容性最佳」，或者发送它的截图。
error-photo-avif-title = 不能使用 AVIF 图片
error-photo-avif-message = 这是一张 AVIF 图片，请另存为 JPEG 或 PNG，或者发送它的截图。
error-photo-kind-title = 这不是照片
error-photo-kind-message = 这个文件不是 JPEG、PNG、WebP 或 GIF，请换一张。
error-photo-pixels-title = 这张照片的像素太多
error-photo-pixels-message = 图片太大，我们无法处理。请缩小后再发，或者发送它的截图。
error-photo-broken-title = 读不出这张照片
error-photo-broken-message = 文件损坏或不完整。请重新选择，或者换一张。
error-photo-gone-title = 微信里已经没有这张照片
error-photo-gone-message = 选择的时间太久了，请重新选择。
error-photos-full-title = 照片放满了
error-photos-full-message = 您在这里的照片已经到了上限，请先删除一些。
error-photos-busy-title = 照片有点多
error-photos-busy-message = 我们还在处理别的照片，请稍等片刻再发这一张。
error-photos-away-title = 照片暂时不可用
error-photos-away-message = 暂时取不到照片。刚才发送的照片没有保存，请稍等片刻再发一次。
error-link-expired-title = 链接已失效
error-link-expired-message = 这张照片的链接只在几分钟内有效。
error-page-url-unreadable-title = 无法识别页面地址
error-page-url-unreadable-message = 请用参数 url 发送页面的完整地址，先经 encodeURIComponent 编码，最长 2048 字节。
error-page-url-foreign-title = 该页面不能获得签名
error-page-url-foreign-message = 只有本站及其应用的页面可以获得签名。应用的域名由管理员登记。
error-export-busy-title = 正在为您准备数据
error-export-busy-message = 您的数据正在下载，或者同时下载的人太多。请等它完成，或稍后再试。
error-internal-title = 出了点问题
error-internal-message = 我们这边出了错，请稍后再试。
error-wait-seconds = 请约 { $seconds } 秒后再试。
error-wait-minutes = 请约 { $minutes } 分钟后再试。
error-contact = 如果总是这样，请联系：{ $contact }
error-request = 请求编号 { $number }

# README.txt in what a fan downloads.
export-readme =
    这是「{ $site }」保存的关于您的全部数据。

    profile.json：导出时间，微信昵称、头像地址、openid，是否关注，注册和同意的时间
    avatar.jpg：头像的副本（没有头像就没有这个文件）
    sign-ins.json：注册时间、最近一次登录（精确到一小时）、这次登录，以及对您的资料做过的操作
    photos：您的照片，最长边不超过 1600 像素；原图没有保存
    photos.json：每张照片的保存时间和尺寸

    这里没有密码和登录令牌：它们只在微信和本站之间使用，请勿向任何人索取或提供。
    请妥善保管这个文件，不要转发给别人。
export-readme-missing = 有些照片目前读不出来，所以不在这里。请稍后再下载一次，或联系我们。
