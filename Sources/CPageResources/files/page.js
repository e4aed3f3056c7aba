// The page: takes what the bridge sends, and shows it. Whatever comes from a device is text, never markup.
import { Flow } from "./flow.js";
import { Chart } from "./chart.js";
import { language, languages, locale, say, translate } from "./words.js";

translate(document.body);
const $ = id => document.getElementById(id);
// The gateway that is shown. Without one in the address it is the bridge's first, as it was when the page was opened:
// which is the first may change, and a command must not go to another one than is seen.
let base = new URLSearchParams(location.search).get("gateway");
const query = parameters => {
  const all = new URLSearchParams(parameters);
  if (base) all.set("gateway", base);
  const text = all.toString();
  return text ? "?" + text : "";
};

// ---- Words, numbers and times, in the reader's own way.

const formats = new Map();
function number(value, digits = 1) {
  if (!formats.has(digits)) formats.set(digits, new Intl.NumberFormat(locale, { maximumFractionDigits: digits }));
  return formats.get(digits).format(value);
}
const watts = value => Math.abs(value) >= 1000 ? `${number(value / 1000, 2)} kW` : `${number(value, 0)} W`;
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const dayTime = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const dateTime = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const dateOnly = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });
const dayOnly = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric" });
const monthOnly = new Intl.DateTimeFormat(locale, { month: "short" });
const hourOnly = new Intl.DateTimeFormat(locale, { hour: "numeric" });
const dayCount = new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long", maximumFractionDigits: 0 });
const daysAgo = new Intl.RelativeTimeFormat(language);
function when(text) {
  const date = new Date(text);
  if (isNaN(date)) return "";
  return Date.now() - date < 20 * 3600e3 ? clock.format(date) : dateTime.format(date);
}
function span(seconds) {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * 86400) return `${number(seconds / 3600, seconds < 36000 ? 1 : 0)} h`;
  return dayCount.format(seconds / 86400);
}
const plain = name => String(name).replaceAll("_", " ");

