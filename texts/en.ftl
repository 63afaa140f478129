### The pages' texts in English, in Fluent's format (https://projectfluent.org/fluent/guide/). docs/texts.md says how an
### operator replaces one. `texts/zh.ftl` has the same ids with the same placeholders. Texts are plain: markup is shown as it is.

# The label of the link to the other language, in that language.
language-other = 中文

## The index page of a signed-in fan

index-signed-in = Signed in to { $site }
index-update = Update WeChat name and photo
index-photos = My photos
index-me = My data
index-privacy = Privacy policy
index-sign-out = Sign out
# A fan whose nickname has no visible character, as in WeChat itself, and the sign in place of the avatar.
index-nameless = WeChat User

## The index page of an account without sign-in

no-login-text = You need not sign in here. Go back to WeChat and use our services in the official account.
no-login-contact = For help, contact: { $contact }

## The registration prompt. A changed text here is a new version of the consent.

welcome-title = Register
welcome-heading = Welcome to { $site }
welcome-intro = You have not registered yet. With your consent, WeChat gives us:
welcome-profile = Your WeChat name and photo
welcome-profile-use = To address you and to show your account on our pages
welcome-identity = Your user identifiers (OpenID, UnionID)
welcome-identity-use = To recognize you on your next visit; they are not your WeChat ID
welcome-retention = How long we keep them
welcome-retention-contact = Until you ask us to delete them. To see, correct or delete them, contact: { $contact }
welcome-retention-message = Until you ask us to delete them. To see, correct or delete them, send a message to this official account
welcome-choice = You may decline
welcome-choice-effect = Then we collect neither your name nor your photo, and you can still follow this official account
welcome-consent = By tapping “{ $button }” you agree that we use this information as described above.
welcome-consent-policy = By tapping “{ $button }” you agree that we use this information as described above and in our { $policy }.
welcome-policy = privacy policy
welcome-register = Register with WeChat
welcome-decline = Not now
welcome-version = Notice version { $version }

## After a sign-out, or after a registration that the fan did not want

signed-out-title = Signed out
signed-out-text = You are signed out of { $site }. You can sign in again whenever you like.
unregistered-title = Not registered
unregistered-heading = You are not registered
unregistered-text = We did not collect your name or photo. You can close this page. If you change your mind, use the button below.
unregistered-action = Register or sign in

## The fan declined on WeChat's consent page

declined-title = Not authorized
declined-heading = You declined
declined-registration = Without your consent we do not get your name or photo, so the registration is not complete. If that was a mistake, try again.
declined-login = WeChat did not tell us who you are, so you are not signed in. If that was a mistake, try again.
declined-retry = Try again

## WeChat's snapshot page (网页快照页)

snapshot-title = WeChat preview
snapshot-heading = This is a WeChat preview
snapshot-text = To sign in to { $site }, tap the { $button } at the bottom right of the screen and follow the steps.
snapshot-button = full service button
snapshot-nothing-kept = A preview does not show us who you are: you are not signed in, and we saved nothing.
snapshot-no-button = Don’t see the button? { $login }

## Outside WeChat's browser

outside-heading = Please open this page in WeChat
outside-scan = { $site } signs you in with WeChat. Scan this QR code with WeChat’s “Scan”.
outside-qr-label = QR code with the address of this page
outside-copy-hint = On your phone? Copy the address, send it to any chat in WeChat (“File Transfer”, for example) and open it there.
outside-copy = Copy address
outside-copied = Copied
outside-copy-failed = Could not copy. Touch and hold the selected address to copy it

## Buttons of several pages

action-sign-in = Sign in again
action-registration = Back to registration
action-decline-registration = Not now
action-decline-login = Not now
action-reload = Reload
action-home = Go to home page

## Photos

