// The first account, a second one, and what strangers try meanwhile.
"use strict";

const { expect, expectEqual } = require("../expected");
const { FORGED } = require("../visit");
const { Stranger } = require("../stranger");

const PASSWORD = "湖光-秋月-两相和 2077";
const OFFICERS = "三更-灯火-五更鸡 8086";
// What looks like the value of a session, and is none.
const PLANTED = `gs_${"0".repeat(64)}`;

const steps = [
  ["the pages have their headers", async (visit) => {
    const { status, headers } = await visit.ask("/sign-in");
    expectEqual(status, 200, "status");
    const policy = headers["content-security-policy"];
    for (const rule of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      expect(policy.includes(rule), `${rule} is not in ${policy}`);
    }
    expect(!policy.includes("unsafe"), policy);
    for (const [name, value] of Object.entries({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
      "cross-origin-opener-policy": "same-origin",
      "strict-transport-security": visit.front.isHttps ? "max-age=31536000; includeSubDomains" : undefined,
      "set-cookie": undefined,
    })) {
      expectEqual(headers[name], value, name);
    }
  }],

  ["another host than its own is answered nothing", async (visit) => {
    // Behind a proxy only what the proxy lets through arrives: with its own name alone it has one server for all.
    const answer = await visit.ask("/sign-in", { headers: { host: "evil.example" } });
    expectEqual(answer.status, 421, "status");
    expect(!answer.text.includes("<form"), answer.text);
  }],

  ["the proxy leads from http to https, but no program with its token", async (visit) => {
    const plain = { port: visit.plainPort, isHttps: false, headers: { host: "shixi.lan" } };
    const page = await visit.ask("/sign-in?next=%2Fhead", plain);
    expectEqual([page.status, page.headers.location], [301, "https://shixi.lan/sign-in?next=%2Fhead"], "where it leads");
    expectEqual((await visit.ask("/api/v1/head", plain)).status, 404, "status of the API");
  }, (visit) => visit.front.isProxied],

  ["before anybody is set up every page leads to signing in", async ({ page, origin, front }) => {
    for (const address of ["/", "/head", "/me"]) {
      await page.goto(origin + address);
      expectEqual(new URL(page.url()).searchParams.get("next"), address, "it leads back");
      const warned = await page.locator("text=连接没有加密").count();
      expectEqual(warned, front.isPlain ? 1 : 0, "warnings that nothing is encrypted");
    }
  }],

  ["a set-up code that is wrong opens nothing", async (visit) => {
    await visit.page.goto(`${visit.origin}/set-up`);
    const status = await visit.send(visit.page, { code: "ABCDE-FGHJK-MNPQR-STVWX-YZ0123", name: "周校长" }, "继续");
    expectEqual(status, 401, "status");
    expect((await visit.refusal()).includes("初始设置的地址无效"), await visit.refusal());
    expectEqual(await visit.page.inputValue("[name=code]"), "ABCDE-FGHJK-MNPQR-STVWX-YZ0123", "what was typed");
    expectEqual(visit.position(), 0, "nothing is recorded");
  }],

  ["by the address that the server printed the first account is opened", async (visit) => {
    const { page, origin, setUpAddress, hasScript } = visit;
    expect(setUpAddress.startsWith(`${origin}/set-up#`), setUpAddress);
    await page.goto(setUpAddress);
    const code = setUpAddress.split("#")[1];
    if (hasScript) {
      expectEqual(await page.inputValue("[name=code]"), code, "the code stands in its field");
      expectEqual(page.url(), `${origin}/set-up`, "and no longer in the address");
    } else {
      await page.fill("[name=code]", code);
    }
    await page.check("[name=kind][value=school]");
    await page.selectOption("[name=category]", "public");
    const fields = { name: "周校长", school_code: "33070001", school_name: "第一职业学校" };
    expectEqual(await visit.send(page, fields, "继续"), 200, "status");
    expectEqual(await page.textContent("h1"), "周校长，设置登录", "whom it is for");
  }],

  ["the authenticator takes up what the page shows", async (visit) => {
    const { page } = visit;
    const drawn = await page.locator("svg.qr").boundingBox();
    expect(drawn.width >= 100 && drawn.height >= 100, `the QR code is ${drawn.width} wide`);
    visit.principal = await visit.takeUp(page);
    expectEqual([visit.principal.key.length, new Set(visit.principal.recovery).size], [20, 10], "secret and recovery codes");
  }],

  ["passwords that differ, that are guessable, and a code that is wrong are refused", async (visit) => {
    const { page, principal } = visit;
    const code = await principal.next();
    for (const [fields, words] of [
      [{ password: PASSWORD, again: OFFICERS, code }, "两次输入的密码不一样"],
      [{ password: "zhou33070001", again: "zhou33070001", code }, ""],
      [{ password: PASSWORD, again: PASSWORD, code: "000000" }, "动态码"],
    ]) {
      const status = await visit.send(page, { login: "zhou", ...fields }, "完成设置");
      expect(status >= 400 && status < 500, `status ${status}`);
      expect((await visit.refusal()).includes(words), await visit.refusal());
      expectEqual(await page.inputValue("[name=login]"), "zhou", "the name stays");
      expectEqual(await page.inputValue("[name=password]"), "", "the password does not");
    }
  }],

  ["set up, one may sign in", async (visit) => {
    const fields = { login: "zhou", password: PASSWORD, again: PASSWORD, code: visit.principal.shown() };
    await visit.send(visit.page, fields, "完成设置");
    expectEqual(visit.page.url(), `${visit.origin}/sign-in?done=set-up`, "where it leads");
    expect((await visit.page.textContent("[role=status]")).includes("已设置好登录"), "it says so");
  }],

  ["the address of the set-up holds no more", async (visit) => {
    const { page, setUpAddress, origin } = visit;
    await page.goto(`${origin}/set-up`);
    await visit.send(page, { code: setUpAddress.split("#")[1], name: "别人" }, "继续");
    expect((await visit.refusal()).includes("初始设置的地址无效"), await visit.refusal());
  }],

  ["a wrong password, a wrong code and the code that was used to set up let nobody in, in the same words", async (visit) => {
    const { page, principal } = visit;
    const before = visit.position();
    const said = new Set();
    for (const [login, password, code] of [
      ["zhou", "wrong", await principal.next()],
      ["zhou", PASSWORD, "000000"],
      ["nobody", PASSWORD, principal.shown()],
    ]) {
      expectEqual(await visit.signIn(page, { login, password }, code), 401, "status");
      said.add(await visit.refusal());
    }
    principal.step -= 1;
    expectEqual(await visit.signIn(page, { login: "zhou", password: PASSWORD }, principal.shown()), 401, "the used code");
    said.add(await visit.refusal());
    expectEqual(said.size, 1, [...said].join(" / "));
    expectEqual(await visit.cookie(), undefined, "no cookie is set");
    expectEqual(visit.position(), before, "nothing is recorded");
  }],

  ["signing in brings a cookie of its own, whatever somebody planted before", async (visit) => {
    const { page, principal, front, origin, cookieName } = visit;
    await page.context().addCookies([{ name: cookieName, value: PLANTED, url: origin, secure: Boolean(front.isHttps), httpOnly: true, sameSite: "Lax" }]);
    await visit.signIn(page, { login: "zhou", password: PASSWORD }, await principal.next());
    expectEqual(page.url(), `${origin}/me`, "back where one wanted to go");
    const { name, value, domain, path, expires, httpOnly, secure, sameSite } = await visit.cookie();
    expect(/^gs_\w{40,}$/.test(value) && value !== PLANTED, "the value is a new one");
    expectEqual(
      { name, domain, path, expires, httpOnly, secure, sameSite },
      { name: front.isHttps ? "__Host-gradtrail" : "gradtrail", domain: new URL(origin).hostname, path: "/", expires: -1,
        httpOnly: true, secure: Boolean(front.isHttps), sameSite: "Lax" },
      "the cookie",
    );
    expectEqual([await visit.isIn(value), await visit.isIn(PLANTED)], [true, false], "who is signed in");
    visit.first = value;
  }],

  ["no script reads the cookie", async ({ page }) => {
    expectEqual(await page.evaluate("document.cookie"), "", "cookies that a script sees");
  }, (visit) => visit.hasScript],

  ["the account page says where one is signed in, and not what a client claims", async (visit) => {
    const text = await visit.page.textContent("main");
    for (const words of ["周校长", "登录名 zhou", "还剩 10 个恢复码", "这一处", "Chrome", "127.0.0.0/24"]) {
      expect(text.includes(words), `${words} is not in ${text}`);
    }
    expect(!text.includes(FORGED.slice(0, 9)), "a forged address is believed");
  }],

  ["signing in again gives another cookie and ends the session of the one before", async (visit) => {
    const { page, principal } = visit;
    await page.goto(`${visit.origin}/sign-in?next=/me`);
    await visit.send(page, { login: "zhou", password: PASSWORD, code: principal.recovery.pop() }, "登录");
    const { value } = await visit.cookie();
    expect(value !== visit.first, "the value is a new one");
    expect((await page.textContent("main")).includes("还剩 9 个恢复码"), "a recovery code is used up");
    expectEqual([await visit.isIn(value), await visit.isIn(visit.first)], [true, false], "who is signed in");
  }],

  ["a session in another browser is seen and ended", async (visit) => {
    const { page, principal, origin } = visit;
    const other = await visit.arrive();
    await visit.signIn(other, { login: "zhou", password: PASSWORD }, principal.recovery.pop());
    const { value } = await visit.cookie(other);
    await page.goto(`${origin}/me`);
    expectEqual(await page.locator("tbody tr").count(), 2, "sessions");
    await visit.send(page, {}, "结束");
    expectEqual(await page.locator("tbody tr").count(), 1, "sessions afterwards");
    await other.goto(`${origin}/me`);
    expectEqual([new URL(other.url()).pathname, await visit.isIn(value)], ["/sign-in", false], "the other browser");
  }],

  ["forms of other sites do nothing, be they beside or far away", async (visit) => {
    const { page, origin } = visit;
    const stranger = await Stranger.begin(visit);
    const before = visit.position();
    const mine = (await visit.cookie()).value;
    const school = '{"code": "33070077", "name": "七中", "category": "private", "x": "';
    // A page of a name beside is of the same site: the browser sends the cookie along, and only the server refuses.
    const hosts = ["evil.lan", ...(origin.includes("shixi.lan") ? ["tuoguan.shixi.lan"] : ["localhost"])];
    for (const host of hosts) {
      for (const words of [
        { action: `${origin}/sign-out` },
        { action: `${origin}/sign-in`, login: "zhou", password: PASSWORD, code: visit.principal.recovery[0] },
        { action: `${origin}/me/password`, password: PASSWORD, new: OFFICERS, again: OFFICERS, code: visit.principal.recovery[0] },
        { action: `${origin}/api/v1/school/add`, enctype: "text/plain", [school]: '"}' },
        { action: `${origin}/set-up`, code: "x", name: "x" },
      ]) {
        expectEqual(await stranger.lure(page, host, words), 403, `${host} ${words.action}`);
        expect((await page.textContent("body")).includes("从别的网站发来"), await page.textContent("body"));
      }
    }
    expectEqual(visit.position(), before, "nothing is recorded");
    expectEqual([(await visit.cookie()).value, await visit.isIn(mine)], [mine, true], "the session goes on");
  }],

  ["no other site shows the pages in a frame, reads them, or replaces the cookie of https", async (visit) => {
    const { page, origin, front, cookieName, strangers: [stranger] } = visit;
    page.isAtStranger = true;
    await page.goto(stranger.address("evil.lan", "/frame", { src: `${origin}/sign-in` }));
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    expectEqual(await framed.locator("form").count(), 0, "forms in the frame");
    if (visit.hasScript) {
      const read = await page.evaluate(
        (address) => fetch(address, { credentials: "include" }).then((answer) => answer.status, () => "refused"),
        `${origin}/api/v1/head`,
      );
      expectEqual(read, "refused", "what another site reads");
    }
    const before = (await visit.cookie()).value;
    if (front.isHttps) {
      const cookie = `${cookieName}=${PLANTED}; Path=/; Secure; Domain=shixi.lan`;
      await page.goto(stranger.address("tuoguan.shixi.lan", "/plant", { cookie }));
      const kept = await page.context().cookies();
      expectEqual(kept.filter(({ value }) => value === PLANTED).length, 0, "planted cookies");
    }
    page.isAtStranger = false;
    expectEqual((await visit.cookie()).value, before, "the cookie");
  }],

  ["the principal opens and invites a second account", async (visit) => {
    const { origin } = visit;
    const headers = { cookie: `${visit.cookieName}=${(await visit.cookie()).value}`, origin, "content-type": "application/json" };
    const order = async (words, input) => {
      const answer = await visit.ask(`/api/v1/${words}`, { method: "POST", headers, body: JSON.stringify(input) });
      expectEqual(answer.status, 200, answer.text);
      return answer.text;
    };
    await order("staff/add", { name: "钱五", role: "officer", school: "33070001" });
    const told = await order("staff/invite", { staff: "钱五" });
    visit.invitation = told.match(/([0-9A-Z]{5}-){5}[0-9A-Z]/)[0];
  }],

  ["the second one comes by the invitation, sets up, and signs in", async (visit) => {
    const { origin, invitation, hasScript } = visit;
    const page = (visit.officersPage = await visit.arrive());
    await page.goto(`${origin}/invitation#${invitation}`);
    if (hasScript) expectEqual(await page.inputValue("[name=invitation]"), invitation, "the code stands in its field");
    // However it is typed.
    await visit.send(page, { invitation: ` ${invitation.toLowerCase().replaceAll("-", " ")}` }, "继续");
    expectEqual(await page.textContent("h1"), "钱五，设置登录", "whom it is for");
    const officer = await visit.takeUp(page);
    expect(officer.recovery.every((code) => !visit.principal.recovery.includes(code)), "its codes are its own");
    await visit.send(page, { login: "qianwu", password: OFFICERS, again: OFFICERS, code: await officer.next() }, "完成设置");
    await visit.signIn(page, { login: "qianwu", password: OFFICERS }, officer.recovery.pop());
    expectEqual(page.url(), `${origin}/me`, "signed in");
    const text = await page.textContent("main");
    expect(text.includes("钱五") && text.includes("就业办") && !text.includes("周校长"), text);
  }],

  ["an invitation holds once", async (visit) => {
    const { officersPage: page } = visit;
    await page.goto(`${visit.origin}/invitation`);
    await visit.send(page, { invitation: visit.invitation }, "继续");
    expect((await visit.refusal(page)).includes("邀请无效"), await visit.refusal(page));
  }],

  ["who it is is shown again, once by each code, and the session has another cookie", async (visit) => {
    const { page, principal } = visit;
    const code = principal.recovery.pop();
    await page.goto(`${visit.origin}/me`);
    const before = (await visit.cookie()).value;
    await visit.send(page, { password: PASSWORD, code }, "验证");
    expect((await page.textContent("main")).includes("刚刚验证过"), "it says so");
    const { value } = await visit.cookie();
    expectEqual([await visit.isIn(value), await visit.isIn(before)], [true, false], "who is signed in");
    expectEqual(await visit.send(page, { password: PASSWORD, code }, "验证"), 401, "the same again");
    expectEqual((await visit.cookie()).value, value, "the cookie after a wrong try");
  }],

  ["signing out ends the session and leaves nothing in the browser", async (visit) => {
    const { page, origin } = visit;
    await page.goto(`${origin}/me`);
    const { value } = await visit.cookie();
    await visit.send(page, {}, "退出登录");
    expectEqual(page.url(), `${origin}/sign-in?done=signed-out`, "where it leads");
    expectEqual([await visit.cookie(), await visit.isIn(value)], [undefined, false], "the session");
    await page.goBack();
    expect(!(await page.textContent("body")).includes("登录名 zhou"), "a page of before is shown again");
    // The other one is still in.
    await visit.officersPage.goto(`${origin}/me`);
    expectEqual(visit.officersPage.url(), `${origin}/me`, "the officer");
  }],

  ["the server told of no fault and nobody's secret", async (visit) => {
    for (const secret of [PASSWORD, OFFICERS, visit.invitation, visit.first, "周校长", "钱五"]) {
      expect(!visit.said.includes(secret), visit.said);
    }
    const own = visit.said.trim().split("\n").filter((line) => !/^(网页|还没有账号)/.test(line));
    expectEqual(own, [], "lines beside the address");
  }],
];

module.exports = { name: "accounts", steps };
