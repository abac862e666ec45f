// What people do with the pages of a school that is there: by mouse, by keyboard alone, with script and without; and each
// page looked at as everybody may have it.
"use strict";

const { expect, expectEqual } = require("../expected");
const { WIDTHS, LOOKS, addresses, inspect, kind, like } = require("../looks");
const town = require("../town");

// Signed in as somebody with a role, in a browser of their own.
async function as(visit, role) {
  visit.readers ??= {};
  if (!visit.readers[role]) {
    const page = await visit.arrive();
    await visit.signIn(page, { login: role, password: town.PASSWORD }, "");
    visit.readers[role] = page;
  }
  return visit.readers[role];
}

// Looks at a page in several ways; says how many bytes it has.
async function look(visit, page, address, ways) {
  let most = { first: 0, again: 0 };
  for (const [width, liked] of ways) {
    const bytes = await inspect(page, visit.origin, address, width, liked);
    if (bytes.first > most.first) most = bytes;
  }
  await like(page, visit.origin, LOOKS[0]);
  return `${address}: ${most.first} bytes compressed, ${most.again} again`;
}

const EVERY = WIDTHS.flatMap((width) => LOOKS.map((liked) => [width, liked]));
const FEW = [[1280, LOOKS[0]], [390, LOOKS[3]]];
const [CLASS] = town.SEEDS;
// A poor line, and in how many milliseconds something is to be seen over it: by who comes first, and by who has the style sheet.
const POOR_LINE = { offline: false, latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8 };
const PAINTED_WITHIN = [["at first", true, 2_500], ["again", false, 1_000]];

// Moves by Tab to what says this, and expects to see where one is.
async function tabTo(page, text) {
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const at = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      const isSeen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && box.width > 0 && box.right > 0;
      return { said: (at.innerText || at.getAttribute("aria-label") || at.name || "").trim(), tag: at.tagName, isSeen };
    });
    if (focus.tag !== "BODY") expect(focus.isSeen, `one does not see that one is at ${focus.tag} ${focus.said}`);
    if (focus.said === text || focus.said.startsWith(text)) return;
  }
  throw new Error(`nobody comes to ${text} by the keyboard`);
}

