// The types of /static/fanpass.js, which defines `window.fanpass`.

declare namespace fanpass {
  /** What went wrong: `code` for programs, `message` in words for the fan, `cause` as WeChat or the server said it. */
  interface FanpassError extends Error {
    name: 'FanpassError';
    code:
      | 'outside-wechat'
      | 'sdk-unavailable'
      | 'not-signed'
      | 'invalid-url-domain'
      | 'invalid-signature'
      | 'permission-denied'
      | 'not-supported'
      | 'cancelled'
      | 'too-many'
      | 'not-signed-in'
      | 'other-site'
      | 'network'
      | 'failed';
    cause?: unknown;
  }

  interface Photo {
    id: string;
    url: string;
    thumb_url: string;
    width: number;
    height: number;
  }

  /** RFC 9457. */
  interface Problem {
    type: string;
    title: string;
    status: number;
    detail: string;
  }

  /** What became of one photo. One that WeChat did not upload has a problem with the status 0. */
  type PhotoResult = { photo: Photo; new: boolean; removed: string[] } | { problem: Problem };

  /** Whether this page is shown by WeChat. */
  const inWeChat: boolean;

  /** Signs this page and resolves when `wx` may be used with `apis`. Rejects with a `FanpassError`. */
  function ready(options?: { apis?: string[] }): Promise<void>;

  /** Sets the card of this page for friends and for Moments. It resolves when it is set, not when the fan shares. */
  function share(options: { title?: string; desc?: string; link?: string; image?: string }): Promise<void>;

  /** Lets the fan choose photos, at most 9, and saves them. Outside WeChat a file dialogue opens: call it from a tap. */
  function pickPhotos(options?: { count?: number }): Promise<PhotoResult[]>;
}

interface Window {
  fanpass: typeof fanpass;
}
