// What has to be so.
"use strict";

function expect(isSo, what) {
  if (!isSo) throw new Error(what);
}

function expectEqual(is, wanted, what) {
  const [left, right] = [is, wanted].map((value) => JSON.stringify(value));
  expect(left === right, `${what}: ${left} is not ${right}`);
}

module.exports = { expect, expectEqual };
