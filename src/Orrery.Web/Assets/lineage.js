// Draws what came of what, as the server laid it out; a thing that is chosen is gone on from.
import { dark } from "./orrery.js";
import { draw } from "./charts.js";

for (const element of document.querySelectorAll("[data-lineage]")) {
  const { nodes, edges, rows } = JSON.parse(element.dataset.lineage);
  element.style.height = `${Math.min(760, Math.max(260, rows * 58 + 80))}px`;
  const show = () => {
    const text = dark() ? "#dce1e7" : "#182433";
    const chart = draw(element, {
      tooltip: { formatter: ({ dataType, data }) => (dataType === "node" ? `${data.kind}<br><b>${echarts.format.encodeHTML(data.whole)}</b>` : "") },
      series: [{
        type: "graph", layout: "none", roam: true, data: nodes.map((node) => ({
          ...node, symbol: "roundRect", symbolSize: [16, 16],
          itemStyle: { color: node.colour, borderColor: text, borderWidth: node.asked ? 3 : 0 },
          label: { show: true, position: "bottom", color: text, fontSize: 11, fontWeight: node.asked ? "bold" : "normal", formatter: node.name },
        })),
        links: edges, edgeSymbol: ["none", "arrow"], edgeSymbolSize: 7, lineStyle: { color: "#8a97a8", width: 1.2, curveness: 0.08 },
        left: 90, right: 90, top: 30, bottom: 50, emphasis: { focus: "adjacency" },
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
