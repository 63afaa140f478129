// The sandbox's stand-in for WeChat's JS-SDK file: it has the signature checked as WeChat would, as an iPhone and as Android.
(function () {
  'use strict';

  if (window.jWeixin) { return; }

  var BASE = new URL(document.currentScript.src).origin;
  var IS_IOS = /iPhone|iPad|iPod/i.test(navigator.userAgent);
  var APIS = ['checkJsApi', 'chooseImage', 'uploadImage', 'getLocalImgData', 'previewImage',
    'updateAppMessageShareData', 'updateTimelineShareData'];
  // As of the real file: 0 before the first answer, 1 ever after, -1 after a failure that nobody asked about.
  var state = 0;
  var answer = null;
  var completed = [];
  var failed = null;
  // What the app itself keeps of a page, whichever copy of this file asks.
  var app = window.sandboxWeChat = window.sandboxWeChat || { granted: null, pictures: {}, sequence: 0, shared: {} };

  // An iPhone knows the page under the URL of the first document, Android under the current one.
  function pageUrl() {
    var landing = performance.getEntriesByType('navigation')[0];
    return (IS_IOS && landing ? landing.name : location.href).split('#')[0];
  }

  function post(path, body) {
    return fetch(BASE + path, { method: 'POST', body: body, credentials: 'omit' }).then(function (response) {
      return response.json();
    });
  }

  function settle(message, apis) {
    app.granted = apis;
    state = 1;
    answer = { errMsg: message };
    if (!apis) { if (failed) { failed(answer); } else { state = -1; } }
    // Also after a failure.
    completed.splice(0).forEach(function (callback) { callback(); });
  }

  function config(options) {
    var asked = {
      appId: options.appId, timestamp: options.timestamp, nonceStr: options.nonceStr, signature: options.signature, url: pageUrl()
    };
    app.granted = null;
    post('/open/jssdk/verify', JSON.stringify(asked)).then(function (outcome) {
      settle(outcome.errMsg, outcome.errMsg === 'config:ok' ? options.jsApiList || [] : null);
    }, function () { settle('config:fail', null); });
  }

  // A second config changes nothing about that.
  function ready(callback) {
    if (state) { callback(); } else { completed.push(callback); }
  }

  function error(callback) {
    if (state === -1) { callback(answer); } else { failed = callback; }
  }

  function end(api, options, outcome, result) {
    var answer = Object.assign({ errMsg: api + ':' + outcome }, result);
    var name = outcome === 'ok' ? 'success' : outcome === 'cancel' ? 'cancel' : 'fail';
    if (options[name]) { options[name](answer); }
    if (options.complete) { options.complete(answer); }
  }

  function guarded(api, work) {
    return function (options) {
      options = options || {};
      if (!app.granted) { end(api, options, 'the permission value is offline verifying'); return; }
      if (app.granted.indexOf(api) < 0 && api !== 'checkJsApi') { end(api, options, 'permission denied'); return; }
      work(options, function (outcome, result) { end(api, options, outcome, result); });
    };
  }

  function keep(blob) {
    app.sequence += 1;
    var id = (IS_IOS ? 'wxLocalResource://' : 'weixin://resourceid/') + app.sequence;
    app.pictures[id] = blob;
    return id;
  }

  function testPicture() {
    var canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 480;
    var pen = canvas.getContext('2d');
    pen.fillStyle = 'hsl(' + (app.sequence * 67) % 360 + ', 60%, 55%)';
    pen.fillRect(0, 0, 640, 480);
    pen.fillStyle = '#fff';
    pen.font = '96px sans-serif';
    pen.fillText('sandbox ' + (app.sequence + 1), 60, 270);
    return new Promise(function (resolve) { canvas.toBlob(resolve, 'image/jpeg'); });
  }

  function button(text, id, act) {
    var made = document.createElement('button');
    made.type = 'button';
    made.id = id;
    made.textContent = text;
    made.style.cssText = 'display:block;width:100%;margin:8px 0;padding:12px;font-size:16px';
    made.addEventListener('click', act);
    return made;
  }

  // The album: a real choice of files, or a picture that is drawn.
  function chooseImage(options, done) {
    var album = document.createElement('div');
    album.setAttribute('role', 'dialog');
    album.style.cssText = 'position:fixed;inset:auto 0 0 0;z-index:9999;padding:16px;background:#fff;color:#000;border-top:2px solid #07c160';
    var input = document.createElement('input');
    input.type = 'file';
    input.id = 'sandbox-album';
    input.accept = 'image/*';
    input.multiple = (options.count || 9) > 1;
    var close = function (outcome, blobs) {
      album.remove();
      if (outcome === 'cancel') { done('cancel'); return; }
      done('ok', { sourceType: 'album', localIds: blobs.slice(0, options.count || 9).map(keep) });
    };
    input.addEventListener('change', function () { close('ok', Array.prototype.slice.call(input.files)); });
    album.appendChild(document.createTextNode('沙箱相册'));
    album.appendChild(input);
    album.appendChild(button('测试图片', 'sandbox-picture', function () {
      testPicture().then(function (blob) { close('ok', [blob]); });
    }));
    album.appendChild(button('取消', 'sandbox-cancel', function () { close('cancel'); }));
    document.body.appendChild(album);
  }

  var uploading = false;
  function uploadImage(options, done) {
    var blob = app.pictures[options.localId];
    if (!blob) { done('fail, invalid localId'); return; }
    // WeChat takes one at a time.
    if (uploading) { done('fail, another upload is under way'); return; }
    uploading = true;
    var path = '/open/jssdk/upload?type=' + encodeURIComponent(blob.type || 'image/jpeg');
    post(path, new Blob([blob])).then(function (answer) {
      uploading = false;
      if (answer.serverId) { done('ok', { serverId: answer.serverId }); } else { done('fail'); }
    }, function () { uploading = false; done('fail'); });
  }

  function getLocalImgData(options, done) {
    var blob = app.pictures[options.localId];
    if (!blob || !IS_IOS) { done(blob ? 'function not exist' : 'fail, invalid localId'); return; }
    var reader = new FileReader();
    // An iPhone misspells the type.
    reader.onload = function () { done('ok', { localData: String(reader.result).replace('image/jpeg', 'image/jgp') }); };
    reader.readAsDataURL(blob);
  }

  function checkJsApi(options, done) {
    var result = {};
    (options.jsApiList || []).forEach(function (api) { result[api] = APIS.indexOf(api) >= 0; });
    done('ok', { checkResult: result });
  }

  // What a shared card would show, for tests and for the developer's console.
  function keepShare(name) {
    return function (options, done) {
      if (!options.link || !options.title) { done('fail, missing arguments'); return; }
      app.shared[name] = { title: options.title, desc: options.desc, link: options.link, imgUrl: options.imgUrl };
      done('ok');
    };
  }

  window.wx = window.jWeixin = {
    config: config,
    ready: ready,
    error: error,
    checkJsApi: guarded('checkJsApi', checkJsApi),
    chooseImage: guarded('chooseImage', chooseImage),
    uploadImage: guarded('uploadImage', uploadImage),
    getLocalImgData: guarded('getLocalImgData', getLocalImgData),
    previewImage: guarded('previewImage', function (options, done) { done(options.urls && options.urls.length ? 'ok' : 'fail'); }),
    updateAppMessageShareData: guarded('updateAppMessageShareData', keepShare('friend')),
    updateTimelineShareData: guarded('updateTimelineShareData', keepShare('timeline')),
    sandboxShared: app.shared
  };
})();
