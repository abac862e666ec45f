// Walks every journey, says of each step how it went, and ends with how many passed and failed.
//   node main.js BINARY CHROMIUM FOLDER [--short] [FILTER]
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const { fronts } = require("./fronts");
const { Visit } = require("./visit");

// Each is a list of steps, and a step a sentence with what is done. Staff's journeys through the pages belong here, too.
const journeys = ["accounts", "pages", "office", "papers", "figures", "newcomer", "kept"].map((name) => require(`./journeys/${name}`));

async function main(binary, executablePath, folder, words) {
  const isShort = words.includes("--short");
  const filter = words.find((word) => !word.startsWith("--")) ?? "";
  const place = fs.mkdtempSync(path.join(folder, "walk-"));
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid() !== 0,
    // Names of the network that is played, without touching the machine's own list of hosts.
    args: ["--host-resolver-rules=MAP *.lan 127.0.0.1", "--no-proxy-server", "--disable-background-networking"],
  });
  let [passed, failed] = [0, 0];
  try {
    for (const [nth, front] of fronts.entries()) {
      for (const [turn, journey] of journeys.entries()) {
        if (journey.when?.({ front }) === false) continue;
        for (const { hasScript, hand } of ways(journey, front, turn, isShort)) {
          const name = `${journey.name}, ${front.name}, ${hasScript ? "with" : "without"} script, by ${hand}`;
          if (!name.includes(filter)) continue;
          console.log(`\n== ${name}`);
          const visit = await Visit.begin({
            ...{ binary, browser, front, hasScript, hand, isShort, town: journey.town },
            place: path.join(place, `${journey.name}-${nth}-${hasScript}-${hand}`),
          });
          const walked = await walk(visit, journey.steps);
          passed += walked.passed;
          failed += walked.failed;
          await visit.end();
        }
      }
    }
  } finally {
    await browser.close();
    if (failed === 0) fs.rmSync(place, { recursive: true });
    else console.error(`\npictures and what the servers said: ${place}`);
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  return passed > 0 && failed === 0;
}

// In which ways a journey is walked. In the short form once: one front is reached with script switched off, and those that can be
// walked by any hand take turns.
function ways({ anyHand }, front, turn, isShort) {
  const hasScript = front.name !== "https";
  if (isShort) return [{ hasScript, hand: anyHand ? ["mouse", "thumb", "keys"][turn % 3] : "mouse" }];
  const byMouse = [true, false].map((hasScript) => ({ hasScript, hand: "mouse" }));
  return anyHand ? [...byMouse, { hasScript: true, hand: "thumb" }, { hasScript: true, hand: "keys" }] : byMouse;
}

// Each step builds on the one before: the first that fails ends the journey.
async function walk(visit, steps) {
  let passed = 0;
  for (const [sentence, step, when = () => true] of steps) {
    if (!when(visit)) continue;
    try {
      await step(visit);
      visit.expectNoFaults();
    } catch (fault) {
      console.error(`FAILED ${sentence}\n${fault.stack ?? fault}`);
      await visit.photograph();
      return { passed, failed: 1 };
    }
    passed += 1;
    console.log(`ok     ${sentence}`);
  }
  return { passed, failed: 0 };
}

const [binary, executable, folder, ...words] = process.argv.slice(2);
main(binary, executable, folder, words).then(
  (isGood) => process.exit(isGood ? 0 : 1),
  (fault) => {
    console.error(fault);
    process.exit(1);
  },
);
