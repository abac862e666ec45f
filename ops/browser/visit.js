// An installation, empty or with a town in it, reached in one way, and who comes to it.
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const path = require("node:path");
const { execFileSync, spawn } = require("node:child_process");
const { Authenticator } = require("./authenticator");
const { expectEqual } = require("./expected");
const { hands } = require("./hands");

// What a client may write, and nobody believes.
const FORGED = "203.0.113.77";

class Visit {
  // Where a `town` is given, it is there and its people can sign in.
  static async begin({ binary, browser, front, hasScript, hand = "mouse", isShort, place, town }) {
    fs.mkdirSync(path.join(place, "data"), { recursive: true });
    const visit = Object.assign(new Visit(), { binary, browser, front, hasScript, hand: hands[hand], isShort, place, faults: [], contexts: [], strangers: [] });
    Object.assign(visit, await front.reach(place));
    visit.cookieName = front.isHttps ? "__Host-gradtrail" : "gradtrail";
    const invitations = town?.build(binary, path.join(place, "data"));
    await visit.serve(town ? "网页：" : "set-up#");
    await town?.settle(visit, invitations);
    visit.page = await visit.arrive();
    return visit;
  }

  // Starts the server on its folder, and waits until it has said its last word.
  async serve(last) {
    this.server = spawn(this.binary, ["--data-dir", path.join(this.place, "data"), "serve", ...this.options]);
    this.said = "";
    for (const stream of [this.server.stdout, this.server.stderr]) stream.on("data", (text) => (this.said += text));
    for (let tries = 0; !this.said.includes(last); tries += 1) {
      if (tries > 600 || this.server.exitCode !== null) throw new Error(`the server does not start: ${this.said}`);
      await new Promise((over) => setTimeout(over, 50));
    }
  }

  // Somebody with a browser of their own, who writes into each request that it came from elsewhere.
  async arrive() {
    const context = await this.browser.newContext({
      ...this.hand.browser,
      ignoreHTTPSErrors: true,
      javaScriptEnabled: this.hasScript,
      extraHTTPHeaders: { "x-forwarded-for": FORGED },
      locale: "zh-CN",
    });
    context.setDefaultTimeout(15_000);
    this.contexts.push(context);
    const page = Object.assign(await context.newPage(), { hand: this.hand });
    page.on("pageerror", (fault) => this.faults.push(`script: ${fault}`));
    page.on("console", (told) => {
      if (/Content Security Policy|Refused to/.test(told.text()) && !page.isAtStranger) this.faults.push(told.text());
    });
    return page;
  }

  // Nothing of a page was refused by the browser, and no script failed.
  expectNoFaults() {
    expectEqual(this.faults, [], "the browser complains of nothing");
  }

  async end() {
    for (const context of this.contexts) await context.close();
    for (const stranger of this.strangers) stranger.close();
    const ended = new Promise((over) => this.server.on("exit", over));
    this.server.kill();
    await ended;
    this.stop?.();
    fs.writeFileSync(path.join(this.place, "said"), this.said);
  }

  // A picture of each page, for who looks into a failure.
  async photograph() {
    for (const [nth, context] of this.contexts.entries()) {
      for (const page of context.pages()) await page.screenshot({ path: path.join(this.place, `${nth}.png`) }).catch(() => {});
    }
  }

  // The address of the first set-up, as the server printed it.
  get setUpAddress() {
    return this.said.match(/https?:\S+\/set-up#\S+/)[0];
  }

  // The last position of the log.
  position() {
    const told = execFileSync(this.binary, ["--data-dir", path.join(this.place, "data"), "head"]);
    return JSON.parse(told).position;
  }

  // A request that no browser makes.
  ask(address, { method = "GET", headers = {}, body = "", port = this.port, isHttps = this.front.isHttps } = {}) {
    const host = new URL(this.origin).host;
    const sent = { "content-length": Buffer.byteLength(body), host, ...headers };
    const options = { host: "127.0.0.1", port, path: address, method, headers: sent, rejectUnauthorized: false };
    return new Promise((resolve, reject) => {
      const request = (isHttps ? https : http).request(options, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part) => (text += part));
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  // The cookie of a session, as the browser of a page keeps it.
  async cookie(page = this.page) {
    const kept = await page.context().cookies();
    return kept.find((cookie) => cookie.name === this.cookieName);
  }

  // Whether who sends this value of the cookie is signed in.
  async isIn(value) {
    const answer = await this.ask("/me", { headers: { cookie: `${this.cookieName}=${value}` } });
    if (![200, 303].includes(answer.status)) throw new Error(`${answer.status}: ${answer.text}`);
    return answer.status === 200;
  }

  // Fills the form that leads to a button, and sends it; gives the status of the answer.
  async send(page, fields, button) {
    for (const [name, value] of Object.entries(fields)) await page.fill(`form:has(button:text-is("${button}")) [name=${name}]`, value);
    const [answer] = await Promise.all([
      page.waitForResponse((answer) => answer.request().method() === "POST"),
      page.click(`button:text-is("${button}")`),
    ]);
    await page.waitForLoadState("load");
    return answer.status();
  }

  // What the page says was refused.
  refusal(page = this.page) {
    return page.textContent("[role=alert]");
  }

  // What the page of an invitation shows is taken up by the authenticator.
  async takeUp(page) {
    const secret = await page.textContent("p code");
    const recovery = await page.locator("ol.codes code").allTextContents();
    return new Authenticator(secret.trim(), recovery);
  }

  async signIn(page, { login, password }, code) {
    await page.goto(`${this.origin}/me`);
    expectEqual(new URL(page.url()).pathname, "/sign-in", "who is not signed in is led there");
    return this.send(page, { login, password, code }, "登录");
  }
}

module.exports = { Visit, FORGED };
