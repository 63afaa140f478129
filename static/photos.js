// Sends the photos that a fan chooses, one after the other, and shows and deletes those that are there.
(function () {
  'use strict';

  var page = document.querySelector('[data-photos]');
  var texts = page.dataset;
  var grid = page.querySelector('[data-grid]');
  var uploads = page.querySelector('[data-uploads]');
  var input = page.querySelector('.photos__input');
  var album = page.querySelector('[data-album]');
  var queue = [];
  var sending = false;
  // A photo that had to wait is sent again this often.
  var MAX_TRIES = 3;

  function element(name, className, text) {
    var made = document.createElement(name);
    made.className = className;
    if (text) { made.textContent = text; }
    return made;
  }

  function changeCount(difference) {
    var count = page.querySelector('[data-count]');
    var left = Number(count.textContent) + difference;
    count.textContent = String(left);
    // Older ones may be on another page.
    page.querySelector('[data-empty]').hidden = left > 0;
  }

  // One line for each file: its name, how far it is, and what became of it.

  function Line(file) {
    this.file = file;
    this.tries = 0;
    this.item = element('li', 'upload');
    this.status = element('p', 'upload__status', texts.waiting);
    this.status.setAttribute('aria-live', 'off');
    this.bar = element('progress', 'upload__bar');
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.setAttribute('aria-label', file.name);
    this.item.appendChild(element('p', 'upload__name', file.name));
    this.item.appendChild(this.bar);
    this.item.appendChild(this.status);
    uploads.appendChild(this.item);
  }

  // Only what became of a file is read out, and not each step towards it.
  Line.prototype.ends = function (text) {
    this.bar.remove();
    this.status.setAttribute('aria-live', 'polite');
    this.status.textContent = text;
  };

  Line.prototype.progress = function (part) {
    this.bar.value = part;
    this.status.textContent = part < 1 ? Math.round(part * 100) + ' %' : texts.working;
  };

  Line.prototype.canBeDismissed = function () {
    var item = this.item;
    var dismiss = element('button', 'weui-btn weui-btn_mini weui-btn_default', texts.dismiss);
    dismiss.type = 'button';
    dismiss.addEventListener('click', function () { item.remove(); });
    item.appendChild(dismiss);
  };

  Line.prototype.refused = function (text) {
    this.item.classList.add('upload_refused');
    this.ends(text);
    this.canBeDismissed();
  };

  Line.prototype.saved = function (result) {
    var item = this.item;
    var words = (result.removed || []).map(function (word) {
      return texts['removed' + word.charAt(0).toUpperCase() + word.slice(1)];
    }).filter(Boolean);
    this.ends(result.new ? texts.saved : texts.known);
    item.classList.add('upload_saved');
    if (result.new && words.length > 0) {
      item.appendChild(element('p', 'upload__removed', texts.removed + ' ' + words.join(' · ')));
      this.canBeDismissed();
    } else {
      setTimeout(function () { item.remove(); }, 3000);
    }
  };

  function showPhoto(photo) {
    var tile = element('li', 'photos__tile');
    var link = element('a', 'photos__link');
    var image = element('img', 'photos__image');
    link.href = photo.url;
    link.dataset.photo = photo.id;
    link.dataset.width = photo.width;
    link.dataset.height = photo.height;
    image.src = photo.thumb_url;
    image.alt = texts.new;
    link.appendChild(image);
    tile.appendChild(link);
    grid.insertBefore(tile, grid.firstChild);
    changeCount(1);
  }

  function parse(text) {
    try { return JSON.parse(text); } catch (_) { return {}; }
  }

  function sendAgain(line, seconds) {
    line.tries += 1;
    line.status.textContent = texts.waiting;
    setTimeout(function () { send(line); }, seconds * 1000);
  }

  function done() {
    sending = false;
    next();
  }

  // A new login leaves the page, and with it the files that were chosen.
  function signedOut(line) {
    [line].concat(queue.splice(0)).forEach(function (unsent) { unsent.refused(texts.signedOut); });
    page.querySelector('[data-sign-in]').hidden = false;
    sending = false;
  }

  function next() {
    var line = !sending && queue.shift();
    if (!line) { return; }
    sending = true;
    if (line.file.size > Number(texts.maxBytes)) {
      line.refused(texts.tooLarge);
      done();
    } else {
      send(line);
    }
  }

  function send(line) {
    var request = new XMLHttpRequest();
    var body = new FormData();
    body.append('photo', line.file);
    request.upload.addEventListener('progress', function (event) {
      if (event.lengthComputable) { line.progress(event.loaded / event.total); }
    });
    function broke() { line.refused(texts.failed); done(); }
    request.addEventListener('error', broke);
    request.addEventListener('abort', broke);
    request.addEventListener('load', function () {
      var answer = parse(request.responseText);
      var result = answer.results ? answer.results[0] : { problem: answer };
      if (request.status === 401) {
        signedOut(line);
      } else if (request.status === 503 && line.tries < MAX_TRIES) {
        sendAgain(line, Number(request.getResponseHeader('Retry-After')) || 3);
      } else {
        if (result.photo) {
          line.saved(result);
          if (result.new) { showPhoto(result.photo); }
        } else {
          line.refused(result.problem.detail || texts.failed);
        }
        done();
      }
    });
    request.open('POST', '/api/photos');
    request.setRequestHeader('Accept', 'application/json');
    request.send(body);
  }

  input.addEventListener('change', function () {
    Array.prototype.forEach.call(input.files, function (file) { queue.push(new Line(file)); });
    // The same file may be chosen again.
    input.value = '';
    next();
  });
  page.querySelector('[data-choose]').hidden = false;

  // WeChat's own album, where this account signs pages for the JS-SDK: it hands files of its own to the platform.

  function endAlbum(line) {
    line.item.remove();
    album.disabled = false;
    done();
  }

  var picked = 0;

  function showResults(results) {
    results.forEach(function (result) {
      picked += 1;
      var line = new Line({ name: texts.albumPhoto + ' ' + picked });
      if (result.photo) {
        line.saved(result);
        if (result.new) { showPhoto(result.photo); }
      } else {
        line.refused(result.problem.detail || texts.failed);
      }
    });
  }

  function openAlbum() {
    if (sending) { return; }
    var line = new Line({ name: album.textContent });
    // Nobody knows how far it is.
    line.bar.removeAttribute('value');
    line.status.textContent = texts.working;
    sending = true;
    album.disabled = true;
    fanpass.pickPhotos().then(function (results) {
      endAlbum(line);
      showResults(results);
    }, function (error) {
      endAlbum(line);
      if (error.code === 'not-signed-in') {
        location.reload();
      } else if (error.code !== 'cancelled') {
        new Line({ name: album.textContent }).refused(error.message);
      }
    });
  }

  if (album && window.fanpass && fanpass.inWeChat) {
    album.hidden = false;
    album.addEventListener('click', openAlbum);
  }

  // Looking at a photo, and deleting it.

  var viewer = page.querySelector('[data-viewer]');
  if (!viewer.showModal) { return; }
  var large = viewer.querySelector('[data-viewer-image]');
  var status = viewer.querySelector('[data-viewer-status]');
  var really = viewer.querySelector('[data-really]');
  var shown = null;

  function ask(asking) {
    viewer.querySelector('[data-question]').hidden = !asking;
    viewer.querySelector('[data-confirm-actions]').hidden = !asking;
    viewer.querySelector('[data-viewer-actions]').hidden = asking;
    status.textContent = '';
  }

  function on(name, act) {
    viewer.querySelector('[' + name + ']').addEventListener('click', act);
  }

  function takeAway(link) {
    var tile = link.parentNode;
    var neighbour = tile.nextElementSibling || tile.previousElementSibling;
    tile.remove();
    changeCount(-1);
    if (shown === link) {
      shown = neighbour ? neighbour.querySelector('[data-photo]') : input;
      viewer.close();
    }
  }

  function remove() {
    var link = shown;
    var request = new XMLHttpRequest();
    function failed() {
      if (shown === link) { ask(false); status.textContent = texts.deleteFailed; }
    }
    // A second tap is not a second removal.
    really.disabled = true;
    request.addEventListener('loadend', function () { really.disabled = false; });
    request.addEventListener('error', failed);
    request.addEventListener('load', function () {
      if (request.status === 401) {
        location.reload();
      } else if (request.status === 204 || request.status === 404) {
        takeAway(link);
      } else {
        failed();
      }
    });
    request.open('DELETE', '/api/photos/' + link.dataset.photo);
    request.setRequestHeader('Accept', 'application/json');
    request.send();
  }

  grid.addEventListener('click', function (event) {
    var link = event.target.closest('[data-photo]');
    if (!link) { return; }
    event.preventDefault();
    shown = link;
    large.width = link.dataset.width;
    large.height = link.dataset.height;
    large.src = link.href;
    large.alt = link.querySelector('img').alt;
    ask(false);
    viewer.showModal();
  });
  viewer.addEventListener('close', function () {
    large.removeAttribute('src');
    shown.focus();
  });
  // Beside the picture.
  viewer.addEventListener('click', function (event) {
    if (event.target === viewer || event.target.className === 'viewer__frame') { viewer.close(); }
  });
  on('data-close', function () { viewer.close(); });
  on('data-delete', function () { ask(true); });
  on('data-keep', function () { ask(false); });
  really.addEventListener('click', remove);
})();