// Marks that turn the direction of what follows would reach beyond the text that they are in; they are seen instead.
const received = text => JSON.parse(text, (_, value) => typeof value === "string" ? value.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd") : value);

// Sets text only where it differs: a screen reader speaks of changes, and a layout costs time.
function text(node, value) { if (node.textContent !== value) node.textContent = value; }
function element(name, className, ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

// ---- What is known.

// Of each list the last ones; how many there have been tells which are new.
const LISTS = ["events", "results", "writes"], totals = {};
const known = { devices: [], values: new Map(), commands: {}, alerts: [], events: [], results: [], writes: [], info: {}, status: null };
let fields = null, hasAllFields = false, offset = 0, isConnected = false, isGone = false, lostAt = null, yesterday = null;
const house = () => known.values.get("house/0") ?? {};
const isNumber = value => typeof value === "number" && isFinite(value);
const ofBlock = block => known.devices.filter(d => d.block === block).map(d => known.values.get(`${d.name}/${d.port}`)).filter(Boolean);
const battery = () => ofBlock("flexnet_dc")[0] ?? {};

function take(message) {
  if (message.whole) known.values.clear();
  for (const device of message.values ?? []) {
    const key = `${device.device}/${device.port}`;
    known.values.set(key, { ...known.values.get(key), ...device });
  }
  if (message.present) for (const key of [...known.values.keys()]) if (!message.present.includes(key)) known.values.delete(key);
  for (const name of ["devices", "commands", "alerts", "info", "status"]) {
    if (message[name] !== undefined) known[name] = message[name];
  }
  for (const name of LISTS) {
    if (!message[name]) continue;
    const { total, items } = message[name];
    known[name] = message.whole ? items : items.slice(0, Math.max(0, total - totals[name])).concat(known[name]).slice(0, 100);
    totals[name] = total;
  }
  if (message.status) offset = new Date(message.status.now) - Date.now();
  document.body.classList.remove("waiting");
  if (message.status) showTitle();
  showState();
  showNow();
  if (message.alerts) showAlerts();
  if (message.events || message.info) showEvents();
  if (message.results || message.writes) showCommands();
  if (message.devices) { loadFields(hasAllFields).catch(() => {}); loadControls().catch(() => {}); }
  showDevices(Boolean(message.devices || message.present));
}

// ---- State.

function showTitle() {
  const title = known.status.title || "Solar";
  text($("title"), title);
  document.title = isNumber(house().state_of_charge) ? `${number(house().state_of_charge, 0)} % · ${title}` : title;
}

const ageOfReadings = () => known.status?.read_at ? (Date.now() + offset - new Date(known.status.read_at)) / 1000 : null;
const isStale = () => {
  const age = ageOfReadings();
  return age === null || age > known.status.fresh_for || known.values.has("house/0") && house().availability !== "online";
};

function showState() {
  if (!known.status) {
    // What the bridge has written into the page may be old by now.
    if (lostAt) text($("sentence"), say("No connection to the bridge since {0}; what you see is older", clock.format(lostAt)) + ".");
    document.body.classList.toggle("lost", Boolean(lostAt));
    return;
  }
  const age = ageOfReadings(), stale = isStale();
  const body = document.body.classList;
  body.toggle("lost", !isConnected);
  body.toggle("stale", stale && isConnected);
  body.toggle("alert", isConnected && !stale && (known.alerts.length > 0 || !known.status.broker));
  body.toggle("good", isConnected && !stale && known.alerts.length === 0 && known.status.broker);
  let sentence;
  if (isGone) sentence = say("The bridge has no such gateway any more; choose another one");
  else if (!isConnected) sentence = say("No connection to the bridge since {0}; what you see is older", clock.format(lostAt ?? new Date()));
  else if (known.status.standing_by) sentence = say("Another bridge serves, and this one stands by; what you see is older");
  else if (age === null) sentence = say("The gateway has not been read yet");
  else if (age > known.status.fresh_for || stale && known.info.gateway?.state === "silent") sentence = say("The gateway has been silent since {0}; what you see is older", when(known.status.read_at));
  else if (stale) sentence = known.info.gateway?.state === "clock_stopped" ? say("The readings are old: the gateway’s clock stands still") : say("Some readings are too old to go by");
  else if (known.alerts.length) sentence = known.alerts.length === 1 ? say("One thing needs your attention") : say("{0} things need your attention", known.alerts.length);
  else if (!known.status.broker) sentence = say("Readings are fresh, but the MQTT broker can’t be reached");
  else sentence = wellSaid();
  text($("sentence"), sentence + ".");
  text($("age"), age === null ? "" : say("{0} ago", span(age)));
}

// One sentence on what the system does.
function wellSaid() {
  const now = house();
  const sun = now.solar_power, load = now.load_power, direction = now.battery_direction;
  const generator = now.generator_power > 0, grid = now.grid_import_power > 0;
  const isCharging = direction === "charging";
  if (generator) return isCharging ? say("The generator runs and charges the battery") : say("The generator runs");
  if (grid) return isCharging ? say("The grid supplies the house and charges the battery") : say("The grid supplies the house");
  if (isNumber(sun) && isNumber(load) && sun > 0) {
    if (isCharging) return say("The sun supplies the house and charges the battery");
    if (direction === "discharging") return say("Sun and battery supply the house");
    return say("The sun supplies the house");
  }
  if (direction === "discharging") return say("The battery supplies the house");
  return say("All is well");
}

// ---- Now.

const flow = new Flow($("flow"));

function hoursLeft() {
  const settings = ofBlock("flexnet_dc_configuration")[0] ?? {};
  const charge = house().state_of_charge, amps = house().battery_current;
  if (!isNumber(settings.battery_capacity) || !isNumber(charge) || !isNumber(amps)) return null;
  if (amps < -.5) return { words: time => say("{0} left", time), hours: settings.battery_capacity * charge / 100 / -amps };
  if (amps > .5 && charge < 100) return { words: time => say("{0} until full", time), hours: settings.battery_capacity * (100 - charge) / 100 / amps };
  return null;
}

function showNow() {
  const now = house();
  const charge = now.state_of_charge;
  text($("soc"), isNumber(charge) ? number(charge, 0) : "–");
  $("level").style.width = isNumber(charge) ? `${Math.min(100, Math.max(0, charge))}%` : "0";
  document.body.classList.toggle("low", charge < 50 && charge >= 30);
  document.body.classList.toggle("empty", charge < 30);
  const left = hoursLeft();
  const verb = { charging: say("Charging"), discharging: say("Discharging"), idle: say("Idle") }[now.battery_direction] ?? "";
  text($("left"), left && left.hours < 200 ? `${verb}, ${left.words(span(left.hours * 3600))}` : verb);
  facts($("batteryfacts"), batteryFacts());
  const gridIn = now.grid_import_power, gridOut = now.grid_export_power;
  flow.show({
    sun: now.solar_power, home: now.load_power ?? null,
    // In the picture what flows into the middle is positive.
    store: isNumber(now.battery_power) ? -now.battery_power : null,
    grid: isNumber(gridIn) || isNumber(gridOut) ? (gridIn ?? 0) - (gridOut ?? 0) : gridIn === undefined ? gridOut : gridIn,
    generator: now.generator_power,
  }, value => value >= 1000 ? `${number(value / 1000, value < 10000 ? 1 : 0)} kW` : `${number(value, 0)} W`);
  showEnergies();
}

function batteryFacts() {
  const now = house(), one = battery();
  const list = [];
  const add = (name, value, unit, digits = 1) => { if (isNumber(value)) list.push([name, `${number(value, digits)} ${unit}`]); };
  add(say("Voltage"), now.battery_voltage, "V");
  add(say("Current"), now.battery_current, "A");
  add(say("Temperature"), one.battery_temperature, "°C", 0);
  if (isNumber(one.days_since_charge_parameters_met)) {
    const days = one.days_since_charge_parameters_met;
    list.push([say("Last full"), days < 1 ? say("less than a day ago") : daysAgo.format(-Math.round(days * 10) / 10, "day")]);
  }
  add(say("Lowest today"), one.todays_minimum_soc, "%", 0);
  add(say("In today"), now.battery_charge_energy_today, "kWh");
  add(say("Out today"), now.battery_discharge_energy_today, "kWh");
  const capacity = ofBlock("flexnet_dc_configuration")[0]?.battery_capacity;
  if (isNumber(one.lifetime_kah_removed) && capacity > 0) {
    list.push([say("Full cycles, life"), number(one.lifetime_kah_removed * 1000 / capacity, 0)]);
  }
  add(say("Charge taken, life"), one.lifetime_kah_removed, "kAh");
  add(say("Efficiency, cycle"), one.cycle_kwh_charge_efficiency, "%", 0);
  return list;
}

function facts(place, list) {
  if (place.children.length !== list.length) {
    place.replaceChildren(...list.map(() => element("div", "", element("dt"), element("dd"))));
  }
  list.forEach(([name, value], i) => {
    text(place.children[i].firstChild, name);
    text(place.children[i].lastChild, value);
  });
}

const ENERGIES = [
  [say("Sun"), "sun", "solar_energy_today", "solar"], [say("House"), "home", null, "load"],
  [say("Battery in"), "store", "battery_charge_energy_today", "battery_charge"],
  [say("Battery out"), "store", "battery_discharge_energy_today", "battery_discharge"],
  [say("Grid in"), "grid", "grid_import_energy_today", "grid_import"],
  [say("Grid out"), "grid", "grid_export_energy_today", "grid_export"],
  [say("Generator"), "generator", "generator_energy_today", "generator"],
];
function showEnergies() {
  const body = $("energies").tBodies[0];
  const now = house();
  const rows = ENERGIES.map(([name, color, field, key]) => {
    const live = field ? now[field] : yesterday?.today?.[key];
    return { name, color, today: live ?? yesterday?.today?.[key], before: yesterday?.before?.[key] };
  }).filter(row => isNumber(row.today) || isNumber(row.before));
  if (body.rows.length !== rows.length) {
    body.replaceChildren(...rows.map(row => element("tr", "",
      element("th", "", element("span", `key ${row.color}`), element("span", "", row.name)), element("td"), element("td"))));
    for (const row of body.rows) row.cells[0].scope = "row";
  }
  rows.forEach((row, i) => {
    text(body.rows[i].cells[0].lastChild, row.name);
    [row.today, row.before].forEach((value, n) => text(body.rows[i].cells[n + 1], isNumber(value) ? `${number(value)} kWh` : "–"));
  });
}

// ---- Alerts, events, commands.

const MENDS = {
  identity: say("Commands to this device are refused until you have looked and said: mate3 trust."),
  missing: say("Look whether the device is switched on and plugged into the hub."),
  state: say("Look at the disk of the machine that runs the bridge."),
  timer: say("Look at the device itself, and switch it by hand."),
  broker: say("Look at the broker and its log."),
  dropped: say("Look for a program that sends commands without end."),
  undone: say("Something else sets the same value: the keypad, a schedule in the gateway, or another program."),
  command: say("Look at the settings named, and send those again that are missing."),
  gateway: say("Look at the gateway’s power and network. Only one program can read it at a time."),
  battery: say("Compare the battery section of the configuration with your system."),
  history: say("Readings and commands go on; only the history is affected. Look at the disk."),
  clock: say("Set the gateway’s clock: schedules and daily counters go by it."),
};
function showAlerts() {
  $("alerts").hidden = known.alerts.length === 0;
  $("alerts").replaceChildren(...known.alerts.map(alert => {
    const said = alert.message.includes(alert.name) ? alert.message : `${plain(alert.name)}: ${alert.message}`;
    const box = element("div", "warning", element("p", "", said));
    box.append(element("p", "", `${say("Since {0}.", when(alert.since))} ${MENDS[alert.kind] ?? ""}`));
    return box;
  }));
}

function list(place, items, nothing) {
  place.replaceChildren(...(items.length ? items : [element("li", "none", nothing)]));
}
function showEvents() {
  list($("events"), known.events.map(event =>
    element("li", "", element("time", "", `${when(event.at)} · ${plain(event.event)}${event.device ? " · " + event.device : ""}`), event.message)),
  say("Nothing has happened since the bridge was started"));
  const timers = known.info.timed_commands ?? [];
  $("timerbox").hidden = timers.length === 0;
  $("timers").replaceChildren(...timers.map(timer => {
    const left = element("b");
    left.dataset.ends = timer.ends_at;
    const item = element("li", "", say("{0} goes back to {1} in", timer.field, timer.then) + " ", left);
    if (timer.problem) item.append(element("span", "why failed", timer.problem));
    return item;
  }));
  tick();
}

// The ledger keeps what was asked for in lines: the value, and how long.
function asked(text) {
  const [value, ...more] = text.split("\n");
  const time = more.find(line => line.startsWith("for_s "));
  return time ? say("{0} for {1}", value, span(Number(time.slice(6)))) : value;
}

const STATUSES = {
  accepted: say("accepted"), unchanged: say("unchanged"), rejected: say("rejected"), failed: say("failed"),
  unconfirmed: say("unconfirmed"),
};

// The ledger has who and what before it was sent, and the answer why; both have the id.
function showCommands() {
  const ends = new Map(known.writes.filter(w => w.status).map(w => [w.number, w]));
  const answered = new Map(known.results.filter(r => r.id).map(r => [r.id, r]));
  const shown = new Set();
  const rows = known.writes.filter(w => w.field).map(write => {
    const end = ends.get(write.number), answer = answered.get(write.id);
    if (answer) shown.add(answer);
    return {
      at: write.at, field: write.field, asked: asked(write.asked ?? write.written.join(" ")), status: end?.status,
      why: [answer?.reason, write.origin === "revert" ? say("by {0} (end of a timed command)", write.who) : say("by {0}", write.who),
        say("before {0}, written {1}", write.before.join(" ") || say("unknown"), write.written.join(" ")),
        end?.read.length && say("read back {0}", end.read.join(" "))]
        .filter(Boolean).join("; "),
    };
  }).concat(known.results.filter(r => !shown.has(r) && !(r.status === "accepted" && known.writes.some(w => Math.abs(new Date(w.at) - new Date(r.received_at)) < 5000)))
    .map(r => ({ at: r.received_at, field: r.field ?? say("a command"), asked: r.requested ?? "", status: r.status, why: `${r.reason} (${r.code})` })));
  rows.sort((a, b) => new Date(b.at) - new Date(a.at));
  list($("commands"), rows.slice(0, 100).map(row => element("li", "",
    element("time", "", when(row.at)), `${row.field}${row.asked === "" ? "" : " = " + row.asked}: `,
    element("span", row.status ?? "", row.why.endsWith("(dry_run)") ? say("tried only") : row.status ? STATUSES[row.status] ?? row.status : say("under way")),
    element("span", "why", row.why))), say("No command yet"));
}

// ---- Devices.

const FIRST = {
  charge_controller: ["charger_state", "watts", "todays_kwh", "array_voltage", "battery_voltage", "battery_current"],
  flexnet_dc: ["state_of_charge", "battery_voltage", "battery_current", "net_kw", "battery_temperature", "days_since_charge_parameters_met"],
  gateway: ["measured_system_voltage", "temp_ambient", "temp_battery", "error"],
  system_control: ["ags_operational_state", "set_ags_op_mode"],
};
const INVERTER = ["inverter_operating_mode", "load_kw", "output_kw", "charge_kw", "buy_kw", "ac_input_state", "ac_input_voltage", "output_ac_voltage", "l1_output_ac_voltage", "battery_voltage", "error_flags", "warning_flags"];
const important = block => FIRST[block] ?? (block.includes("inverter") && !block.startsWith("sunspec") && !block.endsWith("configuration") ? INVERTER : []);

function shown(value, unit) {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.length ? value.map(plain).join(", ") : say("none");
  if (typeof value === "object") return Object.entries(value).map(([k, v]) => `${plain(k)} ${shown(v)}`).join(", ");
  if (typeof value === "boolean") return value ? say("yes") : say("no");
  const said = typeof value === "number" ? number(value, 3) : unit === null || unit === undefined ? plain(value) : value;
  return unit ? `${said} ${unit}` : String(said);
}

// Only what the cards show, until somebody wants to see more.
async function loadFields(all) {
  const found = await get("api/fields" + query(all ? {} : { names: [...new Set(Object.values(FIRST).flat().concat(INVERTER))].join() }));
  if (hasAllFields && !all) return;
  fields = found;
  hasAllFields = all;
  showDevices(true);
  search();
}
function wantAllFields() { if (!hasAllFields) loadFields(true).catch(() => {}); }
const fieldOf = (block, name) => fields?.[block]?.fields.find(field => field.name === name);
const deviceLabel = device => fields?.[device.block]?.label ?? plain(device.name);

// A device's settings are a block of their own at the same port.
function groups() {
  const first = known.devices.filter(d => !d.block.endsWith("_configuration"));
  const rest = known.devices.filter(d => d.block.endsWith("_configuration"));
  const order = d => d.block.includes("inverter") && !d.block.startsWith("sunspec") ? 0 : d.block === "charge_controller" ? 1 : d.block === "flexnet_dc" ? 2 : d.block === "gateway" ? 3 : d.block === "system_control" ? 4 : 5;
  return first.map(device => ({ device, parts: [device, ...rest.filter(r => r.port === device.port && device.port > 0)] }))
    .sort((a, b) => order(a.device) - order(b.device) || a.device.port - b.device.port);
}

function showDevices(isNew) {
  const place = $("devicelist");
  if (isNew) {
    const open = new Set([...place.querySelectorAll("details[open]")].map(d => d.dataset.key));
    place.replaceChildren(...groups().map(({ device, parts }) => {
      const key = `${device.name}/${device.port}`;
      const card = element("article", "card device");
      card.dataset.key = key;
      card.append(
        element("div", "head", element("h3", "", deviceLabel(device)), element("span", "tag")),
        element("p", "sub", [device.port && say("Port {0}", device.port), device.model, device.serial && say("serial {0}", device.serial), device.firmware && say("firmware {0}", device.firmware)].filter(Boolean).join(" · ") || plain(device.name)),
        element("dl", "facts"));
      const details = element("details", "", element("summary", "", say("All values and settings")), element("div"));
      details.dataset.key = key;
      details.open = open.has(key);
      details.addEventListener("toggle", () => {
        if (details.open) wantAllFields();
        fill(details, parts);
      });
      card.append(details);
      return card;
    }));
  }
  const all = groups();
  [...place.children].forEach((card, i) => {
    const { device, parts } = all[i] ?? {};
    if (!device) return;
    const values = known.values.get(`${device.name}/${device.port}`) ?? {};
    const isOn = values.availability === "online";
    card.classList.toggle("off", !isOn || isStale() || !isConnected);
    const tag = card.querySelector(".tag");
    text(tag, isOn ? device.trusted ? say("online") : say("not trusted") : say("offline"));
    tag.classList.toggle("good", isOn && device.trusted);
    tag.classList.toggle("bad", !isOn || !device.trusted);
    tag.title = device.grade ? say("identity {0}", device.grade) : "";
    facts(card.querySelector("dl"), important(device.block).filter(name => values[name] !== undefined && values[name] !== null).slice(0, 8).map(name => {
      const field = fieldOf(device.block, name);
      return [field?.label ?? plain(name), shown(values[name], field?.unit)];
    }));
    const details = card.querySelector("details");
    if (details.open) fill(details, parts);
  });
  if ($("search").value) search();
}

function rowsOf(device) {
  const values = known.values.get(`${device.name}/${device.port}`) ?? {};
  return Object.entries(values).filter(([name]) => !["device", "port", "availability"].includes(name)).map(([name, value]) => {
    const field = fieldOf(device.block, name);
    return { device, name, label: field?.label ?? plain(name), value: shown(value, field?.unit), kind: field?.kind ?? "measurement" };
  });
}

const KINDS = { measurement: say("Measured"), setting: say("Settings"), identity: say("What it is") };
function fill(details, parts) {
  const place = details.lastChild;
  if (!details.open) { place.replaceChildren(); details.dataset.filled = ""; return; }
  const rows = parts.flatMap(rowsOf);
  const signature = rows.map(row => row.name + row.label).join();
  if (details.dataset.filled !== signature) {
    details.dataset.filled = signature;
    details.cells = [];
    place.replaceChildren(pinLine(parts));
    for (const [kind, title] of Object.entries(KINDS)) {
      const some = rows.filter(row => row.kind === kind);
      if (!some.length) continue;
      const table = element("table", "", element("tbody"));
      for (const row of some) {
        const cell = element("td");
        details.cells.push([row.name + row.device.name, cell]);
        table.tBodies[0].append(element("tr", "", element("td", "", row.label, element("code", "", `${row.device.name}/${row.device.port}/${row.name}`)), cell));
      }
      place.append(element("h3", "", title), table);
    }
  }
  const now = new Map(rows.map(row => [row.name + row.device.name, row.value]));
  for (const [key, cell] of details.cells) text(cell, now.get(key) ?? "–");
}

function pinLine(parts) {
  const words = parts.map(d => {
    const state = known.commands[`${d.name}/${d.port}`];
    return `${plain(d.name)}: ${say("identity {0}", d.grade ?? say("unknown"))}, ${d.trusted ? say("trusted") : say("not trusted")}`
      + (state && state.reason ? "; " + say("commands are refused: {0}", state.reason) : "");
  });
  return element("p", "sub", words.join(". ") + ".");
}

function search() {
  const words = $("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  $("found").hidden = words.length === 0;
  $("devicelist").hidden = words.length > 0;
  if (!words.length) { $("found").replaceChildren(); return; }
  const all = known.devices.flatMap(rowsOf).concat(rowsOf({ name: "house", port: 0, block: "house" }))
    .filter(row => words.every(word => `${row.label} ${row.device.name}/${row.device.port}/${row.name} ${plain(row.name)}`.toLowerCase().includes(word)));
  const table = element("table", "", element("tbody"));
  for (const row of all.slice(0, 120)) {
    table.tBodies[0].append(element("tr", "", element("td", "", row.label, element("code", "", `${row.device.name}/${row.device.port}/${row.name}`)), element("td", "", row.value)));
  }
  const count = element("p", "sub", all.length > 120 ? say("The first {0} of {1}", 120, all.length) : say("{0} found", all.length));
  count.setAttribute("role", "status");
  $("found").replaceChildren(count, table);
}
$("search").addEventListener("input", () => { wantAllFields(); search(); });

// ---- Controls, where the owner allows them. The token stays in this page and is gone when it is left.

let controls = [];
// What is chosen, by its name: a place in a list that changes would become another's. And what was, when that has gone.
let chosen = null, gone = null, isSending = false;
const controlName = one => `${one.device}/${one.port}/${one.field}`;
const chosenControl = () => controls.find(one => controlName(one) === chosen);
const groupOf = one => one.port ? say("{0}, port {1}", one.on, one.port) : one.on;
async function loadControls() {
  const found = await get("api/controls" + query({}));
  if (JSON.stringify(found) === JSON.stringify(controls)) return;
  const before = chosenControl(), value = controlValue();
  controls = found;
  $("controls").hidden = controls.length === 0 && !before && !gone;
  const groups = new Map();
  for (const one of controls) {
    const group = groupOf(one);
    if (!groups.has(group)) groups.set(group, element("optgroup"));
    groups.get(group).label = group;
    // A closed list shows only this, so the device is named here too.
    groups.get(group).append(new Option(`${one.unit ? `${one.label} (${one.unit})` : one.label} · ${group}`, controlName(one)));
  }
  $("controlfield").replaceChildren(...groups.values());
  if (!before && !gone) chosen = $("controlfield").value || null;
  const now = chosenControl();
  if (before && (!now || now.values.length && !now.values.includes(value))) [chosen, gone] = [null, controlName(before)];
  $("controlfield").value = chosen ?? "";
  if (!before || !chosen) showChoices();
  else if (JSON.stringify(now) !== JSON.stringify(before)) showChoices(value);
}
function chooseControl() {
  [chosen, gone] = [$("controlfield").value, null];
  showChoices();
}
function controlValue() {
  return $("controlchoice").hidden ? $("controlvalue").value.trim().replace(",", ".") : $("controlchoice").value;
}
function showChoices(wanted) {
  const one = chosenControl();
  const isChoice = one?.values.length > 0;
  $("controlchoice").hidden = !isChoice;
  $("controlvalue").hidden = isChoice;
  const now = one && known.values.get(`${one.device}/${one.port}`)?.[one.field];
  $("controlchoice").replaceChildren(...(one?.values ?? []).map(value => new Option(value === now ? say("{0} (now)", plain(value)) : plain(value), value)));
  if (wanted !== undefined) $("controlchoice").value = wanted;
  else if (one?.values.includes("off") && now !== "off") $("controlchoice").value = "off";
  $("controlvalue").value = wanted ?? "";
  $("controlvalue").placeholder = now === undefined || now === null ? "" : String(now);
  showTarget();
}
// All that would be sent, in words: a closed list on a small screen shows only their beginning.
function targetWords() {
  const one = chosenControl();
  return [groupOf(one), one.label, `${controlName(one)} = ${shown(controlValue() || "…", one.unit)}`, $("controltime").selectedOptions[0].text].join(" · ");
}
function showTarget() {
  const isChosen = Boolean(chosenControl());
  text($("target"), isChosen ? targetWords() : gone ? say("{0} is not there any more, so nothing is chosen", gone) : say("Nothing is chosen"));
  for (const button of $("control").querySelectorAll("button")) button.disabled = isSending || !isChosen;
}
async function command(isTrial) {
  const one = chosenControl();
  if (!one || isSending) return;
  // A browser sends a request again when its connection is lost: with an id that is no second command.
  const id = [...crypto.getRandomValues(new Uint32Array(4))].map(n => n.toString(36)).join("");
  const body = { device: one.device, port: one.port, field: one.field, dry_run: isTrial, value: controlValue(), id };
  if ($("controltime").value) body.for_s = Number($("controltime").value);
  const target = targetWords();
  const tell = words => text($("answer"), `${target}: ${words}`);
  isSending = true;
  showTarget();
  tell(say("Sent; waiting for the answer …"));
  try {
    const answer = await fetch("api/command" + query({}), {
      method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(25000),
      headers: { "Content-Type": "application/json", "Authorization": "Bearer " + $("token").value },
    });
    const result = received(await answer.text());
    tell(result.error ? say("Not sent: {0}.", result.error)
      : result.code === "dry_run" ? say("Tried only: every check passed, and nothing was written.")
      : [(isTrial ? say("Tried only") : say("Answer")) + `: ${STATUSES[result.status] ?? result.status}.`, result.reason + ".",
        result.value && say("It is {0} now.", plain(result.value))].filter(Boolean).join(" "));
  } catch {
    tell(say("No answer came. Whether it was carried out is said under Commands below."));
  } finally {
    isSending = false;
    showTarget();
  }
}
$("controlfield").addEventListener("change", chooseControl);
for (const id of ["controlchoice", "controlvalue", "controltime"]) $(id).addEventListener("input", showTarget);
$("check").addEventListener("click", () => command(true));
$("control").addEventListener("submit", event => { event.preventDefault(); command(false); });

// ---- History.

const format = {
  axis: value => Math.abs(value) < 1e-9 ? "0" : Math.abs(value) >= 1000 ? `${number(value / 1000, 1)}k` : number(value, 1),
  value: (value, unit) => unit === "W" ? watts(value) : `${number(value, unit === "%" ? 0 : 1)} ${unit}`,
  hour: date => date.getHours() === 0 ? dayOnly.format(date) : hourOnly.format(date),
  day: date => dayOnly.format(date), month: date => monthOnly.format(date),
  time: time => dateTime.format(new Date(time * 1000)),
  moment: (time, step) => step >= 86400 ? dateOnly.format(new Date(time * 1000)) : dayTime.format(new Date(time * 1000)),
};
const RANGES = { day: 86400, week: 7 * 86400, year: 365 * 86400 };
let range = "day", charts = null, loading = null;

async function get(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(15000) });
  if (!answer.ok) throw new Error(answer.status);
  return received(await answer.text());
}

async function loadHistory() {
  if (loading === range || document.hidden) return;
  const wanted = loading = range;
  try {
    const to = Math.floor(Date.now() / 1000), from = to - RANGES[wanted];
    const points = wanted === "year" ? 366 : 340;
    const names = ["solar_power", "load_power", "battery_power", "grid_import_power", "generator_power", "state_of_charge", "battery_voltage"];
    const [rows, energy] = await Promise.all([
      get("api/history" + query({ series: names.map(n => "house." + n).join(), from, to, points })),
      get("api/energy" + query({ from: wanted === "year" ? from : to - 14 * 86400, to })),
    ]);
    if (wanted !== range) return;
    $("charts").hidden = false;
    draw(rows, energy, to, wanted);
    const midnight = new Date(); midnight.setHours(0, 0, 0, 0);
    const before = new Date(midnight); before.setDate(before.getDate() - 1);
    const of = date => energy.days.find(day => Math.abs(day.time - date / 1000) < 7200);
    yesterday = { today: of(midnight), before: of(before) };
    showEnergies();
  } catch (error) {
    // Without a history there are no charts; a bridge that is away says so above.
    if (error.message === "404") $("charts").hidden = true;
  } finally {
    if (loading === wanted) loading = null;
  }
}

function draw(rows, energy, to, wanted) {
  if (!charts) {
    charts = {
      power: new Chart($("chartlist"), say("Power, W"), format), charge: new Chart($("chartlist"), say("State of charge, %"), format),
      energy: new Chart($("chartlist"), say("Energy by day, kWh"), format), volts: new Chart($("chartlist"), say("Battery voltage, V"), format),
    };
  }
  const of = (name, title, color, kind) => {
    const one = rows.series.find(s => s.name === "house." + name);
    return { name: title, color, kind, unit: one.unit, values: one.values };
  };
  const some = { from: rows.from, to: rows.to, step: rows.step, times: rows.times, marks: rows.marks };
  const isUsed = series => series.values.some(value => value > 0);
  charts.power.show({ ...some, zero: true, least: 500, series: [
    of("solar_power", say("Sun"), "sun", "area"), of("load_power", say("House"), "home", "line"), of("battery_power", say("Into the battery"), "store", "line"),
    ...[of("grid_import_power", say("Grid"), "grid", "line"), of("generator_power", say("Generator"), "generator", "line")].filter(isUsed)] });
  charts.charge.show({ ...some, low: 0, high: 100, series: [of("state_of_charge", say("State of charge"), "store", "area")] });
  charts.volts.show({ ...some, least: 2, series: [of("battery_voltage", say("Voltage"), "store", "line")] });
  const days = energy.days;
  const from = wanted === "year" ? to - RANGES.year : to - 14 * 86400;
  const part = (key, name, color) => ({ name, color, unit: "kWh", values: days.map(day => day[key] ?? null) });
  charts.energy.show({ from, to: Math.max(to, ...days.map(day => day.time + 86400)), step: 86400, times: days.map(day => day.time), zero: true, least: 1, columns: true,
    series: [part("solar", say("Sun"), "sun"), part("load", say("House"), "home"),
      ...[part("grid_import", say("Grid"), "grid"), part("generator", say("Generator"), "generator")].filter(isUsed)] });
}

$("ranges").addEventListener("click", event => {
  const chosen = event.target.dataset?.range;
  if (!chosen) return;
  range = chosen;
  for (const button of $("ranges").children) button.setAttribute("aria-pressed", String(button.dataset.range === range));
  loadHistory();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) loadHistory(); });

