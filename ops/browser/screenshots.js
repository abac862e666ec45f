// A picture of every page of every role, at two widths, light and dark, in both languages.
//   node screenshots.js BINARY CHROMIUM FOLDER PICTURES
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const { fronts } = require("./fronts");
const { LOOKS, addresses, like, kind } = require("./looks");
const { Visit } = require("./visit");
const town = require("./town");

async function main(binary, executablePath, folder, pictures) {
  const place = fs.mkdtempSync(path.join(folder, "look-"));
  fs.mkdirSync(pictures, { recursive: true });
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid() !== 0 });
  let number = 0;
  try {
    const visit = await Visit.begin({ binary, browser, front: fronts[0], hasScript: true, place: path.join(place, "0"), town });
    const take = async (page, role, address) => {
      for (const liked of LOOKS) {
        await like(page, visit.origin, liked);
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 800 });
          await page.goto(visit.origin + address);
          const name = kind(address).replace(/[^a-z*]+/gi, "-").replaceAll("*", "x").replace(/^-|-$/g, "") || "first";
          const file = [role, name, width, liked.colours, liked.language].join("_");
          await page.screenshot({ path: path.join(pictures, `${file}.png`), fullPage: true });
          number += 1;
        }
      }
      await like(page, visit.origin, LOOKS[0]);
    };
    for (const address of ["/sign-in", "/invitation", "/set-up", "/nowhere"]) await take(visit.page, "nobody", address);
    for (const role of ["officer", "bureau", "principal", "class-teacher", "mentor", "auditor"]) {
      const page = await visit.arrive();
      await visit.signIn(page, { login: role, password: town.PASSWORD }, "");
      for (const address of await addresses(page, visit.origin, town.SEEDS)) await take(page, role, address);
    }
    await visit.end();
  } finally {
    await browser.close();
    fs.rmSync(place, { recursive: true });
  }
  console.log(`${number} pictures in ${pictures}`);
}

main(...process.argv.slice(2)).catch((fault) => {
  console.error(fault);
  process.exit(1);
});
