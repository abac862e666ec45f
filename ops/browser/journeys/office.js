// What an office does with a class, from the list of what waits: each journey with something wrong in it, and its clicks
// counted. A click is a button, a link, a box, or a choice from a list; typing is none.
"use strict";

const { begin, waiting } = require("../counted");
const { expect, expectEqual } = require("../expected");
const { LOOKS, inspect, like } = require("../looks");
const town = require("../town");

const day = (fromToday) => new Date(Date.now() + fromToday * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

const steps = [
  ["a class is placed, with what differs for two, after a day that is none was typed", async (visit) => {
    const { page, click, choose, tick, type, said, spent } = await begin(visit, "officer");
    await click(waiting("尚未落实"));
    const listed = await page.locator("[name=students]").count();
    expect(listed >= 20, `${listed} are listed`);
    for (const [field, code] of Object.entries({ kind: "post", source: "school", site_kind: "private", region: "city", pay_unit: "month", on_specialty: "full", verdict: "passed" })) {
      await choose(field, code);
    }
    for (const [field, text] of Object.entries({ host: "东方汽车服务有限公司", first_day: "下周一", last_day: day(150), address: "工业路88号", post: "网店运营", mentor: "郑师傅", teacher: "吴老师", pay: "2400" })) {
      await type(field, text);
    }
    await tick("main [name=submit]");
    await click("summary:has-text('个别学生')");
    const rows = page.locator("main details table tbody tr");
    for (const row of [0, 1]) await rows.nth(row).locator("input").nth(1).fill("直播助理");
    await click("main form.upright button.main");
    expect((await visit.refusal(page)).includes("第一天"), await visit.refusal(page));
    expectEqual(await page.inputValue("main [name=post]"), "网店运营", "what was typed stays");
    expectEqual(await rows.nth(0).locator("input").nth(1).inputValue(), "直播助理", "what differs stays, too");
    await type("first_day", day(40));
    await click("main form.upright button.main");
    expect((await said()).includes(`${listed} 人`), await said());
    spent("placing a class, and a mistake", 15);
  }],

  ["a principal approves who waits, and returns one of them with a reason", async (visit) => {
    const principal = await begin(visit, "principal");
    await principal.click(waiting("待审核"));
    await principal.click("main form.upright button.main");
    expect((await principal.said()).includes("已经记录"), await principal.said());
    principal.spent("approving", 3);
    // What was approved is undone for all, and one is returned instead.
    const officer = await begin(visit, "officer");
    await officer.page.goto(`${visit.origin}/classes/33070001/${encodeURIComponent(town.CLASSES[2])}`);
    await officer.page.locator("[name=students]").first().check();
    await officer.click("summary:text-is('更多')");
    await officer.click("button:text-is('撤销实习记录')");
    await officer.choose("reason", "entry_error");
    await officer.click("main form.upright button.main");
    expect((await officer.said()).includes("撤销"), await officer.said());
    const again = await begin(visit, "principal");
    await again.click(".todo li:has(h3:has-text('待审核')) a.count");
    await again.click("td a:text-is('退回修改')");
    await again.click("button:text-is('退回修改：材料不全')");
    expect((await again.said()).includes("材料不全"), await again.said());
    again.spent("returning one with a reason", 3);
  }],

  ["signatures of a class are recorded in one go", async (visit) => {
    const { click, said, spent } = await begin(visit, "officer");
    await click(waiting("协议未签齐"));
    await click("main form.upright button.main");
    expect((await said()).includes("已经记录"), await said());
    spent("recording signatures", 4);
  }],

  ["each ✓ of a class leads to who signed that paper, and the page reads well for everybody", async (visit) => {
    const { page, click, said, spent } = await begin(visit, "officer");
    await click("nav a:text-is('班级')");
    await click(`a:text-is('${town.CLASSES[0]}')`);
    // On a phone a row tells what is missing; the rest is on the person's page.
    if (await page.locator("td a.ok").first().isVisible()) await click("td a.ok");
    else {
      await click("tbody th a");
      await click("dd a:has-text('已签')");
    }
    expect((await said()).includes("已生效") && (await said()).includes("没有交扫描件"), await said());
    spent("from the first page to a paper", 4);
    const address = new URL(page.url()).pathname;
    for (const width of [1280, 390]) for (const liked of LOOKS) await inspect(page, visit.origin, address, width, liked);
    await like(page, visit.origin, LOOKS[0]);
  }, (visit) => visit.hasScript],

  ["units that look like one are told apart, and are listed again once that is undone", async (visit) => {
    const { page, click, choose, said, spent } = await begin(visit, "bureau");
    await page.goto(`${visit.origin}/employers/duplicates`);
    await click("summary:text-is('办理')");
    await click(".plain a:has-text('不是同一单位')");
    await click("main form.upright button.main");
    expect((await visit.refusal(page)).includes("原因"), "a reason is asked for");
    await choose("reason", "namesake");
    await click("main form.upright button.main");
    await page.goto(`${visit.origin}/employers/duplicates`);
    expect((await said()).includes("已认定不是同一单位 1"), await said());
    spent("telling two units apart, and a mistake", 6);
    await click(".chips a:has-text('已认定不是同一单位')");
    await click("summary:text-is('办理')");
    await click(".plain a:has-text('撤销')");
    expect((await said()).includes("不是同一单位"), await said());
    for (const address of ["/employers/duplicates?apart=true", "/further-study?year=2022", "/outcomes?year=2022"]) {
      for (const width of [1280, 390]) await inspect(page, visit.origin, address, width, LOOKS[0]);
    }
  }, (visit) => visit.hasScript],

];

module.exports = { name: "office", anyHand: true, steps, town, when: ({ front }) => front.name === "http on the machine itself" };
