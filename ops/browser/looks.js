// The pages as people see them: which there are for a role, and what is looked at on each.
"use strict";

const zlib = require("node:zlib");
const axe = require("axe-core");
const { expect, expectEqual } = require("./expected");

const WIDTHS = [1280, 640, 390];
// How somebody may like the pages.
const LOOKS = ["light", "dark"].flatMap((colours) => ["zh", "en"].map((language) => ({ colours, language })));
// Compressed bytes of a page with its style sheet, and of the page alone when it is opened again.
const BUDGETS = [
  [/^\/reports/, 40_000, 30_000],
  [/./, 25_000, 15_000],
];
const REQUESTS_MAX = 3;

// An address without what tells one thing from another, so that each page is looked at once.
function kind(address) {
  const { pathname, searchParams } = new URL(address, "http://server");
  const steps = pathname.split("/").map((step) => (/^[a-z_-]*(\.[a-z]+)?$/.test(step) ? step : "*"));
  if (steps[1] === "reports" && steps[3]) steps[3] = "*";
  // What is filtered looks as the whole does; a cell and another breakdown do not.
  return [steps.join("/"), ...["by", "cell"].filter((key) => searchParams.has(key))].join(" ");
}

// Every page that links lead to from the first one, one of each kind; those of the seeds that are there for the reader.
async function addresses(page, origin, seeds) {
  const found = new Map(["/", "/find", "/me"].map((address) => [kind(address), address]));
  for (const seed of seeds) {
    const answer = await page.goto(origin + seed);
    if (answer.status() === 200) found.set(kind(seed), seed);
  }
  for (let nth = 0; nth < found.size; nth += 1) {
    const address = [...found.values()][nth];
    const answer = await page.goto(origin + address);
    expectEqual(answer.status(), 200, `where a link leads: ${address}`);
    const links = await page.locator("main a, header a, footer a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    for (const link of links) {
      const { origin: where, pathname, search } = new URL(link, origin + address);
      const isFile = search.includes("format=") || pathname.startsWith("/imports/templates/");
      const isPage = where === origin && !pathname.startsWith("/api/") && !isFile;
      if (isPage && !found.has(kind(pathname + search))) found.set(kind(pathname + search), pathname + search);
    }
  }
  return [...found.values()];
}

// How somebody likes the pages, said by the browser.
async function like(page, origin, { colours, language }) {
  const cookies = { colours, language };
  await page.context().addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: origin })));
}

// Opens a page and looks at it: what it is made of, whether it fits, moves, and can be read by everybody.
async function inspect(page, origin, address, width, look) {
  const asked = [];
  const note = (request) => asked.push(request);
  await page.setViewportSize({ width, height: 800 });
  await like(page, origin, look);
  page.on("request", note);
  const answer = await page.goto(origin + address, { waitUntil: "load" });
  page.off("request", note);
  // Where one is led on to another page, that one counts. Pictures are what somebody sent, and no part of the page.
  const parts = asked.filter((request) => !request.redirectedTo() && request.resourceType() !== "image");
  const where = `${address} at ${width}, ${look.colours}, ${look.language}`;
  expectEqual(answer.status(), address === "/nowhere" ? 404 : 200, where);
  expectEqual((await answer.allHeaders())["content-encoding"], "gzip", `${where}, as sent`);
  expect(parts.length <= REQUESTS_MAX, `${where} asks ${parts.length} times`);
  const compressed = async (request) => zlib.gzipSync(await (await request.response()).body()).length;
  const lengths = await Promise.all(parts.map(compressed));
  const [first, again] = [lengths.reduce((sum, length) => sum + length, 0), lengths[0]];
  const [, firstMax, againMax] = BUDGETS.find(([of]) => of.test(address));
  expect(first <= firstMax && again <= againMax, `${where} has ${first} bytes, and ${again} again`);

  const seen = await page.evaluate(async () => {
    const shift = await new Promise((over) => {
      let sum = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value))).observe({ type: "layout-shift", buffered: true });
      requestAnimationFrame(() => setTimeout(() => over(sum), 0));
    });
    const root = document.documentElement;
    const headings = [...document.querySelectorAll("h1")].length;
    // A long table that is drawn before all of it has come finds its columns late: below a hundredth is none.
    return { shift: Math.round(shift * 100) / 100, over: root.scrollWidth - root.clientWidth, language: root.lang, colours: root.dataset.colours, headings };
  });
  const language = look.language === "en" ? "en" : "zh-CN";
  expectEqual(seen, { shift: 0, over: 0, language, colours: look.colours, headings: 1 }, where);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).slice(0, 3).join(" ")}`);
  expectEqual(told, [], `${where}, what axe finds`);
  return { first, again };
}

module.exports = { WIDTHS, LOOKS, addresses, inspect, like, kind };
