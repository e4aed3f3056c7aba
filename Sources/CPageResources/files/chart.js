// Charts of lines, areas and columns, with gaps where nothing is known.
import { svg } from "./flow.js";
import { say } from "./words.js";

const LEFT = 42, RIGHT = 6, TOP = 8, BOTTOM = 22;

function niceStep(span, count) {
  const raw = span / count;
  const power = Math.pow(10, Math.floor(Math.log10(raw)));
  return [1, 2, 2.5, 5, 10].find(n => n * power >= raw) * power;
}

export class Chart {
  // series: [{name, color (class), kind: "line" | "area", unit}]
  constructor(place, title, format) {
    this.format = format;
    this.box = document.createElement("figure");
    this.box.className = "chart";
    this.box.style.margin = "0";
    const head = document.createElement("h3");
    head.textContent = title;
    this.title = title;
    this.legend = document.createElement("div");
    this.legend.className = "legend";
    this.picture = svg("svg", { role: "img", tabindex: "0" });
    this.box.append(head, this.legend, this.picture);
    place.append(this.box);
    this.cursor = null;
    this.picture.addEventListener("pointermove", event => this.point(event));
    this.picture.addEventListener("pointerdown", event => this.point(event));
    this.picture.addEventListener("pointerleave", () => this.leave());
    this.picture.addEventListener("blur", () => this.leave());
    this.picture.addEventListener("keydown", event => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step || !this.data?.times.length) return;
      event.preventDefault();
      const last = this.data.times.length - 1;
      this.at(Math.min(last, Math.max(0, (this.cursor ?? last + 1) + step)));
    });
    new ResizeObserver(() => this.draw()).observe(this.picture);
  }

  // data: {from, to, step, times, series: [{name, color, kind, unit, values}], marks, low, high, columns}
  show(data) {
    this.data = data;
    this.cursor = null;
    this.draw();
  }

  x(time) { return LEFT + (time - this.data.from) / (this.data.to - this.data.from) * this.width; }
  y(value) { return TOP + (this.high - value) / (this.high - this.low) * this.height; }

  draw() {
    const data = this.data;
    const box = this.picture.getBoundingClientRect();
    if (!data || box.width < 60) return;
    this.width = box.width - LEFT - RIGHT;
    this.height = box.height - TOP - BOTTOM;
    this.picture.replaceChildren();
    const known = data.series.flatMap(s => s.values.filter(v => v !== null));
    this.picture.setAttribute("aria-label", `${this.title}: ${this.words()}`);
    if (!known.length) {
      const text = svg("text", { class: "nothing", x: box.width / 2, y: box.height / 2 });
      text.textContent = say("Nothing is known of this time yet");
      this.picture.append(text);
      this.legend.replaceChildren();
      return;
    }
    let low = data.low ?? Math.min(...known), high = data.high ?? Math.max(...known);
    if (data.zero) { low = Math.min(0, low); high = Math.max(0, high); }
    if (high - low < (data.least ?? 1)) { const middle = (high + low) / 2; low = middle - (data.least ?? 1) / 2; high = low + (data.least ?? 1); if (data.zero && low < 0 && Math.min(...known) >= 0) { high -= low; low = 0; } }
    const step = niceStep(high - low, this.height > 180 ? 5 : 4);
    this.low = data.low ?? Math.floor(low / step + 1e-9) * step;
    this.high = data.high ?? Math.ceil(high / step - 1e-9) * step;
    for (let value = Math.ceil(this.low / step - 1e-9) * step; value <= this.high + step / 1e6; value += step) {
      const y = this.y(value);
      this.picture.append(svg("line", { class: Math.abs(value) < step / 1e6 ? "zero" : "rule", x1: LEFT, x2: LEFT + this.width, y1: y, y2: y }));
      const text = svg("text", { x: LEFT - 7, y: y + 4, "text-anchor": "end" });
      text.textContent = this.format.axis(value);
      this.picture.append(text);
    }
    this.drawTimes();
    if (data.columns) this.drawColumns(); else for (const series of data.series) this.drawSeries(series);
    for (const mark of data.marks ?? []) {
      const x = this.x(mark.time).toFixed(1);
      const line = svg("line", { class: `mark ${mark.kind}`, x1: x, x2: x, y1: TOP + this.height - 9, y2: TOP + this.height });
      const title = svg("title");
      title.textContent = `${this.format.time(mark.time)} ${mark.name.replaceAll("_", " ")} ${mark.text}`;
      line.append(title);
      this.picture.append(line);
    }
    this.line = svg("line", { class: "cursor", y1: TOP, y2: TOP + this.height });
    this.line.style.display = "none";
    this.picture.append(this.line);
    this.tell();
  }

  drawTimes() {
    const { from, to } = this.data;
    const hours = (to - from) / 3600;
    const day = new Date(from * 1000);
    day.setHours(0, 0, 0, 0);
    const ticks = [];
    const room = Math.max(2, Math.floor(this.width / 64));
    if (hours <= 48) {
      const every = [1, 2, 3, 4, 6, 12].find(n => hours / n <= room) ?? 24;
      for (let n = 0; n <= 72; n += every) {
        const date = new Date(day); date.setHours(n);
        ticks.push([date, this.format.hour(date)]);
      }
    } else if (hours <= 24 * 40) {
      const every = Math.ceil(hours / 24 / room);
      for (let n = 0; n <= 40; n += every) {
        const date = new Date(day); date.setDate(date.getDate() + n);
        ticks.push([date, this.format.day(date)]);
      }
    } else {
      const every = Math.ceil(hours / 24 / 30.4 / room);
      for (let n = 0; n <= 14; n += every) ticks.push([new Date(day.getFullYear(), day.getMonth() + n, 1), null]);
      for (const tick of ticks) tick[1] = this.format.month(tick[0]);
    }
    for (const [date, label] of ticks) {
      const time = date.getTime() / 1000;
      const x = this.x(time);
      if (x < LEFT + 8 || x > LEFT + this.width - 8) continue;
      const text = svg("text", { x: x.toFixed(1), y: TOP + this.height + 16, "text-anchor": "middle" });
      text.textContent = label;
      this.picture.append(text);
    }
  }

  drawSeries(series) {
    const { times, step } = this.data;
    const runs = [];
    let run = null, last = null;
    times.forEach((time, i) => {
      const value = series.values[i];
      if (value === null) { run = null; return; }
      // Rows that are missing are a gap as well.
      if (!run || time - last > step * 1.75) runs.push(run = []);
      run.push([this.x(time), this.y(value)]);
      last = time;
    });
    const group = svg("g", { class: series.color });
    for (const points of runs) {
      if (points.length === 1) points.push([points[0][0] + 1.5, points[0][1]]);
      const line = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
      if (series.kind === "area") {
        const floor = this.y(Math.max(this.low, Math.min(0, this.high))).toFixed(1);
        group.append(svg("path", { class: "area", d: `M${points[0][0].toFixed(1)} ${floor}L${line}L${points.at(-1)[0].toFixed(1)} ${floor}Z` }));
      }
      group.append(svg("path", { class: "trace", d: `M${line}` }));
    }
    this.picture.append(group);
  }

  drawColumns() {
    const { times, series, step } = this.data;
    const room = Math.max(1.5, this.width * step / (this.data.to - this.data.from) * .72);
    const each = room / series.length;
    series.forEach((one, n) => {
      const group = svg("g", { class: one.color });
      times.forEach((time, i) => {
        const value = one.values[i];
        if (value === null || value === 0) return;
        const x = this.x(time + step / 2) - room / 2 + n * each;
        const top = this.y(Math.max(0, value)), end = this.y(Math.min(0, value));
        group.append(svg("rect", { class: "column", x: x.toFixed(1), y: top.toFixed(1), width: Math.max(1, each - .5).toFixed(1), height: Math.max(.5, end - top).toFixed(1), rx: Math.min(2, each / 3).toFixed(1) }));
      });
      this.picture.append(group);
    });
  }

  point(event) {
    if (!this.data?.times.length) return;
    const box = this.picture.getBoundingClientRect();
    const shift = this.data.columns ? this.data.step / 2 : 0;
    const time = this.data.from + (event.clientX - box.left - LEFT) / this.width * (this.data.to - this.data.from) - shift;
    let best = 0;
    this.data.times.forEach((t, i) => { if (Math.abs(t - time) < Math.abs(this.data.times[best] - time)) best = i; });
    this.at(best);
  }

  at(index) {
    this.cursor = index;
    if (!this.line) return;
    const x = this.x(this.data.times[index] + (this.data.columns ? this.data.step / 2 : 0)).toFixed(1);
    this.line.setAttribute("x1", x);
    this.line.setAttribute("x2", x);
    this.line.style.display = "";
    this.tell();
  }

  leave() {
    this.cursor = null;
    if (this.line) this.line.style.display = "none";
    this.tell();
  }

  words() {
    return this.data.series.map(s => {
      const known = s.values.filter(v => v !== null);
      if (!known.length) return say("{0} unknown", s.name);
      return say("{0} from {1} to {2}", s.name, this.format.value(Math.min(...known), s.unit), this.format.value(Math.max(...known), s.unit));
    }).join(", ");
  }

  tell() {
    const index = this.cursor;
    const parts = [];
    if (index !== null) {
      const time = document.createElement("b");
      time.textContent = this.format.moment(this.data.times[index], this.data.step);
      parts.push(time);
    }
    for (const series of this.data.series) {
      if (!series.values.some(v => v !== null)) continue;
      const part = document.createElement("span");
      const key = document.createElement("i");
      const name = document.createElement("span");
      name.className = series.color;
      name.append(key);
      part.append(name, series.name);
      if (index !== null) {
        const value = document.createElement("b");
        value.textContent = " " + (series.values[index] === null ? "–" : this.format.value(series.values[index], series.unit));
        part.append(value);
      }
      parts.push(part);
    }
    this.legend.replaceChildren(...parts);
  }
}
