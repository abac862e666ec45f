// A small installation to look at: a bureau, two schools, three final classes and one of graduates, an account of each role.
// Everything is recorded by the program's own commands, and the days lie around today.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { execFileSync } = require("node:child_process");

const SCHOOL = "33070001";
const CLASSES = ["高三汽修1班", "高三汽修2班", "高三电商1班"];
const GRADUATED = "22届汽修1班";
const PASSWORD = "湖光-秋月-两相和 2077";
const UNIT = "91330700MA28A00001";
const ROLES = [
  ["bureau", "李科长", []],
  ["principal", "赵校长", ["--school", SCHOOL]],
  ["officer", "钱主任", ["--school", SCHOOL]],
  ["class-teacher", "周老师", ["--school", SCHOOL, "--class", CLASSES[1]]],
  ["mentor", "吴老师", ["--school", SCHOOL]],
  ["auditor", "孙审计", []],
];

const SURNAMES = [..."王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"];
const GIVEN = ["雨桐", "梓涵", "若曦", "浩然", "思源", "欣怡", "宇轩", "睿", "晨", "诗琪", "子墨", "佳宁"];
const name = (number) => SURNAMES[(number * 7) % SURNAMES.length] + GIVEN[(number * 5) % GIVEN.length];

// A document number with its check digit (GB 11643).
function documentNumber(number) {
  const digits = `330702${2004 + (number % 3)}0${1 + (number % 9)}${String(10 + (number % 18))}${String(100 + number)}`;
  const sum = [...digits].reduce((sum, digit, index) => sum + Number(digit) * (2 ** (17 - index) % 11), 0);
  return digits + "10X98765432"[sum % 11];
}

function day(fromToday) {
  const then = new Date(Date.now() + fromToday * 86_400_000);
  return then.toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
}

// Makes the installation in a folder; gives the invitations by role.
function build(binary, folder) {
  const run = (...words) => execFileSync(binary, ["--data-dir", folder, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const as = (who, ...words) => run("--as", who, ...words);
  run("school", "add", "--code", SCHOOL, "--name", "澜州市第一职业学校", "--category", "public");
  run("school", "add", "--code", "33070002", "--name", "澜州市第二职业学校", "--category", "private");
  for (const [role, staff, where] of ROLES) run("staff", "add", "--name", staff, "--role", role, ...where);

  const roster = ["学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期"];
  const jobs = ["学校代码,姓名,证件号码,去向类型,单位名称,就业日期,月薪"];
  let number = 0;
  const enrol = (count, of, year, standing) => {
    for (let index = 1; index <= count; index += 1, number += 1) {
      roster.push(`${SCHOOL},${name(number)},${documentNumber(number)},${year}${String(number).padStart(4, "0")},700206,${of},${standing}`);
      if (of === GRADUATED && index % 8) {
        jobs.push(`${SCHOOL},${name(number)},${documentNumber(number)},企业,东方汽车服务有限公司,2022-07-01,${3500 + index * 20}`);
      }
    }
  };
  const enrolled = `在籍,${day(-800)}`;
  enrol(12, CLASSES[0], 2024, enrolled);
  enrol(45, CLASSES[1], 2024, enrolled);
  enrol(30, CLASSES[2], 2024, enrolled);
  enrol(40, GRADUATED, 2019, "毕业,2022-06-30");
  for (const [kind, lines] of [["名册", roster], ["去向", jobs]]) {
    const file = path.join(folder, `${kind}.csv`);
    fs.writeFileSync(file, `${lines.join("\n")}\n`);
    run("import", file);
  }

  // Of two graduates the class teacher heard something else.
  for (const graduate of roster.filter((line) => line.includes(GRADUATED)).slice(0, 2)) {
    run("outcome", "say", "--student", graduate.split(",")[3], "--source", "class_teacher", "--kind", "seeking", "--from", "2022-07-01");
  }

  run("employer", "register", "--name", "东方汽车服务有限公司", "--code", UNIT);
  const ends = day(120);
  const classes = CLASSES.flatMap((of) => ["--class", of]);
  as("钱主任", "season", "plan", "--year", String(new Date().getFullYear() + 1), ...classes, "--first-day", day(-60), "--last-day", ends);
  const arranged = (first) => [
    "--kind", "post", "--source", "school", "--host", UNIT, "--first-day", first, "--last-day", ends,
    "--address", "工业路88号", "--post", "汽车维修", "--site-kind", "private", "--region", "city", "--mentor", "郑师傅",
    "--teacher", "吴老师", "--pay", "2400", "--pay-unit", "month", "--on-specialty", "full",
    "--submit", "--verdict", "passed",
  ];
  const agreed = "--meals provided --lodging own --day-hours 8 --week-days 5 --pay-method transfer --pay-day 15 --insurance liability --insurance-buyer school".split(" ");
  // The first class is at work, the second about to begin with papers out, of the third some wait for approval.
  as("钱主任", "placement", "draft", "--class", CLASSES[0], ...arranged(day(-20)));
  as("赵校长", "placement", "late", "--class", CLASSES[0], "--reason", "overlooked");
  as("钱主任", "placement", "draft", "--class", CLASSES[1], ...arranged(day(4)));
  for (const of of CLASSES.slice(0, 2)) {
    as("赵校长", "placement", "approve", "--class", of);
    as("钱主任", "agreement", "draft", "--class", of, "--send", ...agreed);
  }
  as("钱主任", "agreement", "sign", "--class", CLASSES[0], "--party", "all");
  as("钱主任", "placement", "ready", "--class", CLASSES[0]);
  as("钱主任", "placement", "arrive", "--class", CLASSES[0], "--on", day(-20));
  for (const document of ["guardian_consent", "safety_agreement", "commitment", "letter_to_parents"]) {
    as("钱主任", "agreement", "sign", "--class", CLASSES[1], "--document", document, "--party", "all");
  }
  const students = (of) => roster.filter((line) => line.includes(of)).map((line) => line.split(",")[3]);
  const signing = students(CLASSES[1]);
  for (const student of signing.slice(0, 8)) as("钱主任", "agreement", "sign", "--student", student, "--document", "agreement", "--party", "all");
  as("钱主任", "agreement", "refuse", "--student", signing[8], "--document", "agreement", "--party", "student", "--reason", "safety");
  for (const student of students(CLASSES[2]).slice(0, 4)) as("钱主任", "placement", "draft", "--student", student, ...arranged(day(30)));

  return Object.fromEntries(ROLES.map(([role, staff]) => {
    run("staff", "waive-second-factor", staff, "--reason", "demonstration");
    return [role, run("staff", "invite", staff).match(/([0-9A-Z]{5}-){5}[0-9A-Z]/)[0]];
  }));
}

// Sets up how each of them signs in.
async function settle(visit, invitations) {
  for (const [role, invitation] of Object.entries(invitations)) {
    const fields = { invitation, login: role, password: PASSWORD, again: PASSWORD };
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await visit.ask("/invitation/accept", { method: "POST", headers, body: new URLSearchParams(fields).toString() });
    if (answer.status !== 303) throw new Error(`${role}: ${answer.status} ${answer.text}`);
  }
}

// Pages with much on them, to be looked at before others of their kind.
const SEEDS = [`/classes/${SCHOOL}/${encodeURIComponent(CLASSES[1])}`, "/reports/2022"];

module.exports = { build, settle, CLASSES, PASSWORD, SEEDS, documentNumber };
