// Opens a page in a headless Chromium, over its debugging pipe, and prints what is to be seen there as JSON:
//
//   node look.mjs URL [--size 390x844] [--dark] [--language de] [--wait EXPRESSION] [--evaluate EXPRESSION]
//     [--script FILE] [--screenshot FILE] [--tree]
//
// Waits at most 15 seconds until --wait is true; --script is run before --evaluate. --tree adds the roles and names of
// the accessibility tree.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: options, positionals: [url] } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: "string", default: "1280x800" }, dark: { type: "boolean" },
    language: { type: "string", default: "en" }, wait: { type: "string" },
    script: { type: "string" }, evaluate: { type: "string" }, screenshot: { type: "string" }, full: { type: "boolean" }, tree: { type: "boolean" },
  },
});
const profile = mkdtempSync(join(tmpdir(), "mate3-browser-"));
const browser = spawn("chromium", [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
  `--accept-lang=${options.language}`, `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank",
], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });

const waiting = new Map(), listeners = [];
let buffer = "", last = 0, session;
browser.stdio[4].on("data", data => {
  buffer += data;
  for (let end; (end = buffer.indexOf("\0")) >= 0; buffer = buffer.slice(end + 1)) {
    const message = JSON.parse(buffer.slice(0, end));
    if (message.id) {
      const { resolve, reject } = waiting.get(message.id);
      message.error ? reject(new Error(message.error.message)) : resolve(message.result);
    } else for (const listener of listeners) listener(message);
  }
});
function call(method, params = {}) {
  const id = ++last;
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId: session }) + "\0");
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

let status = 0;
const watchdog = setTimeout(() => { console.error("the browser takes too long"); browser.kill("SIGKILL"); process.exit(1); }, 60000);
try {
  const { targetInfos } = await call("Target.getTargets");
  const { targetId } = targetInfos.find(target => target.type === "page");
  ({ sessionId: session } = await call("Target.attachToTarget", { targetId, flatten: true }));
  const said = [], failed = [];
  listeners.push(({ method, params }) => {
    if (method === "Runtime.consoleAPICalled") said.push(params.args.map(a => a.value ?? a.description).join(" "));
    if (method === "Runtime.exceptionThrown") said.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === "Log.entryAdded") said.push(`${params.entry.source}: ${params.entry.text} ${params.entry.url ?? ""}`);
    if (method === "Network.requestWillBeSent" && !params.request.url.startsWith(new URL(url).origin)) failed.push(params.request.url);
  });
  for (const domain of ["Page", "Runtime", "Log", "Network", "Accessibility"]) await call(`${domain}.enable`);
  const [width, height] = options.size.split("x").map(Number);
  await call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: options.dark ? "dark" : "light" }] });
  await call("Page.navigate", { url });
  const evaluate = async expression => {
    const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  const deadline = Date.now() + 15000;
  let isThere = false;
  while (!isThere && Date.now() < deadline) {
    isThere = Boolean(await evaluate(options.wait ?? "document.readyState === 'complete' && !document.body.classList.contains('waiting')").catch(() => false));
    if (!isThere) await pause(50);
  }
  const answer = { isThere };
  if (options.script) await evaluate(readFileSync(options.script, "utf8"));
  if (options.evaluate) answer.value = await evaluate(options.evaluate);
  answer.timing = await evaluate(`({
    paint: performance.getEntriesByType("paint").find(e => e.name === "first-contentful-paint")?.startTime,
    bytes: performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource")).reduce((sum, e) => sum + e.transferSize, 0),
  })`);
  if (options.tree) {
    const { nodes } = await call("Accessibility.getFullAXTree");
    answer.tree = nodes.filter(n => !n.ignored).map(n => ({ role: n.role?.value, name: n.name?.value ?? "" }));
  }
  if (options.screenshot) {
    const { data } = await call("Page.captureScreenshot", { format: "png", captureBeyondViewport: options.full });
    writeFileSync(options.screenshot, Buffer.from(data, "base64"));
  }
  answer.console = said;
  answer.elsewhere = failed;
  console.log(JSON.stringify(answer));
} catch (error) {
  console.error(String(error));
  status = 1;
} finally {
  clearTimeout(watchdog);
  session = undefined;
  call("Browser.close").catch(() => {});
  const killer = setTimeout(() => browser.kill("SIGKILL"), 3000);
  await new Promise(resolve => browser.exitCode !== null || browser.signalCode ? resolve() : browser.on("exit", resolve));
  clearTimeout(killer);
  // Its last processes may still be writing.
  for (let tries = 0; tries < 20; tries += 1) {
    try { rmSync(profile, { recursive: true, force: true }); break; } catch { await pause(100); }
  }
}
process.exit(status);
