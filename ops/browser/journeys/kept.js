// What helps who works all day: drafts, the moment that a page is about, heads that order, contradictions side by side, keys;
// each journey with its clicks counted.
"use strict";

const { expect, expectEqual } = require("../expected");
const town = require("../town");
const { begin, waiting } = require("../counted");

const steps = [
  ["what was typed is kept as a draft, found on the first page, gone on with and deleted", async (visit) => {
    const { page, click, type, said, spent } = await begin(visit, "officer");
    await click(waiting("尚未落实"));
    await type("host", "东方汽车服务有限公司");
    await type("post", "网店运营");
    await click("button:text-is('存草稿')");
    expect((await said()).includes("已存草稿"), await said());
    expectEqual(await page.inputValue("main [name=post]"), "网店运营", "what was typed is there");
    await page.goto(visit.origin);
    await click("#drafts ~ ul a:text-is('安排实习')");
    expectEqual(await page.inputValue("main [name=host]"), "东方汽车服务有限公司", "what was typed is there again");
    await page.goto(`${visit.origin}/me`);
    await click("#drafts ~ ul button:text-is('删除')");
    expectEqual(await page.locator("#drafts").count(), 0, "no draft is left");
    spent("keeping, opening and deleting a draft", 4);
  }],

  ["a class is looked at as of another day, where nothing can be recorded, and now again", async (visit) => {
    const { page, click, tick, type, said, spent } = await begin(visit, "officer");
    await page.goto(`${visit.origin}/classes/33070001/${encodeURIComponent(town.CLASSES[0])}`);
    const look = async (day) => {
      if (!(await page.locator("main [name=on_other]").isVisible())) await click("summary:has-text('更改')");
      await tick("main [name=on][value=other]");
      await type("on_other", day);
      await click("main button:text-is('查看')");
    };
    await look("13月1日");
    expect((await said()).includes("on"), "what is no day is refused by its name");
    await page.goBack();
    await look(new Date(Date.now() - 30 * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" }));
    expect((await said()).includes("不能登记"), await said());
    expectEqual(await page.locator("main .actbar").count(), 0, "nothing can be recorded");
    await click("a:text-is('回到现在')");
    expect(await page.locator("main .actbar").count() > 0, "now it can");
    spent("another day and back, with a wrong one", 7);
  }],

  ["a list is ordered by the head of a column, and once more the other way round", async (visit) => {
    const { page, click } = await begin(visit, "officer");
    await page.goto(`${visit.origin}/students`);
    const order = () => page.locator("th[aria-sort]:has-text('姓名')").getAttribute("aria-sort");
    await click("th a:has-text('姓名')");
    expectEqual(await order(), "ascending", "by the names");
    await click("th a:has-text('姓名')");
    expectEqual(await order(), "descending", "the last first");
  }],

  ["a contradiction is settled with a reason, and the next one is shown", async (visit) => {
    const { page, click, tick, said, spent } = await begin(visit, "principal");
    await click("a:has-text('处去向互相矛盾')");
    expect((await said()).includes("1 / 2"), await said());
    await tick("main [value=evidence_sufficient]");
    await click("button:text-is('以右为准')");
    expect((await said()).includes("已记录") && (await said()).includes("1 / 1"), await said());
    expect(page.url().includes("/outcomes/conflicts"), page.url());
    spent("settling a contradiction", 3);
  }],

  ["keys lead where links do, and nowhere while somebody types", async (visit) => {
    const { page } = await begin(visit, "officer");
    const press = async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForLoadState("load");
    };
    await press("/");
    await page.keyboard.type("gs");
    expectEqual(await page.inputValue("header [name=text]"), "gs", "what is typed is typed");
    await page.locator("main").click({ position: { x: 2, y: 2 } });
    await page.evaluate(() => document.activeElement.blur());
    await Promise.all([page.waitForURL("**/students"), press("g", "s")]);
    await press("j", "j", "k", "x");
    expectEqual(await page.locator("main tbody tr").first().locator("[type=checkbox]").isChecked(), true, "the first row is ticked");
    await Promise.all([page.waitForURL("**/students/*"), press("Enter")]);
    await page.goto(`${visit.origin}/me`);
    await page.selectOption("[name=keys]", "off");
    await page.click("button:text-is('保存')");
    await page.goto(visit.origin);
    await press("g", "s");
    expectEqual(new URL(page.url()).pathname, "/", "they are switched off");
  }, (visit) => visit.hasScript],
];

module.exports = { name: "kept", anyHand: true, steps, town, when: ({ front }) => front.name === "http on the machine itself" };