photos-title = My photos
photos-note = Only you see them. Where and with what a photo was taken is not kept.
photos-note-apps = You see them, and so do the services of this account. Where and with what a photo was taken is not kept.
photos-choose = Choose photos
photos-album = Choose in WeChat
photos-album-photo = WeChat photo
photos-send = Send
photos-empty = No photos yet
photos-newest = Newest photos
photos-older = Older photos
photos-photo = Photo of { $day }
photos-new = New photo
photos-view = Photo
photos-waiting = Waiting
photos-working = Processing
photos-saved = Saved
photos-saved-count = Saved: { $count }
photos-known = You have this photo already
photos-failed = It did not arrive. Please check your connection and try again.
photos-removed = Removed from the photo:
photos-removed-location = place
photos-removed-camera = camera
photos-removed-time = time
photos-removed-author = author
photos-removed-description = description
photos-removed-software = software
photos-removed-thumbnail = preview picture
photos-removed-other = other data
photos-dismiss = OK
photos-files-title = Nothing was sent
photos-files = Please choose one to nine photos at a time.
photos-too-large = The file has more than { $megabytes } MB. Please choose a smaller one.
photos-signed-out = You are signed out, so this photo was not sent. Please sign in and choose it again.
photos-sign-in = Sign in
photos-close = Close
photos-delete = Delete
photos-delete-question = Delete this photo? It cannot be brought back.
photos-delete-really = Delete it
photos-keep = Keep it
photos-delete-failed = It was not deleted. Please try again in a moment.

## What is kept about a fan

me-title = My data
me-note = What { $site } keeps about you
me-none = None
me-name = WeChat name
me-avatar = WeChat photo
me-avatar-copy = Kept
me-identity = Your identifiers
me-photos = Photos
me-photos-count = { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}
me-registered = Registered
me-consented = You agreed
me-consent = { $day }, version { $version }
me-refreshed = Name and photo fetched
me-withdrawn = Withdrawn
me-last-login = Last sign-in
me-follows = Following
me-follows-yes = Yes
me-follows-since = Since { $day }
me-follows-no = No
me-follows-unknown = Not known
me-refresh = Fetch name and photo again
me-refresh-hint = WeChat asks you first.
me-viewers = Who sees it
me-viewers-own = Those who look after { $site }, and the services with which they run it.
me-viewers-apps = These of our services may ask for it:
me-kept = What is kept, why, and for how long
me-fans-what = Your profile
me-fans-why = To recognize you and to show your account: your WeChat name, identifiers and following, and when you registered, agreed and signed in. Until you delete it.
me-avatars-what = A copy of your WeChat photo
me-avatars-why = So that pages can show it. Until you change it in WeChat and fetch it again, or delete your data.
me-photos-what = Your photos
me-photos-why = You sent them. Until you delete them, or all your data.
me-web-tokens-what = WeChat’s permission
me-web-tokens-why = With it we can fetch your name and photo. Encrypted, for 30 days at most.
me-login-what = Sign-ins under way
me-login-why = So that a broken connection does no harm. Encrypted, for ten minutes.
me-sessions-what = Sign-ins that were ended
me-sessions-why = A random number for each, so that nobody can use one again. For 31 days at most.
me-push-receipts-what = Messages that WeChat passed on to us
me-push-receipts-why = That one was answered, and with what, so that it has no effect twice. For some minutes, without its text.
me-jobs-what = Work that waits
me-jobs-why = Copying your photo, or telling our services that you are here. Mostly for seconds.
me-audit-log-what = A log of what was done
me-audit-log-why = That you signed out everywhere, downloaded or deleted your data, under a random number. For { $days } days.
me-erasure-what = Receipts of deletions
me-erasure-why = After a deletion: when it was done, and a code that names nobody, so that a sign-in under way does not bring you back. It stays.
me-decide = What you can do
me-sign-out = Sign out everywhere
me-sign-out-hint = On all your devices. WeChat can sign you in again here.
me-export = Download my data
me-export-hint = A ZIP file. If WeChat on your phone does not save files, use WeChat on a computer.
me-delete = Delete my data
me-delete-hint = You see first what goes.

