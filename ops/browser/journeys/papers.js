// What comes back signed: papers of a class are printed, scanned as a stack, sent, looked at and recorded; a page whose code
// cannot be read and one that is no scan are met on the way. Clicks are counted as for the office.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { expect, expectEqual } = require("../expected");
const { WIDTHS, LOOKS, inspect, like } = require("../looks");
const { begin } = require("../counted");
const town = require("../town");

// The printed papers as a scanner would see them: a picture of each, grey and a little turned, the first with its code hidden.
async function scanned(visit, printed, folder) {
  const context = await visit.browser.newContext({ viewport: { width: 800, height: 1100 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  await page.setContent(fs.readFileSync(printed, "utf8"));
  await page.addStyleTag({ content: ".paper { filter: grayscale(1); rotate: 1.2deg; margin: 40px 0; }" });
  const papers = await page.locator("table.paper").all();
  const files = [];
  for (const [nth, paper] of papers.entries()) {
    if (nth === 0) await paper.locator("svg").first().evaluate((svg) => (svg.style.visibility = "hidden"));
    const file = path.join(folder, `扫描-${nth + 1}.jpg`);
    await paper.screenshot({ path: file, type: "jpeg", quality: 70 });
    files.push(file);
  }
  await context.close();
  return files;
}

const steps = [
  ["papers of three are printed, come back as a stack and are recorded, one of them told by hand", async (visit) => {
    const { page, click, choose, tick, said, spent } = await begin(visit, "officer");
    await click("nav a:text-is('材料')");
    await click(".chips a:has-text('缺学生签')");
    const [, listed] = (await page.textContent(".chips a[aria-current]")).match(/ (\d+)/);
    expectEqual(await page.locator("tbody [name=students]").count(), Math.min(Number(listed), 50), "a count is what it opens");
    const numbers = [];
    for (const row of [0, 1, 2]) {
      await tick(`tbody tr:nth-child(${row + 1}) [name=students]`);
      numbers.push((await page.textContent(`tbody tr:nth-child(${row + 1}) td.small`)).trim());
    }
    await click("button:text-is('打印材料')");
    expect((await said()).includes("留空手填的"), "what is not on record is said before the button");
    await choose("format", "html");
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("main form.upright button.main").click()]);
    const printed = path.join(visit.place, "材料.html");
    await download.saveAs(printed);
    spent("from the first page to printed papers", 9);
    const scans = await scanned(visit, printed, visit.place);
    expectEqual(scans.length, 15, "five papers of each");
    const other = path.join(visit.place, "说明.txt");
    fs.writeFileSync(other, "这不是扫描件");

    const back = await begin(visit, "officer");
    await back.click("nav a:text-is('材料')");
    await back.click("a:text-is('收扫描件')");
    await back.click("main form.upright button.main");
    expect((await visit.refusal(back.page)).includes("没有选文件"), await visit.refusal(back.page));
    await back.page.setInputFiles("#files", [...scans, other]);
    await back.click("main form.upright button.main");
    await back.page.waitForSelector("#look", { timeout: 120_000 });
    const told = await back.said();
    expect(told.includes("没有读到二维码") && told.includes("不是 PDF、JPEG 或 PNG"), told);
    expect(told.includes("可以登记 14"), told);
    // Looked at as everybody may have it.
    const address = new URL(back.page.url()).pathname;
    for (const [width, liked] of [[WIDTHS[0], LOOKS[0]], [WIDTHS[2], LOOKS[3]]]) {
      await inspect(back.page, visit.origin, address, width, liked);
      await back.page.screenshot({ path: path.join(visit.place, `stack-${width}.png`), fullPage: true });
    }
    await like(back.page, visit.origin, LOOKS[0]);
    await back.page.goto(visit.origin + address);
    await back.page.fill("[name='whose:1']", numbers[0]);
    await back.page.selectOption("[name='document:1']", "agreement");
    await back.page.check("[name='aside:16']");
    await back.click("#look button");
    await back.page.waitForSelector("#look", { timeout: 120_000 });
    expect((await back.said()).includes("可以登记 15"), await back.said());
    await back.click("button.main[name=do]");
    await back.page.waitForSelector("[role=status]", { timeout: 120_000 });
    await back.page.waitForSelector("p.note[role=status] a", { timeout: 120_000 });
    expect((await back.said()).includes("15 份材料"), await back.said());
    back.spent("from the first page to the stack recorded, with a page told by hand and a mistake", 7);
    await back.click("p.note[role=status] a");
    expect((await back.said()).includes("签署"), await back.said());
    await back.page.goto(`${visit.origin}/papers?papers=lacks-student`);
    expect((await back.said()).includes(`缺学生签 ${listed - 3}`), await back.said());
  }],
];

module.exports = { name: "papers", anyHand: true, steps, town, when: ({ front }) => front.name === "http on the machine itself" };