const steps = [
  ["five pages read well for everybody, fit, stand still and are small", async (visit) => {
    const officer = await as(visit, "officer");
    for (const [page, address] of [
      [visit.page, "/sign-in"],
      [officer, "/"],
      [officer, CLASS],
      [officer, "/me"],
      [await as(visit, "bureau"), "/reports/2022?by=class"],
    ]) {
      await look(visit, page, address, FEW);
    }
  }, (visit) => visit.hasScript && visit.isShort],

  ["every page does, in both languages and colours, at each width", async (visit) => {
    const seen = new Set();
    for (const address of ["/sign-in", "/invitation", "/set-up", "/nowhere"]) console.log(`       ${await look(visit, visit.page, address, EVERY)}`);
    for (const role of ["officer", "bureau", "principal", "class-teacher", "mentor", "auditor"]) {
      const page = await as(visit, role);
      for (const address of await addresses(page, visit.origin, town.SEEDS)) {
        // Of what several roles have the first one is looked at in every way.
        const ways = seen.has(kind(address)) ? FEW : EVERY;
        seen.add(kind(address));
        console.log(`       ${role} ${await look(visit, page, address, ways)}`);
      }
    }
  }, (visit) => visit.hasScript && !visit.isShort],

  ["over a poor line something is soon to be seen", async (visit) => {
    const page = await as(visit, "officer");
    const line = await page.context().newCDPSession(page);
    await line.send("Network.emulateNetworkConditions", POOR_LINE);
    for (const address of ["/", CLASS, "/reports/2022"]) {
      for (const [when, cacheDisabled, most] of PAINTED_WITHIN) {
        await line.send("Network.setCacheDisabled", { cacheDisabled });
        await page.goto(visit.origin + address);
        const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
        console.log(`       ${address} ${when}: ${Math.round(painted)} ms of ${most}`);
        expect(painted <= most, `${address} ${when} is painted after ${painted} ms`);
      }
    }
    await line.detach();
  }, (visit) => visit.hasScript && !visit.isShort],

  ["from home one click leads to who has not signed, another to a person", async (visit) => {
    const page = await as(visit, "class-teacher");
    await page.goto(visit.origin);
    const count = page.locator(".todo .count").first();
    const number = Number(await count.textContent());
    await count.click();
    expectEqual(await page.locator("tbody tr").count(), number, "students that the count leads to");
    const name = await page.locator("tbody th a").first().textContent();
    await page.locator("tbody th a").first().click();
    expectEqual(await page.textContent("h1"), name, "the person");
  }],

  ["a student is found by name and by a number that nobody has", async (visit) => {
    const page = await as(visit, "officer");
    await page.goto(visit.origin);
    for (const [text, heading] of [["20240013", "孙欣怡"], ["99999999", "查找：99999999"]]) {
      await page.fill("header [name=text]", text);
      await page.press("header [name=text]", "Enter");
      await page.waitForLoadState("load");
      expectEqual(await page.textContent("h1"), heading, text);
    }
    expect((await page.textContent("main")).includes("没有找到"), "it says that nobody was found");
  }],

  ["a rate opens to its people, a person to the record", async (visit) => {
    const page = await as(visit, "bureau");
    await page.goto(`${visit.origin}/reports/2022`);
    await page.locator(".rates .rate").first().click();
    expect((await page.textContent("main")).includes("*"), "names are masked");
    await page.locator("tbody tr a[href^='/events/']").first().click();
    expect(new URL(page.url()).pathname.startsWith("/events/"), page.url());
  }],

  ["by the keyboard alone one signs in, skips to the content, and comes to a class and a person", async (visit) => {
    const page = await visit.arrive();
    await page.goto(`${visit.origin}/sign-in`);
    await page.waitForFunction(() => document.activeElement.name === "login");
    await page.keyboard.type("officer");
    await page.keyboard.press("Tab");
    await page.keyboard.type(town.PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${visit.origin}/`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expectEqual(new URL(page.url()).hash, "#main", "the first stop skips to the content");
    await page.goto(visit.origin);
    for (const [text, path] of [["班级", "/classes"], [town.CLASSES[1], CLASS], ["陈雨桐", "/students/"]]) {
      await tabTo(page, text);
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname.startsWith(path));
    }
  }, (visit) => visit.hasScript],

  ["language and colours follow the account to another browser", async (visit) => {
    const [one, other] = [await visit.arrive(), await visit.arrive()];
    for (const page of [one, other]) await visit.signIn(page, { login: "auditor", password: town.PASSWORD }, "");
    await one.click("header button:text-is('English')");
    await one.waitForLoadState("load");
    expectEqual([new URL(one.url()).pathname, await one.getAttribute("html", "lang")], ["/me", "en"], "the page that one was on");
    await one.selectOption("[name=colours]", "dark");
    await one.click("button:text-is('Keep')");
    await one.waitForLoadState("load");
    await other.goto(`${visit.origin}/head`);
    const root = other.locator("html");
    expectEqual([await root.getAttribute("lang"), await root.getAttribute("data-colours")], ["en", "dark"], "the other browser");
    await other.click("header button:text-is('中文')");
    await other.waitForLoadState("load");
    expectEqual(await root.getAttribute("lang"), "zh-CN", "and back");
  }],

  ["a class of 45 is printed on one page, without what is for the screen", async (visit) => {
    const page = await as(visit, "officer");
    await page.goto(visit.origin + CLASS);
    const printed = await page.pdf({ preferCSSPageSize: true });
    expectEqual(printed.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1, "pages");
    await page.emulateMedia({ media: "print" });
    for (const part of ["nav", "header form", "button", ".chips"]) {
      for (const one of await page.locator(part).all()) expect(!(await one.isVisible()), `${part} is printed`);
    }
    await page.emulateMedia({ media: null });
  }],

  ["a token is shown once, and taken back", async (visit) => {
    const page = await as(visit, "officer");
    await page.goto(`${visit.origin}/me`);
    await page.click("summary:text-is('签发一个')");
    expectEqual(await visit.send(page, { label: "统计大屏", until: "soon" }, "签发令牌"), 422, "a last day that is none");
    expectEqual(await page.inputValue("[name=label]"), "统计大屏", "what was typed stays");
    await visit.send(page, { until: "" }, "签发令牌");
    expect(/^gt_\w{40,}$/.test(await page.textContent("[role=status] code")), "the secret is shown");
    await page.goto(`${visit.origin}/me`);
    expect(!(await page.textContent("body")).includes("gt_"), "and not again");
    await visit.send(page, {}, "吊销");
    expect((await page.textContent("main")).includes("已吊销"), "it says so");
  }],
];

// One way to reach the server is enough: the others are the accounts' journeys.
module.exports = { name: "pages", steps, town, when: ({ front }) => front.name === "http on the machine itself" };