## Deleting all data of a fan

delete-title = Delete my data
delete-heading = Delete all of it?
delete-text = { $site } then deletes:
delete-name = your WeChat name
delete-avatar = your WeChat photo
delete-identity = your identifiers, your registration and your consent
delete-sign-ins = your sign-ins, on all devices
delete-photos = { $count ->
    [0] your photos: there are none
    [one] { $count } photo that you sent
   *[other] { $count } photos that you sent
}
delete-final = It cannot be brought back. What stays is the receipt, and in a log a random number that names nobody. You can register again whenever you like.
delete-really = Delete it all
delete-keep = Keep it

## What became of a deletion

receipt-title = Receipt of a deletion
receipt-ask = Check a receipt
receipt-ask-text = After your data was deleted you got a receipt. Here you see what became of it.
receipt-unknown = This is no receipt of ours. Check the number, or send the file that you kept.
receipt-field = Number or code of the receipt
receipt-look-up = Look up
receipt-file-field = The file that you kept
receipt-send-file = Send the file
receipt-going-on = Being deleted
receipt-going-on-text = Asked for on { $asked }. Your profile and your sign-ins are gone. What is left is being removed, mostly within seconds.
receipt-finished = Your data is deleted
receipt-finished-text = Asked for on { $asked }, finished on { $finished }.
receipt-lost = A genuine receipt
receipt-lost-text = It comes from us, but our records do not have it any more. They were probably restored from an older copy.
receipt-nothing-came-back = No profile and no photo of it is here.
receipt-came-back = Something of it is there again. Tell us, and it is deleted once more.
receipt-number = Receipt
receipt-keep = Keep this number, or the file. With the file you can see later that nothing has come back.
receipt-number-only = The number tells how far the deletion is. Whether something came back can be seen with the file only.
receipt-file = Keep the receipt as a file
receipt-contact = Contact: { $contact }
receipt-file-title = Receipt of a deletion
receipt-file-number = Number: { $number }
receipt-file-time = Asked for: { $time }
receipt-file-use = It does not say who you are. Send this file to { $url } to see what became of the deletion, and that nothing has come back.

## Failures: what happened and what to do, and nothing about the inside of the server

