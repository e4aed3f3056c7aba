// What an export of Node-RED holds for each core node: the `defaults` of its editor file (nodes/core/*/*.html).
const common = ["id", "type"];
const placed = [...common, "z", "x", "y"];

const shapes = {
  tab: [...common, "label", "disabled", "info", "env"],
  comment: [...placed, "name", "info", "wires"],
  "mqtt-broker": [
    ...common, "name", "broker", "port", "clientid", "autoConnect", "usetls", "protocolVersion", "keepalive",
    "cleansession", "autoUnsubscribe", "birthTopic", "birthQos", "birthRetain", "birthPayload", "birthMsg",
    "closeTopic", "closeQos", "closeRetain", "closePayload", "closeMsg", "willTopic", "willQos", "willRetain",
    "willPayload", "willMsg", "userProps", "sessionExpiry",
  ],
  "mqtt in": [...placed, "name", "topic", "qos", "datatype", "broker", "nl", "rap", "rh", "inputs", "wires"],
  "mqtt out": [
    ...placed, "name", "topic", "qos", "retain", "respTopic", "contentType", "userProps", "correl", "expiry", "broker",
    "wires",
  ],
  inject: [
    ...placed, "name", "props", "repeat", "crontab", "once", "onceDelay", "topic", "payload", "payloadType", "wires",
  ],
  function: [...placed, "name", "func", "outputs", "timeout", "noerr", "initialize", "finalize", "libs", "wires"],
  switch: [...placed, "name", "property", "propertyType", "rules", "checkall", "repair", "outputs", "wires"],
  change: [...placed, "name", "rules", "action", "property", "from", "to", "reg", "wires"],
  debug: [
    ...placed, "name", "active", "tosidebar", "console", "tostatus", "complete", "targetType", "statusVal",
    "statusType", "wires",
  ],
  trigger: [
    ...placed, "name", "op1", "op2", "op1type", "op2type", "duration", "extend", "overrideDelay", "units", "reset",
    "bytopic", "topic", "outputs", "wires",
  ],
  rbe: [...placed, "name", "func", "gap", "start", "inout", "septopics", "property", "topi", "wires"],
  "link in": [...placed, "name", "links", "wires"],
  "link out": [...placed, "name", "mode", "links", "wires"],
  catch: [...placed, "name", "scope", "uncaught", "wires"],
};

/** What keeps nodes from being imported as they are meant: a sentence each. */
export function shape(nodes) {
  const problems = [];
  const ids = new Map();
  for (const node of nodes) {
    const name = `${node.type} ${node.name ?? node.label ?? node.id}`;
    if (ids.has(node.id)) problems.push(`${name}: the id is taken`);
    ids.set(node.id, node);
    if (!/^[0-9a-f]{16}$/.test(node.id)) problems.push(`${name}: an id is 16 hexadecimal digits`);
    const wanted = shapes[node.type];
    if (!wanted) {
      problems.push(`${name}: no core node that the runner knows`);
      continue;
    }
    for (const key of wanted) if (!(key in node)) problems.push(`${name}: ${key} is missing`);
    for (const key of Object.keys(node)) if (!wanted.includes(key)) problems.push(`${name}: ${key} is unknown`);
  }
  for (const node of nodes) {
    const name = `${node.type} ${node.name ?? node.id}`;
    for (const id of [...(node.wires ?? []).flat(), ...(node.links ?? []), node.broker].filter(Boolean))
      if (node.type !== "mqtt-broker" && !ids.has(id)) problems.push(`${name}: ${id} is no node`);
    if (node.z !== undefined && ids.get(node.z)?.type !== "tab") problems.push(`${name}: ${node.z} is no tab`);
    for (const id of node.links ?? [])
      if (!ids.get(id)?.links?.includes(node.id)) problems.push(`${name}: the link to ${id} has no way back`);
    if (node.outputs !== undefined && node.wires.length !== node.outputs)
      problems.push(`${name}: ${node.outputs} outputs, but ${node.wires.length} are wired`);
  }
  return problems;
}
