// A school that begins with nothing: its principal and its officer come to a class in place, a list of outcomes that was
// corrected and the year's figures, by what the pages say and lead to, without a shell.
"use strict";

const { expect, expectEqual } = require("../expected");
const { documentNumber } = require("../town");

const PASSWORD = "湖光-秋月-两相和 2077";
const OFFICERS = "三更-灯火-五更鸡 8086";
const NAMES = ["王雨桐", "李思源", "张若曦", "孙志强", "何睿", "周子涵"];
const UNIT = "云岫汽车服务有限公司";

const day = (fromToday) => new Date(Date.now() + fromToday * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

// A table as a spreadsheet saves it.
const csv = (name, rows) => ({ name, mimeType: "text/csv", buffer: Buffer.from(rows.map((row) => row.join(",")).join("\n")) });

function roster(of, standing, since, first) {
  const heading = ["姓名", "证件号码", "学号", "专业代码", "班级", "学籍状态", "状态日期"];
  const row = (name, nth) => [name, documentNumber(first + nth), `S${first + nth}`, "700206", of, standing, since];
  return [heading, ...NAMES.map(row)];
}

// Follows what a page shows, and gives what the next one says.
const clicked = (page) => async (what) => {
  await page.hand.click(page.locator(what).first());
  await page.waitForLoadState("load");
  return page.textContent("main");
};

// Fills a form: choices by their codes, everything else as it is typed.
async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main form.upright [name="${name}"]`).first();
    const tag = await field.evaluate((element) => element.type);
    if (tag === "select-one") await page.hand.choose(field, value);
    else if (tag === "checkbox") await page.hand.tick(field);
    else await page.hand.type(field, value);
  }
}

const act = "main form.upright button.main";

// Sends files, and waits until they are looked at.
async function send(page, files) {
  await page.setInputFiles("[name=files]", files);
  return until(page, "button:text-is('上传并核对')", "main button:has-text('确认导入')");
}

// Presses a button, and waits until the page has what comes of it.
async function until(page, button, wanted) {
  await page.hand.click(page.locator(button).first());
  for (let tries = 0; (await page.locator(wanted).count()) === 0; tries += 1) {
    if (tries > 100) throw new Error(`nothing comes of it: ${await page.textContent("main")}`);
    await page.waitForTimeout(100);
    await page.reload();
  }
  return page.textContent("main");
}

async function setUp(visit, page, login, password) {
  const authenticator = await visit.takeUp(page);
  await visit.send(page, { login, password, again: password, code: await authenticator.next() }, "完成设置");
  await page.goto(`${visit.origin}/sign-in`);
  expectEqual(await visit.send(page, { login, password, code: await authenticator.next() }, "登录"), 303, "signed in");
  return page.textContent("main");
}

const steps = [
  ["who comes before the first account is told where it is opened, and opens it", async (visit) => {
    const { page, setUpAddress } = visit;
    await page.goto(visit.origin);
    expect((await page.textContent("main")).includes("还没有账号"), await page.textContent("main"));
    await page.goto(setUpAddress);
    await page.fill("[name=code]", setUpAddress.split("#")[1]);
    await page.check("[name=kind][value=school]");
    await page.selectOption("[name=category]", "public");
    await visit.send(page, { name: "赵明", school_code: "33070011", school_name: "澜州职业学校" }, "继续");
    const home = await setUp(visit, page, "zhaoming", PASSWORD);
    expect(home.includes("先办的") && home.includes("导入毕业生名册"), home);
  }],

  ["the principal opens an account and invites its owner, who sets it up", async (visit) => {
    const click = clicked(visit.page);
    await click("main a:text-is('人员')");
    await click("main a:text-is('开通账号')");
    await fill(visit.page, { name: "蒋敏", role: "officer" });
    await click(act);
    await click("main a:text-is('邀请登录')");
    const told = await click(act);
    const code = told.match(/邀请码：(\S+)/)[1];
    visit.officer = await visit.arrive();
    await visit.officer.goto(`${visit.origin}/sign-in`);
    await clicked(visit.officer)("main a:text-is('设置登录')");
    await visit.officer.locator("main input:visible").first().fill(code);
    await clicked(visit.officer)("main button");
    await setUp(visit, visit.officer, "jiangmin", OFFICERS);
    // Who guides the interns need not sign in for that.
    await visit.page.goto(`${visit.origin}/accounts`);
    await click("main a:text-is('开通账号')");
    await fill(visit.page, { name: "赵辰翔", role: "mentor" });
    await click(act);
  }],

  ["a roster with a wrong number is imported without that row, which is mended and sent again", async ({ officer, origin }) => {
    const rows = roster("24汽修1班", "在籍", "2024-09-01", 100);
    const right = rows[5][1];
    rows[5][1] = right.slice(0, -1) + (right.endsWith("0") ? "1" : "0");
    await officer.goto(origin);
    await clicked(officer)("main a:text-is('导入')");
    const checked = await send(officer, [csv("名册.csv", rows)]);
    expect(checked.includes("新增 5") && checked.includes("校验位不符"), checked);
    await until(officer, "main button:has-text('确认导入')", "text=已导入");
    rows[5][1] = right;
    await officer.goto(`${origin}/imports`);
    expect((await send(officer, [csv("名册.csv", rows)])).includes("新增 1"), "only what was wrong is new");
    await until(officer, "main button:has-text('确认导入')", "text=已导入");
  }],

  ["the home page asks which classes are final, and then who is to be placed", async ({ officer, origin }) => {
    await officer.goto(origin);
    const click = clicked(officer);
    await click("main a:text-is('登记实习计划')");
    await officer.check("main [name=class][value='24汽修1班']");
    await fill(officer, { year: "2027", first_day: day(20), last_day: day(180) });
    await click(act);
    const home = await click("main a:text-is('回到原来的页面')");
    expect(home.includes("毕业班 1 个班 6 人"), home);
  }],

  ["a unit is registered, proposed, visited, and accepted by the principal from the home page", async ({ page, officer, origin }) => {
    const click = clicked(officer);
    await click("nav a:text-is('单位')");
    await click("main a:text-is('登记单位')");
    await fill(officer, { name: UNIT, code: "91330700MA00000019" });
    await click(act);
    await click("main a:text-is('打开这个单位')");
    await click("main a:text-is('提出实习单位')");
    await click(act);
    await click("main a:text-is('回到原来的页面')");
    await click("main a:text-is('登记考察')");
    for (const head of await officer.locator("main [name=finding]").all()) await head.selectOption({ label: "符合" });
    await click(act);
    await page.goto(origin);
    await clicked(page)("main li:has-text('实习单位待核') a.button");
    const accepted = await clicked(page)(act);
    expect(accepted.includes("核定") || accepted.includes("已办理"), accepted);
  }],

  ["the class is placed: what is missing is said, and everybody stays ticked", async ({ officer, origin }) => {
    await officer.goto(origin);
    const click = clicked(officer);
    await click("main li:has-text('尚未落实') a.button");
    await fill(officer, {
      kind: "post", source: "school", host: UNIT, first_day: day(20), last_day: day(180), address: "汽车城8号", post: "汽车维修",
      site_kind: "private", region: "city", mentor: "李工", teacher: "赵辰翔", pay: "2200", pay_unit: "month", submit: "true",
    });
    const refused = await click(act);
    expect(refused.includes("尚缺：专业对口程度"), refused);
    expectEqual(await officer.locator("main [name=students]:checked").count(), NAMES.length, "who is ticked");
    await fill(officer, { on_specialty: "full" });
    const placed = await click(act);
    expect(placed.includes(`${NAMES.length} 人`), placed);
  }],

  ["the principal is led to what the approval lacks, and then approves", async ({ page, origin }) => {
    await page.goto(origin);
    const click = clicked(page);
    const lacking = await click("main li:has-text('待审核') a.button");
    expect(lacking.includes("还没有合规结论"), lacking);
    await click("main a:has-text('登记核查结论')");
    await fill(page, { verdict: "passed" });
    await click(act);
    await click("main a:text-is('回到原来的页面')");
    const approved = await click(act);
    expect(approved.includes("批准"), approved);
  }],

  ["papers are drafted and sent, and the class page says whose signatures are missing", async ({ officer, origin }) => {
    await officer.goto(`${origin}/classes`);
    const click = clicked(officer);
    await click("main th a");
    await click("main summary:text-is('更多')");
    await click("main button:text-is('拟协议')");
    await fill(officer, {
      meals: "provided", lodging: "own", day_hours: "8", week_days: "5", pay_method: "transfer", pay_day: "15",
      insurance: "liability", insurance_buyer: "school", send: "true",
    });
    const sent = await click(act);
    expect(sent.includes("发出三方协议"), sent);
    const grid = await click("main a:text-is('回到原来的页面')");
    expect(grid.includes("已发"), grid);
  }],

  ["a list of outcomes is corrected by its workbook of errors, and the year's figures count it", async ({ officer, origin }) => {
    const jobs = [["姓名", "学号", "去向类型", "单位名称", "开始日期", "起薪"]];
    NAMES.forEach((name, nth) => jobs.push([name, `S${300 + nth}`, nth === 5 ? "上班" : "企业", UNIT, "2026-07-01", nth === 4 ? "4千2" : "4200"]));
    await officer.goto(`${origin}/imports`);
    const files = [csv("毕业名册.csv", roster("23汽修1班", "毕业", "2026-06-30", 300)), csv("去向.csv", jobs)];
    const checked = await send(officer, files);
    expect(checked.includes("4千2") && checked.includes("去向类型没有「上班」"), checked);
    await until(officer, "main button:has-text('确认导入')", "text=已导入");
    const [workbook] = await Promise.all([officer.waitForEvent("download"), officer.click("main a:has-text('下载错误')")]);
    expect(workbook.suggestedFilename().endsWith("错误.xlsx"), workbook.suggestedFilename());
    [jobs[5][5], jobs[6][2]] = ["4200", "企业"];
    await officer.goto(`${origin}/imports`);
    expect((await send(officer, [csv("去向.csv", jobs)])).includes("新增 2"), "only what was wrong is new");
    await until(officer, "main button:has-text('确认导入')", "text=已导入");
    const click = clicked(officer);
    await click("nav a:text-is('统计')");
    await officer.goto(`${origin}/reports/2026`);
    const figures = await officer.textContent("main");
    expect(figures.includes("100.00%"), figures);
    const people = await click("main .rates a.rate");
    expect(people.includes(NAMES[0]), people);
    await officer.goBack();
    const [report] = await Promise.all([officer.waitForEvent("download"), officer.click("main a:text-is('Word')")]);
    expect(report.suggestedFilename().endsWith(".docx"), report.suggestedFilename());
  }],
];

module.exports = { name: "newcomer", anyHand: true, steps, when: ({ front }) => front.name === "http on the machine itself" };
