// Charts by ECharts, in the page's theme.
import { base, dark, tell } from "./orrery.js";

const drawn = new Map();

// Draws on an element; again when the theme changes.
export const draw = (element, option) => {
  drawn.get(element)?.chart.dispose();
  const chart = echarts.init(element, dark() ? "dark" : null);
  chart.setOption({ backgroundColor: "transparent", animation: false, ...option });
  if (!drawn.has(element)) new ResizeObserver(() => drawn.get(element).chart.resize()).observe(element);
  drawn.set(element, { chart, option });
  return chart;
};

document.addEventListener("orrery:theme", () => {
  for (const [element, { option }] of drawn) draw(element, option);
});

// <div class="chart" data-option='{...}'> draws the option as it stands: data and axes from the server.
export const drawAll = (root) => {
  for (const element of root.querySelectorAll("[data-option]")) draw(element, JSON.parse(element.dataset.option));
};
drawAll(document);
document.addEventListener("orrery:live", (event) => drawAll(event.target));

// <div class="chart" data-metric="run id" data-key="metric"> draws a metric's history.
for (const element of document.querySelectorAll("[data-metric]")) {
  const query = new URLSearchParams({ run_id: element.dataset.metric, metric_key: element.dataset.key, max_results: "10000" });
  fetch(`${base}/api/2.0/mlflow/metrics/get-history?${query}`).then((answer) => answer.json()).then(({ metrics = [] }) =>
    draw(element, {
      grid: { left: 60, right: 20, top: 20, bottom: 40 }, tooltip: { trigger: "axis" },
      xAxis: { type: "value", name: "step", minInterval: 1 }, yAxis: { type: "value", scale: true },
      series: [{ type: "line", showSymbol: metrics.length < 50, sampling: "lttb", data: metrics.map((one) => [Number(one.step ?? 0), one.value]) }],
    })).catch(() => tell("A chart's values could not be read."));
}
