// What a bureau does with figures: two reports compared down to who moved, a rate's definition, and a figure that was published
// before the system, with something wrong in it first. Clicks are counted; typing is none.
"use strict";

const { expect, expectEqual } = require("../expected");
const { LOOKS, inspect, like } = require("../looks");
const { begin } = require("../counted");
const town = require("../town");

const FIGURES = "/reports/2022";

const steps = [
  ["two reports are compared, and who moved is listed with what both say", async (visit) => {
    const { page, click, said, spent } = await begin(visit, "bureau", FIGURES);
    await click("a:text-is('与另一份比较')");
    expect((await said()).includes("新登记"), await said());
    const shown = await page.locator("td a[href*='people=true']").first().textContent();
    await click("td a[href*='people=true']");
    expectEqual(await page.locator("tr[role=row]").count(), Number(shown.replace(/\D/g, "")), "as many persons as the number says");
    spent("two reports compared down to who moved", 3);
    await page.goBack();
    await click("summary:text-is('换两份来比')");
    await page.locator("input[name=a][value=other]").check();
    await page.fill("input[name=a_other]", "哪天");
    await click("button:text-is('比较')");
    expect((await page.textContent("body")).includes("known_at") || (await said()).includes("时间"), "it is told what cannot be read");
  }],

  ["a figure that was published before stands on the line with its word", async (visit) => {
    const { page, click, choose, type, said } = await begin(visit, "bureau", FIGURES);
    await click("a:text-is('登记公布的数字')");
    for (const [field, code] of Object.entries({ figure: "employment_rate", definition: "ours", medium: "quality_report" })) await choose(field, code);
    for (const [field, text] of Object.entries({ year: "2020", numerator: "1001", denominator: "1000", title: "2020年质量年度报告第12页", published_on: "2021-01-15" })) await type(field, text);
    await click("main form.upright button.main");
    expect((await visit.refusal(page)).includes("分子"), await visit.refusal(page));
    expectEqual(await page.inputValue("main [name=title]"), "2020年质量年度报告第12页", "what was typed stays");
    await type("numerator", "970");
    await click("main form.upright button.main");
    expect((await said()).includes("已经记录"), await said());
    await page.goto(`${visit.origin}/reports/2022`);
    expect((await said()).includes("公布，未经核实") && (await said()).includes("97.00%"), "the published figure is on the page");
  }],

  ["a rate leads to its definition", async (visit) => {
    const { click, said, spent } = await begin(visit, "auditor", FIGURES);
    await click(".rates a:text-is('定义')");
    expect((await said()).includes("谁算在内"), await said());
    spent("a figure's definition", 1);
  }],

  ["these pages read well for everybody, fit, stand still and are small", async (visit) => {
    const { page } = await begin(visit, "bureau", FIGURES);
    for (const address of ["/reports/2022", "/reports/2022/compare", "/reports/2022/compare?figure=employed&people=true", "/definitions/employment_rate", "/changes"]) {
      for (const [width, liked] of [1280, 390].flatMap((width) => LOOKS.map((liked) => [width, liked]))) await inspect(page, visit.origin, address, width, liked);
    }
    await like(page, visit.origin, LOOKS[0]);
  }, (visit) => visit.hasScript],
];

module.exports = { name: "figures", anyHand: true, steps, town, when: ({ front }) => front.name === "http on the machine itself" };