// ---- The bridge.

function listen() {
  const source = new EventSource("api/stream" + query({}));
  source.addEventListener("message", event => {
    isConnected = true;
    lostAt = null;
    const news = received(event.data);
    base ??= news.status?.gateway ?? null;
    isGone = false;
    take(news);
  });
  source.addEventListener("error", () => {
    if (isConnected || !lostAt) lostAt = new Date();
    isConnected = false;
    showState();
    // It would come back with the address that it began with, and gives up where it is refused.
    source.close();
    setTimeout(listen, 3000);
    get("api/gateways").then(all => { isGone = base !== null && !all.some(one => one.gateway === base); showState(); }, () => {});
  });
}

function tick() {
  showState();
  for (const left of document.querySelectorAll("[data-ends]")) {
    text(left, span((new Date(left.dataset.ends) - Date.now() - offset) / 1000));
  }
}

// The page's own address with another word in it.
function changed(name, value) {
  const all = new URLSearchParams(location.search);
  all.set(name, value);
  return "?" + all;
}
for (const [tag, name] of Object.entries(languages)) {
  const link = element("a", "", name);
  link.lang = link.hreflang = tag;
  link.href = changed("lang", tag);
  if (tag === language) link.setAttribute("aria-current", "true");
  $("languages").append(link);
}

async function chooseGateway() {
  const gateways = await get("api/gateways");
  if (gateways.length < 2) return;
  const place = $("gateways");
  place.replaceChildren(...gateways.map(one => new Option(one.title ?? one.gateway, one.gateway, false, one.gateway === base)));
  place.hidden = false;
  place.addEventListener("change", () => { location.search = changed("gateway", place.value); });
}

listen();
loadHistory();
chooseGateway().catch(() => {});
setInterval(tick, 1000);
setInterval(loadHistory, 60000);
