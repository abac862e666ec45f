// Somebody of a town at work with the pages, by the hand of the visit, whose clicks are counted: a button, a link, a box, or a
// choice from a list; typing is none.
"use strict";

const { expect } = require("./expected");
const town = require("./town");

// Signed in as somebody with a role, in a browser of their own, on the first page or another one.
async function begin(visit, role, address = "/") {
  const page = await visit.arrive();
  await visit.signIn(page, { login: role, password: town.PASSWORD }, "");
  await page.goto(visit.origin + address);
  let clicks = 0;
  const counted = (act) => async (...words) => {
    clicks += 1;
    const answer = await act(...words);
    await page.waitForLoadState("load");
    return answer;
  };
  return {
    page,
    click: counted((what) => page.hand.click(page.locator(what).first())),
    choose: counted((field, value) => page.hand.choose(page.locator(`main [name="${field}"]`), value)),
    tick: counted((what) => page.hand.tick(page.locator(what).first())),
    type: (field, text) => page.hand.type(page.locator(`main [name="${field}"]`), text),
    said: () => page.textContent("main"),
    spent(what, most) {
      console.log(`       ${what}: ${clicks} clicks of ${most}`);
      expect(clicks <= most, `${what} took ${clicks} clicks of ${most}`);
    },
  };
}

// The button of what waits under a heading of the first page.
const waiting = (heading) => `.todo li:has(h3:has-text("${heading}")) a.button`;

module.exports = { begin, waiting };
