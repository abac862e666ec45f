// Another site, which has somebody's browser do what its owner does not want.
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const path = require("node:path");
const { freePort } = require("./fronts");

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

class Stranger {
  // By https where the visited server is, so that the browser takes a name beside it for the same site.
  static async begin(visit) {
    const stranger = Object.assign(new Stranger(), { visit, port: await freePort() });
    const answer = (request, response) => {
      const asked = new URL(request.url, "http://stranger");
      const words = asked.searchParams;
      response.setHeader("content-type", "text/html; charset=utf-8");
      if (asked.pathname === "/plant") response.setHeader("set-cookie", words.get("cookie"));
      if (asked.pathname === "/frame") return response.end(`<h1>stranger</h1><iframe src="${escaped(words.get("src"))}"></iframe>`);
      const fields = [...words].filter(([name]) => !["action", "enctype", "cookie"].includes(name));
      const inputs = fields.map(([name, value]) => `<input name="${escaped(name)}" value="${escaped(value)}">`).join("");
      const [action, enctype] = [words.get("action") ?? "", words.get("enctype") ?? ""].map(escaped);
      response.end(`<form method="post" action="${action}" enctype="${enctype}">${inputs}<button>go</button></form>`);
    };
    const read = (file) => fs.readFileSync(path.join(visit.place, file));
    stranger.site = visit.front.isHttps
      ? https.createServer({ cert: read("tls.crt"), key: read("tls.key") }, answer)
      : http.createServer(answer);
    await new Promise((over) => stranger.site.listen(stranger.port, "127.0.0.1", over));
    visit.strangers.push(stranger);
    return stranger;
  }

  address(host, page, words) {
    return `http${this.visit.front.isHttps ? "s" : ""}://${host}:${this.port}${page}?${new URLSearchParams(words)}`;
  }

  // Somebody comes to the stranger's page and presses its button; gives the status of the answer.
  async lure(page, host, words) {
    page.isAtStranger = true;
    await page.goto(this.address(host, "/form", words));
    const [answer] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST"), page.click("button")]);
    await page.waitForLoadState("load");
    page.isAtStranger = false;
    return answer.status();
  }

  close() {
    this.site.close();
    this.site.closeAllConnections();
  }
}

module.exports = { Stranger };
