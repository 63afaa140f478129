// The pages work without this file; it mends a broken avatar and copies an address.
(function () {
  'use strict';

  // An avatar's address dies when the fan changes the avatar. Without the image the drawing below it shows.
  function dropBrokenImage(image) {
    function drop() { image.remove(); }
    image.addEventListener('error', drop);
    // It may have failed before this script ran.
    if (image.complete && image.naturalWidth === 0) { drop(); }
  }

  // For pages that are not served over https, where there is no navigator.clipboard.
  function copyBySelection(source) {
    var range = document.createRange();
    var selection = window.getSelection();
    range.selectNodeContents(source);
    selection.removeAllRanges();
    selection.addRange(range);
    var copied = false;
    try { copied = document.execCommand('copy'); } catch (_) { copied = false; }
    if (copied) { selection.removeAllRanges(); }
    return copied;
  }

  function offerCopy(button) {
    var source = document.querySelector('[data-copy-source]');
    var status = document.querySelector('[data-copy-status]');
    function report(copied) {
      // When nothing worked, the address stays selected.
      status.textContent = copied ? status.dataset.copied : status.dataset.failed;
    }
    button.hidden = false;
    button.addEventListener('click', function () {
      status.textContent = '';
      if (navigator.clipboard && navigator.clipboard.writeText) {
        navigator.clipboard.writeText(source.textContent.trim()).then(
          function () { report(true); },
          function () { report(copyBySelection(source)); }
        );
      } else {
        report(copyBySelection(source));
      }
    });
  }

  document.querySelectorAll('img[data-fallback]').forEach(dropBrokenImage);
  document.querySelectorAll('[data-copy]').forEach(offerCopy);
})();
