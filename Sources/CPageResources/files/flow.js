// The picture of where power comes from and goes to. Text is set as text, never as markup.
import { say } from "./words.js";

const NS = "http://www.w3.org/2000/svg";
export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// Icons on a field of 24 by 24.
const ICONS = {
  sun: "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M12 2.2v1.6M12 20.2v1.6M2.2 12h1.6M20.2 12h1.6M5 5l1.2 1.2M17.8 17.8L19 19M5 19l1.2-1.2M17.8 6.2L19 5",
  store: "M3 8.5h16v8H3zM19 11h2v3h-2M6 11v3M9.5 11v3M13 11v3",
  home: "M3.5 11.5L12 4l8.5 7.5M6 9.8V20h12V9.8M10 20v-5.5h4V20",
  grid: "M12 3L7.5 21M12 3l4.5 18M5 8.5h14M7 13h10M9.6 8.5L16 17M14.4 8.5L8 17",
  generator: "M4 8h12v9H4zM16 10.5h3.5v4H16M7 8V5.5h6V8M7 17v2.5M13 17v2.5M10.6 9.6L8.4 13h3l-2 3",
};
// Where each stands, and the way from it to the middle.
const PLACES = {
  sun: [200, 58, "M200 100V164"],
  grid: [62, 178, "M104 178H182"],
  home: [338, 178, "M218 178H296"],
  store: [200, 298, "M200 196V256"],
  generator: [62, 298, "M104 290C150 280 160 200 186 188"],
};
const NAMES = { sun: say("Sun"), store: say("Battery"), home: say("House"), grid: say("Grid"), generator: say("Generator") };

export class Flow {
  constructor(place) {
    this.groups = {};
    this.picture = svg("svg", { viewBox: "0 0 400 364", role: "img" });
    this.label = svg("title");
    this.picture.append(this.label);
    for (const [kind, [x, y, way]] of Object.entries(PLACES)) {
      const pulse = svg("path", { class: "pulse", d: way });
      const watts = svg("text", { class: "watts", x, y: y + 22 });
      const what = svg("text", { class: "what", x, y: kind === "store" || kind === "generator" ? y + 56 : y - 48 });
      what.textContent = NAMES[kind];
      const icon = svg("path", { d: ICONS[kind], transform: `translate(${x - 12} ${y - 27})` });
      const node = svg("g", { class: "node" }, svg("circle", { cx: x, cy: y, r: 41 }), icon, watts, what);
      const group = svg("g", { class: kind }, svg("path", { class: "wire", d: way }), pulse, node);
      this.groups[kind] = { group, pulse, watts };
      this.picture.append(group);
    }
    this.picture.append(svg("circle", { class: "hub", cx: 200, cy: 178, r: 16 }));
    place.replaceChildren(this.picture);
  }

  // values: kind → watts, positive into the middle; null where it is not known, undefined where there is no such thing.
  show(values, format) {
    const words = [];
    for (const [kind, { group, pulse, watts }] of Object.entries(this.groups)) {
      const value = values[kind];
      const isKnown = value !== null && value !== undefined;
      group.style.display = value !== undefined || kind === "home" || kind === "store" ? "" : "none";
      watts.textContent = isKnown ? format(Math.abs(value)) : "–";
      const isOn = isKnown && Math.abs(value) >= 1;
      // The house's way is drawn from the middle outwards.
      const isBack = kind === "home" ? value > 0 : value < 0;
      group.classList.toggle("flows", isOn);
      group.classList.toggle("back", isBack);
      // From a trickle to a torrent.
      const seconds = Math.max(.35, 2.2 - Math.log10(Math.max(10, Math.abs(value || 0))) * .5).toFixed(2) + "s";
      if (pulse.style.animationDuration !== seconds) pulse.style.animationDuration = seconds;
      if (!isKnown) continue;
      const gives = kind === "sun" || kind === "generator" || kind !== "home" && value > 0;
      const amount = format(Math.abs(value));
      words.push(!isOn ? say("{0} idle", NAMES[kind]) : gives ? say("{0} gives {1}", NAMES[kind], amount) : say("{0} takes {1}", NAMES[kind], amount));
    }
    const text = words.join(", ");
    if (this.label.textContent !== text) this.label.textContent = text;
  }
}
