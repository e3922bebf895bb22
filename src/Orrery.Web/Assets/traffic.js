// Shares of a deployment: sliders that sum to 100 %, what the server would say of a change before it is made, and the curves while the page is open.
import { ask, base, tell } from "./orrery.js";
import { draw } from "./charts.js";

const text = (tag, content, className) => Object.assign(document.createElement(tag), { textContent: content, className: className ?? "" });
const percent = (share) => (share === null || share === undefined ? "–" : `${Number((100 * share).toFixed(1))} %`);

// Asks without telling the page: a check that fails is part of what is shown.
const look = async (method, path, body) => {
  const headers = { "X-Orrery-CSRF": document.body.dataset.csrf ?? "", "Content-Type": "application/json" };
  const answer = await fetch(base + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  return { ok: answer.ok, said: await answer.json().catch(() => ({})) };
};

const words = { added: "is added", removed: "goes", more: "gets more", less: "gets less", changed: "changes", same: "stays" };
const showVerdict = (into, verdict, policies = []) => {
  const shown = [];
  const head = document.createElement("div");
  head.className = `alert mb-2 ${verdict.allowed ? (verdict.changes ? "alert-success" : "alert-info") : "alert-danger"}`;
  head.append(text("strong", verdict.allowed ? (verdict.changes ? "May be done" : "Changes nothing") : "Would be refused"));
  if (verdict.message) head.append(text("div", verdict.message));
  shown.push(head);
  const list = text("ul", "", "list-unstyled mb-0");
  for (const one of verdict.variants ?? []) {
    if (one.change === "same" && !one.message) continue;
    const line = text("li", `${one.name} (${one.model} ${one.version}) ${words[one.change] ?? one.change}: `);
    line.append(text("strong", one.shadow ? "shadow" : `${percent(one.before)} → ${percent(one.after)}`));
    if (one.approval) {
      const link = text("a", "approval", "ms-2");
      link.href = `${base}/approvals/${encodeURIComponent(one.approval)}`;
      line.append(link);
    }
    if (one.message && one.message !== verdict.message) line.append(text("div", one.message, "text-danger"));
    list.append(line);
  }
  for (const one of policies) {
    const line = text("li", `Policies on ${one.model} ${one.version}: `);
    line.append(text("strong", one.passed ? "hold" : "block it", one.passed ? "text-success" : "text-danger"));
    for (const rule of one.blocked ?? []) line.append(text("div", `${rule.policy} / ${rule.rule}: ${rule.message ?? rule.missing ?? ""}`, "text-danger"));
    for (const rule of one.warnings ?? []) line.append(text("div", `${rule.policy} / ${rule.rule} (warning): ${rule.message ?? rule.missing ?? ""}`, "text-secondary"));
    list.append(line);
  }
  shown.push(list);
  into.replaceChildren(...shown);
};

const form = document.getElementById("traffic-form");
if (form && document.getElementById("traffic-apply")) {
  const { path, environment, revision } = form.dataset;
  const apply = document.getElementById("traffic-apply");
  const json = document.getElementById("traffic-json");
  const note = document.getElementById("traffic-note");
  const verdictAt = document.getElementById("verdict");
  const hint = verdictAt.firstElementChild;
  const begun = form.dataset.spec;
  let spec = JSON.parse(begun);
  let asked = 0;
  let waiting;

  const rows = [...form.querySelectorAll("[data-variant]")].filter((row) => row.querySelector("[data-share]"))
    .map((row) => ({ name: row.dataset.variant, range: row.querySelector("[data-share]"), number: row.querySelector("[data-share-number]") }));
  const put = (row, share) => {
    row.range.value = row.number.value = String(Number(share.toFixed(1)));
  };

  const check = async () => {
    apply.disabled = true;
    const mine = ++asked;
    try {
      const { ok, said } = await look("POST", `${path}/check?expected_revision=${revision}`, spec);
      if (mine !== asked) return;
      const verdict = ok ? said : { allowed: false, changes: true, message: said.detail ?? said.message ?? said.title };
      showVerdict(verdictAt, verdict);
      apply.disabled = !(verdict.allowed && verdict.changes);
      if (!verdict.allowed && verdict.code !== "serving.not_approved") return;
      const grows = (verdict.variants ?? []).filter((one) => ["added", "more", "changed"].includes(one.change));
      const policies = await Promise.all(grows.map((one) =>
        look("GET", `/api/v1/models/${encodeURIComponent(one.model)}/versions/${encodeURIComponent(one.version)}/policies/${encodeURIComponent(environment)}`)));
      if (mine === asked && policies.length) showVerdict(verdictAt, verdict, policies.filter((one) => one.ok).map((one) => one.said));
    } catch {
      if (mine === asked) tell("The server cannot be reached.");
    }
  };
  const checkSoon = () => {
    apply.disabled = true;
    clearTimeout(waiting);
    waiting = setTimeout(check, 350);
  };

  // The others give or take by what they have, so that all together stay 100 %.
  const balance = (moved, wanted) => {
    const share = Math.min(100, Math.max(0, Number.isFinite(wanted) ? wanted : 0));
    const others = rows.filter((row) => row !== moved);
    if (others.length === 0) {
      put(moved, 100);
    } else {
      put(moved, share);
      const had = others.reduce((sum, row) => sum + Number(row.range.value), 0);
      let left = 100 - share;
      others.forEach((row, index) => {
        const part = index === others.length - 1 ? left : Number((had > 0 ? ((100 - share) * Number(row.range.value)) / had : (100 - share) / others.length).toFixed(1));
        put(row, Math.max(0, part));
        left -= part;
      });
    }
    for (const row of rows) {
      const variant = spec.variants.find((one) => one.name === row.name);
      if (variant) variant.weight = Math.round(Number(row.range.value) * 10);
    }
    json.value = JSON.stringify(spec, null, 2);
    checkSoon();
  };
  for (const row of rows) {
    row.range.addEventListener("input", () => balance(row, Number(row.range.value)));
    row.number.addEventListener("change", () => balance(row, Number(row.number.value)));
  }
  json.addEventListener("input", () => {
    try {
      spec = JSON.parse(json.value);
      json.classList.remove("is-invalid");
      const total = (spec.variants ?? []).filter((one) => !one.shadow).reduce((sum, one) => sum + (one.weight ?? 0), 0);
      for (const row of rows) put(row, total > 0 ? (100 * (spec.variants.find((one) => one.name === row.name)?.weight ?? 0)) / total : 0);
      checkSoon();
    } catch {
      json.classList.add("is-invalid");
      apply.disabled = true;
    }
  });
  form.addEventListener("reset", () => {
    spec = JSON.parse(begun);
    asked++;
    clearTimeout(waiting);
    apply.disabled = true;
    verdictAt.replaceChildren(hint);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (apply.disabled) return;
    apply.disabled = true;
    const said = await ask("PUT", `${path}?expected_revision=${revision}`, note.value ? { ...spec, note: note.value } : spec);
    if (said) location.reload();
    else apply.disabled = false;
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-check-rollback]");
    if (!button) return;
    const into = document.querySelector(`#${CSS.escape(button.dataset.opens)} [data-verdict]`);
    if (into.childElementCount) return;
    const { ok, said } = await look("POST", `${path}/rollback/check`, { revision: Number(button.dataset.checkRollback) });
    showVerdict(into, ok ? said : { allowed: false, changes: true, message: said.detail ?? said.title });
  });
}

