// Runs Node-RED flows made of core nodes, as far as the examples use them, without Node-RED.
//
//   NODE_PATH=/usr/share/nodejs node run-flow.mjs FLOWS.json mqtt://127.0.0.1:1883 [NAME=MILLISECONDS …]
//
// NAME=MILLISECONDS is the time that the trigger nodes of that name wait, instead of their own. The name of an inject
// node as a message on run-flow/press presses its button. Each line of standard output is JSON:
// {"ready":true}, {"received":NODE,"topic":…} for the first message of each mqtt in node, {"sent":TOPIC,"payload":…},
// {"debug":NODE,"payload":…}, {"status":NODE,"text":…} or {"error":NODE,"message":…}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vm from "node:vm";
import { shape } from "./shape.mjs";

const mqtt = createRequire(import.meta.url)("mqtt");

const [file, url, ...waits] = process.argv.slice(2);
const waitOf = new Map(waits.map((wait) => wait.split("=")));
const press = "run-flow/press";

const nodes = JSON.parse(readFileSync(file, "utf8"));
const problems = shape(nodes);
if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  process.exit(1);
}

const byId = new Map(nodes.map((node) => [node.id, node]));
const contexts = new Map();
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const label = (node) => node.name || node.type;
const clone = (value) => structuredClone(value);

/** Values kept by a node, a tab or all, as Node-RED's context stores do. */
function context(key) {
  if (!contexts.has(key)) contexts.set(key, new Map());
  const store = contexts.get(key);
  return {
    get: (name) => store.get(name),
    set: (name, value) => void (value === undefined ? store.delete(name) : store.set(name, value)),
    keys: () => [...store.keys()],
  };
}

function property(object, path) {
  return path.split(".").reduce((value, part) => value?.[part], object);
}

function setProperty(object, path, value) {
  const parts = path.split(".");
  const last = parts.pop();
  let place = object;
  for (const part of parts) place = place[part] ??= {};
  if (value === undefined) delete place[last];
  else place[last] = value;
}

/** A value as the editor's typed inputs give it. */
function typed(value, type, msg, node) {
  switch (type) {
    case "num": return Number(value);
    case "bool": return value === "true" || value === true;
    case "json": return JSON.parse(value);
    case "date": return Date.now();
    case "msg": return clone(property(msg, value));
    case "flow": return clone(context(node.z).get(value));
    case "str": return value;
    default: throw new Error(`the runner does not know values of the type ${type}`);
  }
}

function emit(node, outputs) {
  (node.wires ?? []).forEach((targets, port) => {
    const messages = [outputs[port] ?? []].flat();
    for (const message of messages)
      for (const target of targets) deliver(target, message);
  });
}

function deliver(id, msg) {
  const node = byId.get(id);
  const copy = clone(msg);
  setImmediate(() => {
    try {
      work[node.type](node, copy);
    } catch (error) {
      fail(node, error, copy);
    }
  });
}

function fail(node, error, msg) {
  print({ error: label(node), message: String(error.message ?? error) });
  for (const other of nodes)
    if (other.type === "catch" && other.z === node.z)
      emit(other, [{ ...msg, error: { message: String(error.message ?? error) } }]);
}

const timers = new Map();

const operators = {
  eq: (a, b) => a == b,
  neq: (a, b) => a != b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  istype: (a, b) => (b === "array" ? Array.isArray(a) : typeof a === b),
  empty: (a) => a?.length === 0,
  nempty: (a) => a?.length > 0,
  null: (a) => a === null || a === undefined,
  nnull: (a) => a !== null && a !== undefined,
};

