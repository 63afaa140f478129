// What a reader would notice about the page, as data. Runs in the page; returns lists of complaints and a few figures.
'use strict';
const root = document.documentElement;
const edge = root.clientWidth;
const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
const name = (element) => `${element.tagName.toLowerCase()}.${element.className} ${(element.textContent || '').trim().slice(0, 20)}`;
const all = (selector) => [...document.querySelectorAll(selector)].filter(visible);

const channels = (colour) => {
  const parts = colour.match(/[\d.]+/g).map(Number);
  return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
};
const over = (above, below) => above.rgb.map((value, index) => value * above.alpha + below[index] * (1 - above.alpha));
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const background = (element) => {
  if (!element) { return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255]; }
  const own = channels(getComputedStyle(element).backgroundColor);
  return own.alpha === 1 ? own.rgb : over(own, background(element.parentElement));
};
const contrast = (element) => {
  const below = background(element);
  const [light, dark] = [luminance(over(channels(getComputedStyle(element).color), below)), luminance(below)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

const texts = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const parent = walker.currentNode.parentElement;
  if (walker.currentNode.data.trim() && visible(parent) && !parent.closest('[aria-hidden=true], svg, script, style')) { texts.push(walker.currentNode); }
}
const rects = (node) => { const range = document.createRange(); range.selectNodeContents(node); return [...range.getClientRects()]; };
const area = texts.flatMap(rects).reduce((sum, rect) => sum + rect.width * rect.height, 0);

// A line must not begin with the punctuation that ends the line before.
const lineStarts = (node) => [...node.data].reduce(([found, before, at], character) => {
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at + character.length);
  const top = range.getBoundingClientRect().top;
  const isNew = before !== undefined && top > before + 4;
  return [isNew && '，。、；：？！）」》”'.includes(character) ? [...found, node.data.trim()] : found, top, at + character.length];
}, [[], undefined, 0])[0];

const pressable = all('a[href], button, summary, label, input:not([type=radio])').filter((element) => !element.matches('label:has(input:not([type=radio]))'));
const small = pressable.filter((element) => {
  const { width, height } = element.getBoundingClientRect();
  return height < 44 || width < 44;
});
const wide = all('body *').filter((element) => {
  const { left, right } = element.getBoundingClientRect();
  return left < -0.5 || right > edge + 0.5;
});
const cut = all('a, button, h1, h2, p, dt, dd, code, pre, td, th, span').filter((element) =>
  getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1);
const pale = texts.map((node) => node.parentElement).filter((element) => {
  const { fontSize, fontWeight } = getComputedStyle(element);
  const isLarge = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
  return contrast(element) < (isLarge ? 3 : 4.5);
});
const complaints = {
  'too small to press': small.map((element) => { const { width, height } = element.getBoundingClientRect(); return `${name(element)} ${width}x${height}`; }),
  'beyond the edge': wide.map(name),
  'cut off': cut.map(name),
  'too pale to read': [...new Set(pale)].map((element) => `${name(element)} ${contrast(element).toFixed(2)}:1`),
  'punctuation at the start of a line': texts.flatMap(lineStarts),
  'image that did not load': all('img').filter((image) => image.complete && image.naturalWidth === 0).map((image) => image.src),
  'wider than the screen': root.scrollWidth > edge || innerWidth > screen.width ? [`${root.scrollWidth} of ${edge}, ${innerWidth} of ${screen.width}`] : [],
  'without a title': document.title.trim() ? [] : [location.href],
  'without a language': root.lang ? [] : [location.href],
  'headings of the first order': document.querySelectorAll('h1').length === 1 ? [] : [location.href],
};
return { area, brightness: luminance(background(document.body)), complaints };
