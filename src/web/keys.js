// Keys for who works all day. Everything that they do a link or a button does, too; they are off while somebody types, and
// can be switched off on the page of the own account.
(() => {
  "use strict";
  const PLACES = { d: "/", s: "/students", c: "/classes", f: "/reports" };
  const DO_NOT_TYPE = ["checkbox", "radio", "button", "submit"];
  const types = (at) => /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) && !DO_NOT_TYPE.includes(at.type);
  const rows = () => [...document.querySelectorAll("main tbody tr, main .todo > li")].filter((row) => row.querySelector("a"));
  const here = (all) => all.findIndex((row) => row.contains(document.activeElement));
  let isGoing = false;

  const move = (by) => {
    const all = rows(), row = all[Math.max(0, Math.min(all.length - 1, here(all) + by))];
    if (row) row.querySelector("th a, a").focus();
  };
  const inRow = (wanted) => {
    const all = rows(), row = all[here(all)];
    const found = row && row.querySelector(wanted);
    if (found) found.click();
  };
  const lead = (wanted) => {
    const found = document.querySelector(wanted);
    if (found) found.click();
  };
  const KEYS = {
    "/": () => document.querySelector("header input[name=text]").focus(),
    j: () => move(1),
    k: () => move(-1),
    x: () => inRow("input[type=checkbox]"),
    e: () => inRow(".act a, a.button"),
    n: () => lead("main a[rel=next]"),
    p: () => lead("main a[rel=prev]"),
    "?": () => location.assign("/me#keys"),
  };

  document.addEventListener("keydown", (pressed) => {
    const at = pressed.target;
    if (pressed.isComposing || pressed.altKey || pressed.metaKey) return;
    if (pressed.ctrlKey) {
      const button = pressed.key === "Enter" && at.form && at.form.querySelector("button.main, button");
      if (button) button.click();
      return;
    }
    if (types(at)) return;
    const place = isGoing && PLACES[pressed.key];
    isGoing = pressed.key === "g";
    if (place) location.assign(place);
    else if (KEYS[pressed.key]) {
      pressed.preventDefault();
      KEYS[pressed.key]();
    }
  });
})();
