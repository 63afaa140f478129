// Takes wechat-oauth, unchanged but for the host of its addresses, through web-page authorization against a running sandbox.
//
// SANDBOX_URL, SANDBOX_APP_ID and SANDBOX_APP_SECRET say where and as whom. One line per passed check; the first failure ends
// the run with a non-zero status.
'use strict';

const path = require('path');
const { createRequire } = require('module');
const { promisify } = require('util');

// The packages may be installed elsewhere than beside this file.
const modules = process.env.CLIENT_MODULES ? path.resolve(process.env.CLIENT_MODULES) : __dirname;
const OAuth = createRequire(path.join(modules, 'package.json'))('wechat-oauth');

const SANDBOX = process.env.SANDBOX_URL.replace(/\/+$/, '');
const APP_ID = process.env.SANDBOX_APP_ID;
const APP_SECRET = process.env.SANDBOX_APP_SECRET;
const CALLBACK = 'http://localhost:8080/wechat/callback?from=menu';
const NICKNAME = '节点🟢/斜杠';

const here = (url) => url.replace(/^https:\/\/(open|api)\.weixin\.qq\.com/, SANDBOX);

class SandboxOAuth extends OAuth {
  request(url, options, callback) {
    return super.request(here(url), options, callback);
  }
}

function client(appId = APP_ID, secret = APP_SECRET) {
  const oauth = new SandboxOAuth(appId, secret);
  for (const name of ['getAccessToken', 'refreshAccessToken', 'getUser', 'getUserByCode', 'verifyToken']) {
    oauth[`${name}Async`] = promisify(oauth[name]).bind(oauth);
  }
  return oauth;
}

function passed(what, condition) {
  if (!condition) {
    throw new Error(`FAILED wechat-oauth: ${what}`);
  }
  console.log(`ok wechat-oauth: ${what}`);
}

async function refused(what, errcode, promise) {
  const error = await promise.then(() => undefined, (reason) => reason);
  passed(`${what} is ${errcode}`, error && error.code === errcode && error.message.includes(', rid: '));
}

// A browser: follows nothing, keeps the fan's cookie.
const browser = {
  cookie: '',
  async open(url, form) {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      headers: this.cookie ? { cookie: this.cookie } : {},
      body: form && new URLSearchParams(form),
      redirect: 'manual',
    });
    const [cookie] = response.headers.getSetCookie();
    this.cookie = cookie ? cookie.split(';')[0] : this.cookie;
    return response;
  },
};

function landed(response) {
  const location = response.headers.get('location') || '';
  passed('the browser is sent to the callback with a 302, its query kept',
    response.status === 302 && location.startsWith(`${CALLBACK}&`));
  return new URL(location).searchParams;
}

async function registration(oauth) {
  const link = here(oauth.getAuthorizeURL(CALLBACK, 'f00dcafe', 'snsapi_userinfo'));
  const page = await browser.open(link);
  passed('the authorize link of the library shows the consent page',
    page.status === 200 && (await page.text()).includes('同意'));
  const query = landed(await browser.open(link, { nickname: NICKNAME, decision: 'agree' }));
  passed('the state comes back', query.get('state') === 'f00dcafe');

  const { data } = await oauth.getAccessTokenAsync(query.get('code'));
  passed('the code is exchanged', data.scope === 'snsapi_userinfo' && data.expires_in === 7200);
  await refused('the same code again', 40163, oauth.getAccessTokenAsync(query.get('code')));
  passed('the token is valid', (await oauth.verifyTokenAsync(data.openid, data.access_token)).errcode === 0);

  const profile = await oauth.getUserAsync({ openid: data.openid, lang: 'zh_CN' });
  passed('the profile is this fan\'s, the nickname whole',
    profile.openid === data.openid && profile.nickname === NICKNAME);
  passed('the picture is there', (await fetch(profile.headimgurl)).ok);

  const renewed = await oauth.refreshAccessTokenAsync(data.refresh_token);
  passed('the token is refreshed', renewed.data.openid === data.openid);
  passed('the refreshed token reads the profile', (await oauth.getUserAsync(data.openid)).nickname === NICKNAME);
  return renewed.data;
}

async function silentLogin(openid) {
  const oauth = client();
  const query = landed(await browser.open(here(oauth.getAuthorizeURL(CALLBACK, 'f00dcafe'))));
  const { data } = await oauth.getAccessTokenAsync(query.get('code'));
  passed('the silent login knows the fan again', data.openid === openid);
  await refused('a profile with a silent token', 48001, oauth.getUserAsync(openid));
}

async function failures(oauth, tokens) {
  const link = here(oauth.getAuthorizeURL(CALLBACK, 'f00dcafe', 'snsapi_userinfo'));
  passed('a refusal brings no code', !landed(await browser.open(link, { decision: 'refuse' })).has('code'));
  const once = landed(await browser.open(link, { nickname: '一次', decision: 'agree' })).get('code');
  passed('one call from code to profile', (await oauth.getUserByCodeAsync(once)).nickname === '一次');
  await refused('an unknown code', 40029, oauth.getAccessTokenAsync('made-up'));
  await refused('an unknown refresh token', 40030, oauth.refreshAccessTokenAsync('made-up'));
  await refused('an unknown token', 40001, oauth.verifyTokenAsync(tokens.openid, 'made-up'));
  await refused('somebody else\'s openid', 40003, oauth.verifyTokenAsync('oSomebodyElse', tokens.access_token));
  await refused('a wrong secret', 40125, client(APP_ID, 'wrong').getAccessTokenAsync('made-up'));
  await refused('a wrong appid', 40013, client('wxffffffffffffffff').getAccessTokenAsync('made-up'));
}

async function main() {
  const oauth = client();
  const tokens = await registration(oauth);
  await silentLogin(tokens.openid);
  await failures(oauth, tokens);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
