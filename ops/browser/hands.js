// How somebody uses a page: with a mouse at a desk, with a thumb on a phone, or with the keys alone. Each clicks, ticks, chooses
// and types in its own way; what cannot be reached so is a fault of the page.
"use strict";

const { expect, expectEqual } = require("./expected");

const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

// With a mouse what opens is waited for by the browser's driver, otherwise here: a link or a button asks for a page
// soon, which comes or is a file, or for none.
const ASKED_WITHIN = 2_000;
async function opening(thing, act) {
  const page = thing.page();
  if (!(await thing.evaluate((element) => ["A", "BUTTON"].includes(element.tagName)))) return act();
  const come = Promise.race([page.waitForEvent("framenavigated"), page.waitForEvent("download")]).catch(() => {});
  const asked = page.waitForRequest((request) => request.isNavigationRequest(), { timeout: ASKED_WITHIN }).catch(() => {});
  await act();
  if (await asked) await come;
  return page.waitForLoadState("load");
}

const mouse = {
  browser: DESK,
  click: (thing) => thing.click(),
  tick: (thing) => thing.check(),
  choose: (thing, value) => thing.selectOption(value),
  type: (thing, text) => thing.fill(text),
};

// A phone offers its own list for a choice and its own keyboard for a text: both are the same for the page.
const thumb = {
  ...mouse,
  browser: PHONE,
  click: (thing) => opening(thing, () => thing.tap()),
  tick: async (thing) => {
    if (!(await thing.isChecked())) await thing.tap();
    expect(await thing.isChecked(), "a tap ticks");
  },
};

// Goes on with the tabulator until a thing has the focus, and shows that it has.
async function reach(thing) {
  const page = thing.page();
  await thing.waitFor({ state: "visible" });
  const most = await page.locator("a, button, input, select, textarea, summary").count() + 3;
  for (let tries = 0; tries < most; tries += 1) {
    if (await thing.evaluate((element) => element === document.activeElement)) {
      const outline = await thing.evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(outline !== "none", `nobody sees that the focus is on ${thing}`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`the tabulator does not lead to ${thing}`);
}

const keys = {
  browser: DESK,
  async click(thing) {
    await reach(thing);
    await opening(thing, () => thing.page().keyboard.press("Enter"));
  },
  async tick(thing) {
    const page = thing.page();
    // Of several of which one can be had the tabulator leads to one, and the arrows to the others.
    const isOneOf = await thing.evaluate((element) => element.type === "radio");
    if (isOneOf) {
      const group = page.locator(`input[type=radio][name="${await thing.getAttribute("name")}"]`);
      const stops = await group.evaluateAll((all) => Math.max(0, all.findIndex((one) => one.checked)));
      await reach(group.nth(stops));
      await page.keyboard.press("Space");
      for (let tries = await group.count(); tries > 0 && !(await thing.isChecked()); tries -= 1) await page.keyboard.press("ArrowDown");
    } else if (!(await thing.isChecked())) {
      await reach(thing);
      await page.keyboard.press("Space");
    }
    expect(await thing.isChecked(), `the keys tick ${thing}`);
  },
  async choose(thing, value) {
    await reach(thing);
    const [from, to] = await thing.evaluate((list, value) => [list.selectedIndex, [...list.options].findIndex((option) => option.value === value)], value);
    expect(to >= 0, `${thing} has ${value}`);
    for (let steps = Math.abs(to - from); steps > 0; steps -= 1) await thing.page().keyboard.press(to > from ? "ArrowDown" : "ArrowUp");
    expectEqual(await thing.inputValue(), value, `the keys choose in ${thing}`);
  },
  async type(thing, text) {
    const { keyboard } = thing.page();
    await reach(thing);
    await keyboard.press("Control+A");
    await keyboard.press("Delete");
    await keyboard.insertText(text);
  },
};

module.exports = { hands: { mouse, thumb, keys } };