const work = {
  function(node, msg) {
    const send = (result) => emit(node, Array.isArray(result) ? result : [result]);
    const sandbox = {
      msg,
      context: context(node.id),
      flow: context(node.z),
      global: context("global"),
      node: {
        send: (result) => send(result),
        error: (message) => fail(node, { message }, msg),
        warn: (message) => print({ error: label(node), message }),
        status: (status) => print({ status: label(node), text: status.text ?? "" }),
      },
      Date,
      Math,
      JSON,
    };
    const result = vm.runInNewContext(`(() => {${node.func}\n})()`, sandbox, { timeout: 1000 });
    if (result) send(result);
  },

  switch(node, msg) {
    const value = typed(node.property, node.propertyType, msg, node);
    const outputs = [];
    let isTaken = false;
    for (const [index, rule] of node.rules.entries()) {
      let holds;
      if (rule.t === "else") holds = !isTaken;
      else holds = operators[rule.t](value, rule.v === undefined ? undefined : rule.t === "istype" ? rule.v : typed(rule.v, rule.vt, msg, node));
      outputs[index] = holds ? msg : null;
      isTaken ||= holds;
      if (holds && node.checkall === "false") break;
    }
    emit(node, outputs);
  },

  change(node, msg) {
    for (const rule of node.rules) {
      if (rule.t === "set") setProperty(msg, rule.p, typed(rule.to, rule.tot, msg, node));
      else if (rule.t === "delete") setProperty(msg, rule.p, undefined);
      else throw new Error(`the runner does not know the change rule ${rule.t}`);
    }
    emit(node, [msg]);
  },

  rbe(node, msg) {
    const store = context(node.id);
    const key = node.septopics ? String(property(msg, node.topi)) : "";
    const value = JSON.stringify(property(msg, node.property));
    const isNew = store.get(key) !== value;
    const isSilent = node.func === "rbei" && store.get(key) === undefined;
    store.set(key, value);
    if (isNew && !isSilent) emit(node, [msg]);
  },

  trigger(node, msg) {
    const key = `${node.id} ${node.bytopic === "topic" ? property(msg, node.topic) : ""}`;
    if (msg.reset !== undefined || (node.reset !== "" && String(msg.payload) === node.reset)) {
      clearTimeout(timers.get(key)?.timer);
      timers.delete(key);
      return;
    }
    const running = timers.get(key);
    if (running) {
      running.latest = msg;
      return;
    }
    const units = { ms: 1, s: 1000, min: 60_000, hr: 3_600_000 };
    const wait = Number(waitOf.get(node.name) ?? Number(node.duration) * units[node.units]);
    const entry = { latest: msg };
    if (node.op1type !== "nul") throw new Error("the runner knows triggers that send nothing first");
    entry.timer = setTimeout(() => {
      timers.delete(key);
      emit(node, [entry.latest]);
    }, wait);
    timers.set(key, entry);
  },

  debug(node, msg) {
    print({ debug: label(node), payload: node.complete === "true" ? msg : property(msg, node.complete) });
  },

  "link out"(node, msg) {
    for (const id of node.links) emit(byId.get(id), [msg]);
  },

  "mqtt out"(node, msg) {
    const topic = node.topic || msg.topic;
    const payload = typeof msg.payload === "object" ? JSON.stringify(msg.payload) : String(msg.payload);
    print({ sent: topic, payload });
    client.publish(topic, payload, { qos: Number(node.qos || msg.qos || 0), retain: node.retain === "true" });
  },

  inject(node) {
    const msg = {};
    for (const prop of node.props) {
      if (prop.p === "payload") msg.payload = typed(node.payload, node.payloadType, msg, node);
      else if (prop.p === "topic") msg.topic = node.topic;
      else setProperty(msg, prop.p, typed(prop.v, prop.vt, msg, node));
    }
    emit(node, [msg]);
  },
};

/** Whether a topic matches a filter (MQTT 5, section 4.7). */
function matches(filter, topic) {
  const levels = topic.split("/");
  const wanted = filter.split("/");
  return wanted.every((part, index) => part === "#" || (index < levels.length && (part === "+" || part === levels[index])))
    && (wanted.at(-1) === "#" || wanted.length === levels.length);
}

const received = new Set();

function arrive(node, topic, bytes, packet) {
  const text = bytes.toString("utf8");
  const msg = { topic, payload: text, qos: packet.qos, retain: packet.retain };
  if (!received.has(node.id)) {
    received.add(node.id);
    print({ received: label(node), topic });
  }
  if (node.datatype === "json") {
    // An empty payload clears a retained topic.
    if (text === "") return;
    try {
      msg.payload = JSON.parse(text);
    } catch (error) {
      fail(node, error, msg);
      return;
    }
  }
  emit(node, [msg]);
}

const inputs = nodes.filter((node) => node.type === "mqtt in");
const client = mqtt.connect(url, { protocolVersion: 5, reconnectPeriod: 100 });
client.on("message", (topic, bytes, packet) => {
  if (topic === press) {
    const node = nodes.find((node) => node.type === "inject" && node.name === bytes.toString("utf8"));
    if (node) work.inject(node);
    else print({ error: bytes.toString("utf8"), message: "there is no inject node of this name" });
  }
  for (const node of inputs) if (matches(node.topic, topic)) arrive(node, topic, bytes, packet);
});
client.on("error", (error) => print({ error: "broker", message: error.message }));
client.on("connect", () => {
  const filters = Object.fromEntries(inputs.map((node) => [node.topic, { qos: Number(node.qos) }]));
  client.subscribe({ ...filters, [press]: { qos: 1 } }, (error) => {
    if (error) print({ error: "broker", message: error.message });
    for (const node of nodes) if (node.type === "inject" && node.once) work.inject(node);
    print({ ready: true });
  });
});
