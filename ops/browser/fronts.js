// The ways in which a server is reached. Each has a name, whether it is https, whether it is plain http beyond the machine,
// and what makes it: `reach` gives the address that people type and the options of `gradtrail serve`, and starts what
// stands before the server.
"use strict";

const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { execFileSync, spawn } = require("node:child_process");

const HOST = "shixi.lan";

// A port that was free a moment ago.
function freePort() {
  return new Promise((resolve, reject) => {
    const listening = net.createServer();
    listening.on("error", reject);
    listening.listen(0, "127.0.0.1", () => {
      const { port } = listening.address();
      listening.close(() => resolve(port));
    });
  });
}

// A certificate of these names that nobody else vouches for.
function certificate(place) {
  const [cert, key] = ["tls.crt", "tls.key"].map((file) => path.join(place, file));
  const names = [HOST, `tuoguan.${HOST}`, "evil.lan"].map((name) => `DNS:${name}`).join(",");
  const make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=gradtrail".split(" ");
  execFileSync("openssl", [...make, "-addext", `subjectAltName=${names}`, "-keyout", key, "-out", cert], { stdio: "pipe" });
  return { cert, key };
}

// The project's own example for nginx, changed in nothing but addresses and files.
async function nginx(place, { server, https, http }) {
  const { cert, key } = certificate(place);
  let text = fs.readFileSync(path.join(__dirname, "../deploy/nginx.conf"), "utf8");
  for (const [from, to] of [
    ["server 127.0.0.1:8080 ", `server 127.0.0.1:${server} `],
    ["listen 80;", `listen 127.0.0.1:${http};`],
    ["listen 443 ssl;", `listen 127.0.0.1:${https} ssl;`],
    ["/etc/gradtrail/tls.crt", cert],
    ["/etc/gradtrail/tls.key", key],
    ["shixi.example.cn", HOST],
  ]) {
    if (!text.includes(from)) throw new Error(`ops/deploy/nginx.conf says no ${from}`);
    text = text.replaceAll(from, to);
  }
  const own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((of) => `${of}_temp_path ${place}/nginx-${of};`);
  const main = path.join(place, "nginx.conf");
  fs.writeFileSync(path.join(place, "gradtrail.conf"), text);
  fs.writeFileSync(
    main,
    `daemon off; master_process off; pid ${place}/nginx.pid; error_log ${place}/nginx.log;\n` +
      `events {}\nhttp { access_log off; ${own.join(" ")} include ${place}/gradtrail.conf; }\n`,
  );
  const process = spawn("nginx", ["-p", place, "-e", `${place}/nginx.log`, "-c", main], { stdio: "ignore" });
  for (let tries = 0; !(await answers(https)); tries += 1) {
    if (tries > 100 || process.exitCode !== null) throw new Error(`nginx: ${fs.readFileSync(`${place}/nginx.log`)}`);
  }
  return process;
}

// Whether somebody listens at a port, or a moment later.
function answers(port) {
  return new Promise((resolve) => {
    const stream = net.connect(port, "127.0.0.1", () => {
      stream.destroy();
      resolve(true);
    });
    stream.on("error", () => setTimeout(() => resolve(false), 50));
  });
}

const fronts = [
  {
    name: "http on the machine itself",
    async reach() {
      const port = await freePort();
      return { origin: `http://127.0.0.1:${port}`, port, options: ["--listen", `127.0.0.1:${port}`] };
    },
  },
  {
    name: "https",
    isHttps: true,
    async reach(place) {
      const port = await freePort();
      const { cert, key } = certificate(place);
      const tls = ["--tls-cert", cert, "--tls-key", key];
      const origin = `https://${HOST}:${port}`;
      return { origin, port, options: ["--listen", `127.0.0.1:${port}`, "--public-url", origin, ...tls] };
    },
  },
  {
    name: "plain http of a name in the network",
    isPlain: true,
    async reach() {
      const port = await freePort();
      const origin = `http://${HOST}:${port}`;
      return { origin, port, options: ["--listen", `127.0.0.1:${port}`, "--public-url", origin, "--plain-http"] };
    },
  },
  {
    name: "https behind nginx",
    isHttps: true,
    isProxied: true,
    async reach(place) {
      const [server, https, http] = [await freePort(), await freePort(), await freePort()];
      const before = await nginx(place, { server, https, http });
      const origin = `https://${HOST}:${https}`;
      const options = ["--listen", `127.0.0.1:${server}`, "--public-url", origin, "--trusted-hops", "1"];
      return { origin, port: https, plainPort: http, options, stop: () => before.kill() };
    },
  },
];

module.exports = { fronts, certificate, freePort };