// The live part's figures over time. The server sends them when they change; a point is taken every few seconds either way.
const chart = document.getElementById("live-chart");
if (chart) {
  const seen = new Map();
  const most = 225;
  const take = () => {
    const now = Date.now();
    for (const row of document.querySelectorAll("[data-live-variant]")) {
      const points = seen.get(row.dataset.liveVariant) ?? seen.set(row.dataset.liveVariant, { rate: [], latency: [] }).get(row.dataset.liveVariant);
      points.rate.push([now, Number(row.dataset.rate)]);
      points.latency.push([now, Number(row.dataset.latency)]);
      for (const list of [points.rate, points.latency]) if (list.length > most) list.shift();
    }
    const series = [...seen].flatMap(([name, points]) => [
      { name: `${name} requests/s`, type: "line", showSymbol: false, data: points.rate },
      { name: `${name} p95 ms`, type: "line", showSymbol: false, yAxisIndex: 1, lineStyle: { type: "dashed" }, data: points.latency },
    ]);
    draw(chart, {
      grid: { left: 50, right: 55, top: 40, bottom: 30 }, legend: { top: 0, type: "scroll" }, tooltip: { trigger: "axis" },
      xAxis: { type: "time", min: Math.min(now - 60000, ...[...seen.values()].map((points) => points.rate[0][0])), max: now, splitNumber: 4, axisLabel: { hideOverlap: true } },
      yAxis: [{ type: "value", min: 0 }, { type: "value", min: 0, splitLine: { show: false } }], series,
    });
  };
  take();
  setInterval(take, 4000);
}
