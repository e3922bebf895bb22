// Draws what came of what, as the server laid it out; a thing that is chosen is gone on from.
import { dark } from "./orrery.js";
import { draw } from "./charts.js";

for (const element of document.querySelectorAll("[data-lineage]")) {
  const { nodes, edges, rows, columns } = JSON.parse(element.dataset.lineage);
  const height = Math.min(760, Math.max(260, rows * 58 + 80));
  element.style.height = `${height}px`;
  // As wide and high as the drawing, so that nothing is stretched.
  element.style.width = `${Math.max(element.clientWidth, columns * 120 + 180)}px`;
  const wide = element.clientWidth - 180;
  const spread = (values, size) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return values.map((value) => (most > least ? ((value - least) / (most - least)) * size : size / 2));
  };
  const xs = spread(nodes.map((node) => node.x), wide);
  const ys = spread(nodes.map((node) => node.y), height - 80);
  const room = Math.max(70, wide / Math.max(1, columns - 1) - 12);
  const show = () => {
    const text = dark() ? "#dce1e7" : "#182433";
    const chart = draw(element, {
      tooltip: { formatter: ({ dataType, data }) => (dataType === "node" ? `${data.kind}<br><b>${echarts.format.encodeHTML(data.whole)}</b>` : "") },
      series: [{
        type: "graph", layout: "none", roam: true, data: nodes.map((node, index) => ({
          ...node, x: xs[index], y: ys[index], symbol: "roundRect", symbolSize: [16, 16],
          itemStyle: { color: node.colour, borderColor: text, borderWidth: node.asked ? 3 : 0 },
          label: { show: true, position: "bottom", color: text, fontSize: 11, fontWeight: node.asked ? "bold" : "normal", formatter: node.name, width: room, overflow: "truncate" },
        })),
        links: edges, preserveAspect: true, left: 90, right: 90, top: 30, bottom: 50, edgeSymbol: ["none", "arrow"], edgeSymbolSize: 7, lineStyle: { color: "#8a97a8", width: 1.2, curveness: 0.08 },
        emphasis: { focus: "adjacency" },
      }],
    });
    chart.on("click", ({ dataType, data }) => {
      if (dataType === "node" && data.href) location.assign(data.href);
    });
  };
  show();
  document.addEventListener("orrery:theme", show);
}

// <form data-goes="/path"> goes to what its field names.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-goes]");
  if (!form) return;
  event.preventDefault();
  location.assign(`${form.dataset.goes}/${encodeURIComponent(new FormData(form).get("id").trim())}`);
});