error-login-expired-title = This sign-in link has expired
error-login-expired-message = It was already used, is too old, or was not opened from here. Please sign in again.
error-login-expired-hint = If you just left a WeChat preview for the full service, this is normal: a sign-in cannot go on from there. Sign in once more.
error-code-refused-title = Sign-in not completed
error-code-refused-message = WeChat did not accept this sign-in. Signing in again usually helps.
error-configuration-title = Sign-in is unavailable
error-configuration-message = The sign-in service has a problem that its administrator must fix. There is nothing for you to do. Please come back later.
error-platform-fault-title = Sign-in not completed
error-platform-fault-message = WeChat’s reply was faulty. Please sign in again later.
error-platform-timeout-title = WeChat did not reply in time
error-platform-timeout-message = We waited a while, but WeChat did not reply. Please sign in again later.
error-busy-title = A little busy right now
error-busy-message = Too many people are here at once. Please come back in a while.
error-database-down-title = Service unavailable
error-database-down-message = We have a temporary problem. Please wait a moment, then reload this page.
error-session-lost-title = Could not keep you signed in
error-session-lost-message = You signed in, but your browser did not remember it. Please wait a moment and sign in again.
error-session-lost-hint = If this keeps happening, close this page, wait a minute, and open it again from the official account’s menu.
error-not-found-title = Page not found
error-not-found-message = The address does not exist, or it has changed.
error-method-not-allowed-title = Not to be opened like this
error-method-not-allowed-message = This address cannot be opened directly. Please start from the home page.
error-bad-request-title = Faulty address
error-bad-request-message = The address is incomplete or faulty. Please start from the home page.
error-request-too-large-title = Request too large
error-request-too-large-message = Your browser sent too much, so we did not process it. Please start from the home page.
error-request-too-large-hint = If this keeps happening, clear this site’s data in WeChat and open it again from the official account’s menu.
error-too-many-requests-title = Too many attempts
error-too-many-requests-message = There were too many sign-ins in a short time. Please come back in a while.
error-forbidden-origin-title = Not carried out
error-forbidden-origin-message = This action did not come from a page of this site. To keep your account safe, we did not carry it out.
error-not-signed-in-title = You are not signed in
error-not-signed-in-message = Your sign-in has ended. Please sign in again.
error-photo-too-large-title = This photo is too large
error-photo-too-large-message = The file has too many megabytes. Please choose a smaller one.
error-photo-heic-title = HEIC photos cannot be used
error-photo-heic-message = This is a HEIC photo. Please send it as JPEG: on an iPhone choose Settings → Camera → Formats → Most Compatible, or send a screenshot of it.
error-photo-avif-title = AVIF pictures cannot be used
error-photo-avif-message = This is an AVIF picture. Please save it as JPEG or PNG, or send a screenshot of it.
error-photo-kind-title = This is not a photo
error-photo-kind-message = The file is no JPEG, PNG, WebP or GIF. Please choose another one.
error-photo-pixels-title = This photo has too many pixels
error-photo-pixels-message = The picture is too big to be worked on. Please make it smaller, or send a screenshot of it.
error-photo-broken-title = This photo cannot be read
error-photo-broken-message = The file is damaged or incomplete. Please choose it again, or choose another one.
error-photo-gone-title = WeChat does not have this photo any more
error-photo-gone-message = It was chosen too long ago. Please choose it again.
error-photos-full-title = No more photos fit
error-photos-full-message = You have as many photos as you can keep here. Please delete some first.
error-photos-busy-title = Many photos at once
error-photos-busy-message = We are still working on other photos. Please send this one again in a moment.
error-photos-away-title = Photos are unavailable
error-photos-away-message = We cannot get at the photos at present. If you just sent one, it was not saved: please send it again in a moment.
error-link-expired-title = This link is over
error-link-expired-message = The link to this photo was good for a few minutes only.
error-page-url-unreadable-title = The page's URL cannot be read
error-page-url-unreadable-message = Send the page's full URL as url, through encodeURIComponent, in 2,048 bytes at most.
error-page-url-foreign-title = This page gets no signature
error-page-url-foreign-message = Only pages of this site and of its apps get one. The administrator lists the hosts of apps.
error-export-busy-title = Your data is being prepared
error-export-busy-message = A download of your data is under way already, or too many people download at once. Let it finish, or try again in a moment.
error-internal-title = Something went wrong
error-internal-message = We made a mistake. Please try again later.
error-wait-seconds = { $seconds ->
    [one] Try again in about { $seconds } second.
   *[other] Try again in about { $seconds } seconds.
}
error-wait-minutes = { $minutes ->
    [one] Try again in about { $minutes } minute.
   *[other] Try again in about { $minutes } minutes.
}
error-contact = If this keeps happening, contact: { $contact }
error-request = Request { $number }

# README.txt in what a fan downloads.
export-readme =
    This is everything that { $site } keeps about you.

    profile.json: when this file was made, your WeChat nickname, the address of your avatar, your openid, whether you follow us, when you registered and agreed
    avatar.jpg: the copy of your avatar (missing if you have none)
    sign-ins.json: when you registered, your last sign-in (to within an hour), this sign-in, and what was done with your data
    photos: your photos, at most 1600 pixels on the long side; the originals are not kept
    photos.json: when each photo was saved, and its size

    There are no passwords or tokens here: those are between WeChat and this site only.
    Keep this file safe, and do not pass it on.
export-readme-missing = Some photos cannot be read at present, so they are missing here. Please download once more later, or contact us.
