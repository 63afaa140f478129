// WeChat's JS-SDK for pages of fanpass and of its apps: signed, ready, and with its errors in words. docs/jssdk.md has the use.
(function () {
  'use strict';

  // The server puts the sandbox's address here in development.
  var SDK_FILES = ['https://res.wx.qq.com/open/js/jweixin-1.6.0.js', 'https://res2.wx.qq.com/open/js/jweixin-1.6.0.js'];
  var SITE = new URL(document.currentScript ? document.currentScript.src : location.href).origin;
  var AGENT = navigator.userAgent;
  var IN_WECHAT = /MicroMessenger/i.test(AGENT);
  var IS_IOS = /iPhone|iPad|iPod/i.test(AGENT);
  // An iPhone's WeChat knows this page under the URL of the first document, whatever a router makes of it later.
  var LANDING = (performance.getEntriesByType('navigation')[0] || {}).name || location.href;
  var ENGLISH = /^en/i.test(document.documentElement.lang || navigator.language || '');
  var MOST_PHOTOS = 9;
  // After the first.
  var MAX_TRIES = 3;
  // For one file or one answer; a config asks WeChat.
  var LOAD_SECONDS = 6;
  var CONFIG_SECONDS = 20;

  var configured = null;
  // Those of this script, so that few pages need a second config.
  var apis = ['checkJsApi', 'chooseImage', 'uploadImage', 'previewImage', 'updateAppMessageShareData', 'updateTimelineShareData'];

  function words(chinese, english) { return ENGLISH ? english : chinese; }

  var TEXTS = {
    'outside-wechat': ['请在微信中打开本页。', 'Open this page in WeChat.'],
    'sdk-unavailable': ['无法加载微信组件，请检查网络后重试。', "WeChat's script cannot be loaded. Check the network and try again."],
    'not-signed': ['无法取得签名，请稍后重试。', 'No signature could be had. Try again later.'],
    'invalid-url-domain': ['本页暂时不能使用微信的功能，请告诉公众号。', "This page cannot use WeChat's functions at present. Please tell the account."],
    'invalid-signature': ['微信未接受签名，请刷新页面后重试。', 'WeChat did not accept the signature. Reload this page and try again.'],
    'permission-denied': ['公众号没有该接口的权限。', 'The account has no right to this function.'],
    'not-supported': ['当前微信版本不支持该功能，请升级微信。', 'This WeChat does not have the function. Update WeChat.'],
    'cancelled': ['已取消。', 'Cancelled.'],
    'too-many': ['一次最多选择 {n} 张照片。', 'Choose {n} photos at most.'],
    'not-signed-in': ['请先登录。', 'Sign in first.'],
    'other-site': ['只能在本站页面上传照片。', 'Photos are taken on pages of this site only.'],
    'network': ['网络不畅，请稍后重试。', 'The network is away. Try again later.'],
    'failed': ['操作未成功，请重试。', 'That did not work. Try again.']
  };

  // `code` is for programs, `message` for people, `cause` what WeChat said.
  function failure(code, cause, message) {
    var text = TEXTS[code] || TEXTS.failed;
    var error = new Error(message || words(text[0], text[1]));
    error.name = 'FanpassError';
    error.code = code;
    error.cause = cause;
    return error;
  }

  function ofWeChat(answer) {
    var text = String((answer && answer.errMsg) || '');
    if (/:cancel/.test(text)) { return failure('cancelled', text); }
    if (/invalid url domain/.test(text)) { return failure('invalid-url-domain', text); }
    if (/invalid signature/.test(text)) { return failure('invalid-signature', text); }
    if (/offline verifying|permission denied|no permission/.test(text)) { return failure('permission-denied', text); }
    if (/not exist|not_support/.test(text)) { return failure('not-supported', text); }
    return failure('failed', text);
  }

  function wait(seconds) {
    return new Promise(function (resolve) { setTimeout(resolve, seconds * 1000); });
  }

  function inTime(promise, seconds) {
    return Promise.race([promise, wait(seconds).then(function () { throw failure('network', 'no answer'); })]);
  }

  function loadScript(url) {
    return inTime(new Promise(function (resolve, reject) {
      var script = document.createElement('script');
      script.src = url;
      script.onload = resolve;
      script.onerror = function () { script.remove(); reject(); };
      document.head.appendChild(script);
    }), LOAD_SECONDS);
  }

  // Once configured, a copy of WeChat's script calls `ready` at once ever after, whatever a further config comes to: each config
  // has a fresh copy. It comes from the browser's cache, and does nothing while `jWeixin` is there.
  function loadSdk() {
    window.jWeixin = undefined;
    return loadScript(SDK_FILES[0]).catch(function () { return loadScript(SDK_FILES[1]); }).then(function () {
      if (!window.jWeixin) { throw failure('sdk-unavailable'); }
      window.wx = window.jWeixin;
    }, function () { throw failure('sdk-unavailable'); });
  }

  function pageUrl() { return (IS_IOS ? LANDING : location.href).split('#')[0]; }

  function answerOf(response) {
    return response.json().catch(function () { return {}; });
  }

  function signature(url) {
    var request = fetch(SITE + '/api/jssdk/config?url=' + encodeURIComponent(url), { credentials: 'omit', cache: 'no-store' });
    return inTime(request, LOAD_SECONDS * 2).catch(function (cause) { throw failure('network', cause); }).then(function (response) {
      return answerOf(response).then(function (answer) {
        if (!response.ok) { throw failure('not-signed', answer.detail || answer.type); }
        return answer;
      });
    });
  }

  function configure(url, list) {
    return Promise.all([signature(url), loadSdk()]).then(function (both) {
      var signed = both[0];
      return new Promise(function (resolve, reject) {
        setTimeout(function () { reject(failure('failed', 'config: no answer')); }, CONFIG_SECONDS * 1000);
        window.wx.error(function (answer) { reject(ofWeChat(answer)); });
        // It is called after a failure as well, which was first.
        window.wx.ready(resolve);
        window.wx.config({
          appId: signed.appId,
          timestamp: signed.timestamp,
          nonceStr: signed.nonceStr,
          signature: signed.signature,
          jsApiList: list
        });
      });
    }).then(function () {});
  }

  // Once more with a fresh signature: a ticket may end, or a router change the URL, between signing and use.
  function signedAndReady(url, list) {
    return configure(url, list).catch(function (error) {
      if (error.code !== 'invalid-signature') { throw error; }
      return configure(pageUrl(), list);
    });
  }

  function ready(options) {
    var wanted = (options && options.apis) || [];
    if (!IN_WECHAT) { return Promise.reject(failure('outside-wechat')); }
    var url = pageUrl();
    var missing = wanted.filter(function (api) { return apis.indexOf(api) < 0; });
    if (configured && configured.url === url && !missing.length) { return configured.done; }
    // WeChat replaces the list at each config.
    apis = apis.concat(missing);
    var current = { url: url };
    var before = configured ? configured.done.catch(function () {}) : Promise.resolve();
    current.done = before.then(function () { return signedAndReady(url, apis.slice()); });
    current.done.catch(function () { if (configured === current) { configured = null; } });
    configured = current;
    return current.done;
  }

  function call(api, options) {
    return new Promise(function (resolve, reject) {
      if (typeof window.wx[api] !== 'function') { reject(failure('not-supported', api)); return; }
      window.wx[api](Object.assign({}, options, {
        success: resolve,
        fail: function (answer) { reject(ofWeChat(answer)); },
        cancel: function () { reject(failure('cancelled')); }
      }));
    });
  }

  function share(options) {
    return ready().then(function () {
      var wanted = options || {};
      var link = new URL(wanted.link || location.href, location.href).href;
      var image = wanted.image ? new URL(wanted.image, location.href).href : '';
      var title = wanted.title || document.title;
      return Promise.all([
        call('updateAppMessageShareData', { title: title, desc: wanted.desc || '', link: link, imgUrl: image }),
        call('updateTimelineShareData', { title: title, link: link, imgUrl: image })
      ]);
    }).then(function () {});
  }

  // A server with many photos at once says when to come back.
  function post(body, headers, triesLeft) {
    var options = { method: 'POST', body: body, headers: Object.assign({ Accept: 'application/json' }, headers), credentials: 'same-origin' };
    return fetch('/api/photos', options).catch(function (cause) { throw failure('network', cause); }).then(function (response) {
      if (response.status === 503 && triesLeft > 0) {
        return wait(Number(response.headers.get('Retry-After')) || 3).then(function () { return post(body, headers, triesLeft - 1); });
      }
      return answerOf(response).then(function (answer) {
        if (answer.results) { return answer.results; }
        var code = response.status === 401 ? 'not-signed-in' : 'failed';
        throw failure(code, answer.type, answer.detail);
      });
    });
  }

  // WeChat uploads one file at a time. One that fails does not stop the others: it has the error in place of its serverId.
  function upload(localIds) {
    var uploaded = [];
    var one = function (localId) {
      return call('uploadImage', { localId: localId, isShowProgressTips: 1 }).then(function (answer) {
        uploaded.push(answer.serverId);
      }, function (error) { uploaded.push(error); });
    };
    return localIds.reduce(function (before, localId) {
      return before.then(function () { return one(localId); });
    }, Promise.resolve()).then(function () { return uploaded; });
  }

  function save(uploaded) {
    var isId = function (one) { return typeof one === 'string'; };
    var serverIds = uploaded.filter(isId);
    if (!serverIds.length) { throw uploaded[0]; }
    return post(JSON.stringify({ serverIds: serverIds }), { 'Content-Type': 'application/json' }, MAX_TRIES).then(function (results) {
      return uploaded.map(function (one) {
        if (isId(one)) { return results.shift(); }
        return { problem: { type: 'about:blank', title: one.message, status: 0, detail: one.message } };
      });
    });
  }

  function tooMany(count) {
    var error = failure('too-many');
    error.message = error.message.replace('{n}', count);
    return error;
  }

  function chooseFiles(count) {
    return new Promise(function (resolve, reject) {
      var input = document.createElement('input');
      input.type = 'file';
      input.accept = 'image/jpeg,image/png,image/webp';
      input.multiple = count > 1;
      input.hidden = true;
      document.body.appendChild(input);
      input.addEventListener('cancel', function () { input.remove(); reject(failure('cancelled')); });
      input.addEventListener('change', function () {
        var files = Array.prototype.slice.call(input.files);
        input.remove();
        if (files.length > count) { reject(tooMany(count)); } else { resolve(files); }
      });
      input.click();
    });
  }

  function pickPhotos(options) {
    if (location.origin !== SITE) { return Promise.reject(failure('other-site')); }
    var count = Math.min(Math.max(Number(options && options.count) || MOST_PHOTOS, 1), MOST_PHOTOS);
    if (!IN_WECHAT) {
      return chooseFiles(count).then(function (files) {
        var form = new FormData();
        files.forEach(function (file) { form.append('photo', file); });
        return post(form, {}, MAX_TRIES);
      });
    }
    return ready().then(function () {
      return call('chooseImage', { count: count, sizeType: ['original', 'compressed'], sourceType: ['album', 'camera'] });
    }).then(function (chosen) { return upload(chosen.localIds); }).then(save);
  }

  window.fanpass = { ready: ready, share: share, pickPhotos: pickPhotos, inWeChat: IN_WECHAT };
})();
