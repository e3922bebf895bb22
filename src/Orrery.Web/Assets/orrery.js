// What pages do in the browser. No page depends on it for reading.
const base = document.body.dataset.base ?? "";

const tell = (text) => {
  const problem = document.getElementById("problem");
  problem.textContent = text;
  problem.classList.toggle("d-none", !text);
  if (text) problem.scrollIntoView({ block: "nearest" });
};

// Sends JSON to the API as any client would; tells what it refuses.
const send = async (method, path, body) => {
  tell("");
  const headers = { "X-Orrery-CSRF": document.body.dataset.csrf ?? "" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(base + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    if (answer.ok) return true;
    const problem = await answer.json().catch(() => ({}));
    tell(problem.detail ?? problem.title ?? `The server answered ${answer.status}.`);
  } catch {
    tell("The server cannot be reached.");
  }
  return false;
};

const fields = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));

for (const form of document.querySelectorAll("form[data-sign-in]"))
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await send("POST", "/api/v1/session", fields(form))) location.assign(form.dataset.next);
  });

for (const button of document.querySelectorAll("[data-sign-out]"))
  button.addEventListener("click", async () => {
    if (await send("DELETE", "/api/v1/session")) location.assign(`${base}/sign-in`);
  });

// <form data-send="POST /api/v1/..."> sends its fields, with those of the button that was pressed; data-confirm asks before.
for (const form of document.querySelectorAll("form[data-send]"))
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const question = button?.dataset.confirm ?? form.dataset.confirm;
    if (question && !confirm(question)) return;
    const [method, path] = form.dataset.send.split(" ");
    const pressed = button?.name ? { [button.name]: "number" in button.dataset ? Number(button.value) : button.value } : {};
    const body = { ...fields(form), ...pressed };
    button?.setAttribute("disabled", "");
    if (await send(method, path, body)) location.reload();
    button?.removeAttribute("disabled");
  });

for (const button of document.querySelectorAll("[data-theme-toggle]"))
  button.addEventListener("click", () => {
    const dark = document.documentElement.getAttribute("data-bs-theme") !== "dark";
    document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
    localStorage.setItem("orrery-theme", dark ? "dark" : "light");
  });

// Times in the viewer's zone.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
for (const time of document.querySelectorAll("time[datetime]")) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const target = document.querySelector(`[data-focus-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
});

// <div class="chart" data-metric="run id" data-key="metric"> draws a metric's history.
for (const chart of document.querySelectorAll("[data-metric]")) {
  const query = new URLSearchParams({ run_id: chart.dataset.metric, metric_key: chart.dataset.key, max_results: "10000" });
  fetch(`${base}/api/2.0/mlflow/metrics/get-history?${query}`).then((answer) => answer.json()).then(({ metrics = [] }) => {
    const drawn = echarts.init(chart, document.documentElement.getAttribute("data-bs-theme") === "dark" ? "dark" : null);
    drawn.setOption({
      backgroundColor: "transparent", animation: false, grid: { left: 60, right: 20, top: 20, bottom: 40 }, tooltip: { trigger: "axis" },
      xAxis: { type: "value", name: "step", minInterval: 1 }, yAxis: { type: "value", scale: true },
      series: [{ type: "line", showSymbol: metrics.length < 50, sampling: "lttb", data: metrics.map((one) => [Number(one.step ?? 0), one.value]) }],
    });
    new ResizeObserver(() => drawn.resize()).observe(chart);
  }).catch(() => tell("A chart's values could not be read."));
}
