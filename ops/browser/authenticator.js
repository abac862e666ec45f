// What a member of staff carries: the authenticator on the telephone, and the sheet with recovery codes.
"use strict";

const crypto = require("node:crypto");

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP = 30_000;

class Authenticator {
  // `secret` as the page shows it, to be typed.
  constructor(secret, recovery) {
    const bits = [...secret.replaceAll(" ", "")].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, "0")).join("");
    this.key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
    this.recovery = [...recovery];
    this.step = 0;
  }

  // A code that was not shown before: of this half minute, else of the next one, which servers take, too (RFC 6238).
  async next() {
    this.step = Math.max(Math.floor(Date.now() / STEP), this.step + 1);
    const early = (this.step - 1) * STEP - Date.now();
    if (early > 0) await new Promise((over) => setTimeout(over, early));
    return this.shown();
  }

  // The code that was shown last.
  shown() {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(this.step));
    const mac = crypto.createHmac("sha1", this.key).update(counter).digest();
    const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, "0");
  }
}

module.exports = { Authenticator };
