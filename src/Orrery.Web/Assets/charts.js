// Charts by ECharts, in the page's theme.
import { dark } from "./orrery.js";

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

// Changes what is drawn on an element, without drawing all of it again. Series of the same ids are changed; with replace, others go.
export const redraw = (element, part, replace = true) => {
  const entry = drawn.get(element);
  if (!entry) return draw(element, part);
  entry.option = { ...entry.option, ...part };
  entry.chart.setOption(part, replace ? { replaceMerge: ["series"] } : {});
  return entry.chart;
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
