// Histories of metrics as curves: <div data-curves='[{"id", "name"}]'> holds the runs, <div class="chart" data-key="metric"> in it is a chart.
import { base, tell } from "./orrery.js";
import { draw, redraw } from "./charts.js";

// About as many steps as a chart has pixels; fewer where many curves share them, so that the slider stays at hand.
const most = (runs) => (runs.length === 1 ? 2500 : runs.length <= 10 ? 1000 : 500);
const controls = document.querySelector("[data-curve-controls]");
const asked = new URLSearchParams(location.search);
const how = { x: asked.get("x") ?? "", log: asked.get("log") === "1", smooth: Math.min(0.99, Math.max(0, Number(asked.get("smooth")) || 0)) };
const charts = new Map();

// Sampled by the server to about so many steps; a part of them when one has come closer.
const read = async (runs, key, range) => {
  const query = new URLSearchParams([...runs.map((run) => ["run_ids", run.id]), ["metric_key", key], ["max_results", most(runs)], ...(range ? [["start_step", range[0]], ["end_step", range[1]]] : [])]);
  const answer = await fetch(`${base}/api/2.0/mlflow/metrics/get-history-bulk-interval?${query}`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const { metrics = [] } = await answer.json();
  const of = new Map(runs.map((run) => [run.id, []]));
  for (const one of metrics) of.get(one.run_id)?.push([Number(one.step ?? 0), Number(one.timestamp), Number(one.value)]);
  return of;
};

// Exponential moving average without the bias of its beginning, as TensorBoard smooths. What is no number stays as it is; a constant too.
export const smoothed = (values, weight) => {
  if (weight === 0 || values.every((value) => value === values[0])) return values;
  let last = 0;
  let count = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    last = last * weight + (1 - weight) * value;
    count += 1;
    return last / (1 - weight ** count);
  });
};

const across = (history) => {
  if (how.x === "wall") return history.map((one) => one[1]);
  if (how.x === "relative") return history.map((one) => (one[1] - history[0][1]) / 1000);
  return history.map((one) => one[0]);
};

const palette = ["#206bc4", "#d6336c", "#2fb344", "#f76707", "#ae3ec9", "#0ca678", "#f59f00", "#4263eb", "#74b816", "#d63939", "#17a2b8", "#667382"];

const few = 10;
// Further hues by the golden angle: neighbours differ.
const colourOf = (at) => palette[at] ?? `hsl(${Math.round((at * 137.5) % 360)} 65% 45%)`;

const series = ({ runs, histories }) => runs.flatMap((run, at) => {
  const history = histories.get(run.id);
  const places = across(history);
  const values = history.map((one) => one[2]);
  const colour = colourOf(at);
  const line = (numbers, more) => ({
    type: "line", id: run.id, name: run.name, showSymbol: history.length < 30, symbolSize: 5, sampling: "lttb", connectNulls: false, lineStyle: { width: runs.length > few ? 1 : 2 }, itemStyle: { color: colour }, emphasis: { focus: "series" },
    data: numbers.map((value, point) => [places[point], Number.isFinite(value) && !(how.log && value <= 0) ? value : null]), ...more,
  });
  if (how.smooth === 0) return [line(values)];
  if (runs.length > few) return [line(smoothed(values, how.smooth))];
  return [line(smoothed(values, how.smooth)), line(values, { id: `${run.id} raw`, name: `${run.name}, as logged`, silent: true, showSymbol: false, lineStyle: { width: 1, opacity: 0.25 }, tooltip: { show: false }, emphasis: { disabled: true } })];
});

const axes = () => ({
  xAxis: how.x === "wall" ? { type: "time" } : { type: "value", name: how.x === "relative" ? "seconds" : "step", nameLocation: "middle", nameGap: 26, minInterval: how.x ? 0 : 1, min: "dataMin", max: "dataMax", axisLabel: { hideOverlap: true } },
  yAxis: { type: how.log ? "log" : "value", scale: true, axisLabel: { hideOverlap: true } },
});

const paint = (element) => {
  const state = charts.get(element);
  if (!state?.histories) return;
  const many = state.runs.length > 1;
  const chart = draw(element, {
    grid: { left: 60, right: 20, top: many ? 40 : 16, bottom: 46 }, ...axes(), series: series(state),
    legend: many ? { type: "scroll", top: 0, data: state.runs.map((run) => run.name) } : undefined,
    tooltip: { trigger: "axis", confine: true, enterable: true, order: "valueDesc", extraCssText: "max-height: 60vh; overflow: auto" },
    dataZoom: [{ type: "inside", filterMode: "none" }], toolbox: { right: 0, bottom: 0, itemSize: 12, feature: { dataZoom: { yAxisIndex: "none" }, restore: {}, saveAsImage: { name: element.dataset.key } } },
  });
  let wait;
  chart.on("datazoom", () => {
    clearTimeout(wait);
    wait = setTimeout(() => closer(element, chart), 300);
  });
  chart.on("restore", () => closer(element, chart, true));
};

// What one looks at closely is read anew, with every step that fits.
const closer = async (element, chart, whole = false) => {
  const state = charts.get(element);
  if (how.x !== "" || !state.sampled) return;
  const [zoom] = chart.getOption().dataZoom;
  const near = !whole && zoom.end - zoom.start < 99.5;
  try {
    state.histories = near ? await read(state.runs, element.dataset.key, [Math.floor(zoom.startValue), Math.ceil(zoom.endValue)]) : state.whole;
    redraw(element, { series: series(state) });
  } catch {
    tell("A chart's values could not be read.");
  }
};

const show = async (element) => {
  const runs = JSON.parse(element.closest("[data-curves]").dataset.curves);
  const state = { runs };
  charts.set(element, state);
  try {
    state.whole = state.histories = await read(runs, element.dataset.key);
    const longest = Math.max(0, ...[...state.whole.values()].map((one) => one.length));
    state.sampled = longest >= most(runs);
    paint(element);
  } catch {
    tell("A chart's values could not be read.");
  }
};

// Charts are read when they come into view: a run may have hundreds of metrics.
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting || charts.has(target)) continue;
    seen.unobserve(target);
    show(target);
  }
}, { rootMargin: "200px" });
for (const element of document.querySelectorAll("[data-curves] [data-key]")) seen.observe(element);

// Once a frame, however fast somebody moves the slider.
let due;
const again = (whole) => {
  due = { whole: whole || due?.whole, frame: due?.frame ?? requestAnimationFrame(() => {
    const { whole: all } = due;
    due = undefined;
    for (const [element, state] of charts) {
      if (!state.histories) continue;
      if (all) paint(element);
      else redraw(element, { series: series(state) }, state.runs.length <= few);
    }
  }) };
};

if (controls) {
  controls.elements.x.value = how.x;
  controls.elements.log.checked = how.log;
  controls.elements.smooth.value = how.smooth;
  const told = controls.querySelector("output");
  told.textContent = how.smooth;
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("input", (event) => {
    Object.assign(how, { x: controls.elements.x.value, log: controls.elements.log.checked, smooth: Number(controls.elements.smooth.value) });
    told.textContent = how.smooth;
    const here = new URL(location);
    for (const [name, value] of [["x", how.x], ["log", how.log ? "1" : ""], ["smooth", how.smooth || ""]]) value ? here.searchParams.set(name, value) : here.searchParams.delete(name);
    history.replaceState(null, "", here);
    again(event.target.name !== "smooth");
  });
}
