// Takes co-wechat-api, unchanged but for its base address, through menu, user and media calls at the relay of a running fanpass.
//
// RELAY_URL, RELAY_APP_ID and RELAY_APP_KEY say where and as which app: they stand where AppID and AppSecret would. SANDBOX_URL
// is the platform behind it, where a follower is made. One line per passed check; the first failure ends the run with a non-zero
// status.
'use strict';

const path = require('path');
const { createRequire } = require('module');

// The packages may be installed elsewhere than beside this file.
const modules = process.env.CLIENT_MODULES ? path.resolve(process.env.CLIENT_MODULES) : __dirname;
const API = createRequire(path.join(modules, 'package.json'))('co-wechat-api');

const RELAY = process.env.RELAY_URL.replace(/\/+$/, '');
const SANDBOX = process.env.SANDBOX_URL.replace(/\/+$/, '');
const NICKNAME = '节点🟢/中继';
const MENU = {
  button: [
    { type: 'view', name: '首页', url: 'https://fans.example/' },
    { name: '更多', sub_button: [{ type: 'click', name: '联系我们', key: 'contact' }] },
  ],
};
// Looks like a picture, and holds every byte.
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const PICTURE = Buffer.concat([Buffer.from('ffd8ffe000104a46494600', 'hex'), ...Array(40).fill(EVERY_BYTE), Buffer.from('ffd9', 'hex')]);

function client(key = process.env.RELAY_APP_KEY) {
  const api = new API(process.env.RELAY_APP_ID, key);
  api.prefix = `${RELAY}/cgi-bin/`;
  api.fileServerPrefix = `${RELAY}/cgi-bin/`;
  return api;
}

function passed(what, condition) {
  if (!condition) {
    throw new Error(`FAILED co-wechat-api: ${what}`);
  }
  console.log(`ok co-wechat-api: ${what}`);
}

async function refused(what, call, isRight) {
  const error = await call().then(() => null, (error) => error);
  passed(what, error !== null && isRight(error));
}

async function menu(api) {
  await api.createMenu(MENU);
  const { menu: { button } } = await api.getMenu();
  passed('the menu that was made is there', button.map(({ name }) => name).join() === '首页,更多');
  await api.removeMenu();
  await refused('and is gone when it was deleted', () => api.getMenu(), ({ code }) => code === 46003);
}

async function users(api, openid) {
  passed('a follower\'s record arrives', (await api.getUser(openid)).openid === openid);
  passed('the followers are listed', (await api.getFollowers()).data.openid.includes(openid));
  const batch = await api.batchGetUsers([openid]);
  passed('a batch of them, too', batch.user_info_list[0].openid === openid);
  await refused('the platform\'s error is the platform\'s', () => api.getUser('o-nobody'), ({ code }) => code === 40003);
}

async function media(api) {
  const uploaded = await api.uploadMedia(PICTURE, 'image', 'picture.jpg', 'image/jpeg');
  passed('a picture is uploaded', uploaded.type === 'image');
  passed('and comes back byte for byte', PICTURE.equals(await api.getMedia(uploaded.media_id)));
}

async function refusals(api, openid) {
  await api.saveToken({ accessToken: 'fanpass_made-up', expireTime: Date.now() + 60000 });
  passed('a token that is good no more is renewed by the library itself', (await api.getUser(openid)).openid === openid);
  await refused('what the app has no right to is refused', () => api.getGroups(), ({ message }) => message.includes('403'));
  await refused('a wrong key gets no token', () => client('made-up').getAccessToken(), ({ message }) => message.includes('403'));
}

async function main() {
  const made = await fetch(`${SANDBOX}/sandbox/fans`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ nickname: NICKNAME }),
  });
  const { openid } = await made.json();
  const api = client();
  await menu(api);
  await users(api, openid);
  await media(api);
  await refusals(api, openid);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
