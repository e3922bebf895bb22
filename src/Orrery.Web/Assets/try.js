// Asks a deployment from its page, and has one prediction explained.
import { base } from "./orrery.js";
import { draw } from "./charts.js";

const root = document.getElementById("try");
const at = (name) => root.querySelector(`[data-try-${name}]`);
const { environment, name } = root.dataset;
const variants = JSON.parse(root.dataset.variants);
const path = `${base}/${encodeURIComponent(environment)}`;
const headers = () => ({ "Content-Type": "application/json", "X-Orrery-CSRF": document.body.dataset.csrf ?? "" });
const make = (tag, more, ...inside) => {
  const made = Object.assign(document.createElement(tag), more);
  made.append(...inside);
  return made;
};
const problem = (text) => {
  at("problem").textContent = text;
  at("problem").classList.toggle("d-none", !text);
};

let rows = [];
let example;
let mode;
let last;

// Kinds of rows that the model takes: by names of columns, by keys that features are looked up with.
const kindsOf = (schema) => (schema.anyOf ?? [schema]).filter((one) => one.type === "object" && one.properties)
  .map((one) => ({ properties: one.properties, required: new Set(one.required ?? []), looksUp: one.description }));

const typeOf = (schema) => {
  const types = [schema.type ?? "string"].flat();
  return types.includes("boolean") ? "boolean" : types.length > 1 ? "any" : types[0];
};

const fieldOf = (key, schema, required, index) => {
  const type = typeOf(schema);
  const id = `try-field-${index}`;
  const label = make("label", { className: "form-label", htmlFor: id, textContent: key });
  const control = type === "boolean"
    ? make("select", { id, className: "form-select" }, make("option", { value: "", textContent: required ? "Choose" : "Not given" }), make("option", { value: "true", textContent: "true" }), make("option", { value: "false", textContent: "false" }))
    : make("input", { id, className: "form-control", type: type === "number" || type === "integer" ? "number" : "text", autocomplete: "off" });
  if (type === "number") control.step = "any";
  if (type === "integer") control.step = "1";
  control.required = required;
  control.dataset.key = key;
  control.dataset.kind = type;
  const zero = example?.instances?.[0]?.[key];
  if (required && zero !== undefined && type !== "boolean") control.value = zero;
  return make("div", { className: "col-sm-6" }, label, control);
};

const showMode = (chosen) => {
  mode = chosen;
  for (const button of at("modes").children) button.setAttribute("aria-pressed", String(Number(button.dataset.mode) === chosen)), button.classList.toggle("active", Number(button.dataset.mode) === chosen);
  const row = rows[chosen];
  if (!row) {
    at("fields").replaceChildren(
      make("label", { className: "form-label", htmlFor: "try-json", textContent: "Request as JSON (V1)" }),
      make("textarea", { id: "try-json", className: "form-control font-monospace mb-3", rows: 10, spellcheck: false, value: JSON.stringify(example ?? { instances: [[0]] }, null, 2) }));
    return;
  }
  const names = Object.keys(row.properties);
  const group = (some) => make("div", { className: "row g-2 mb-3" }, ...some.map((key) => fieldOf(key, row.properties[key], row.required.has(key), names.indexOf(key))));
  const optional = names.filter((key) => !row.required.has(key));
  at("fields").replaceChildren(group(names.filter((key) => row.required.has(key))));
  if (row.looksUp) at("fields").prepend(make("p", { className: "text-secondary", textContent: row.looksUp }));
  if (optional.length) at("fields").append(make("details", { className: "mb-3" }, make("summary", { textContent: `Give features yourself (${optional.length})`, className: "mb-2" }), group(optional)));
};

at("begin").addEventListener("click", async () => {
  problem("");
  at("begin").disabled = true;
  try {
    const answer = await fetch(`${path}/v2/models/${encodeURIComponent(name)}/openapi.json`);
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.error ?? said.detail ?? `The server answered ${answer.status}.`);
    const content = said.paths[`/v1/models/${name}:predict`].post.requestBody.content["application/json"];
    example = content.example;
    rows = kindsOf(content.schema.properties.instances.items ?? {}).sort((one, other) => Number(Boolean(other.looksUp)) - Number(Boolean(one.looksUp)));
    const labels = [...rows.map((row) => (row.looksUp ? "By keys" : "All features")), "JSON"];
    at("modes").replaceChildren(make("div", { className: "btn-group" }, ...[]));
    const buttons = labels.map((label, index) => {
      const button = make("button", { type: "button", className: "btn btn-sm me-1", textContent: label });
      button.dataset.mode = String(index);
      button.addEventListener("click", () => showMode(index));
      return button;
    });
    at("modes").replaceChildren(...buttons);
    at("modes").classList.toggle("d-none", buttons.length < 2);
    at("form").classList.remove("d-none");
    at("begin").classList.add("d-none");
    showMode(0);
  } catch (failed) {
    problem(failed.message);
    at("begin").disabled = false;
  }
});

const read = () => {
  if (!rows[mode]) return JSON.parse(document.getElementById("try-json").value);
  const row = {};
  for (const control of at("fields").querySelectorAll("[data-key]")) {
    if (control.value === "") continue;
    const { key, kind } = control.dataset;
    row[key] = kind === "boolean" ? control.value === "true" : kind === "number" || kind === "integer" ? Number(control.value) : kind === "any" && /^-?\d+$/.test(control.value) ? Number(control.value) : control.value;
  }
  return { instances: [row] };
};

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  problem("");
  at("explained").classList.add("d-none");
  let body;
  try {
    body = read();
  } catch (wrong) {
    problem(`That is no JSON: ${wrong.message}`);
    return;
  }
  const variant = document.getElementById("try-variant").value;
  const began = performance.now();
  try {
    const answer = await fetch(`${path}/v1/models/${encodeURIComponent(name)}:predict`, {
      method: "POST", headers: { ...headers(), ...(variant ? { "X-Orrery-Variant": variant } : {}) }, body: JSON.stringify(body),
    });
    const took = performance.now() - began;
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      at("answer").classList.add("d-none");
      problem(said.error ?? said.detail ?? `The server answered ${answer.status}.`);
      return;
    }
    const id = answer.headers.get("X-Orrery-Prediction-Id");
    const by = answer.headers.get("X-Orrery-Variant") ?? variant;
    last = { body, id, by, keys: Boolean(rows[mode]?.looksUp) };
    at("text").textContent = JSON.stringify(said, null, 2);
    at("latency").textContent = `${took.toFixed(1)} ms, seen from this browser`;
    at("by").textContent = by ? `${by}: ${(variants[by] ?? []).join(" version ")}` : "–";
    at("id").textContent = id ?? "–";
    if (id) at("id").href = `${base}/lineage/predictions/${encodeURIComponent(id)}`;
    at("answer").classList.remove("d-none");
  } catch {
    problem("The server cannot be reached.");
  }
});

// A prediction is in its log some seconds after it was answered; until then there is nothing to explain by its id.
const explain = async (asked) => {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${base}/api/v1/explanations/instances`, { method: "POST", headers: headers(), body: JSON.stringify(asked) });
    if (answer.status !== 404 || !asked.prediction_id || tries === 8) return answer;
    await new Promise((resolve) => setTimeout(resolve, 2500));
  }
};

at("explain").addEventListener("click", async () => {
  problem("");
  const [model, version] = variants[last.by] ?? Object.values(variants)[0];
  const named = (last.body.instances ?? []).slice(0, 1).filter((one) => one && typeof one === "object" && !Array.isArray(one));
  const asked = last.keys && last.id ? { prediction_id: last.id } : { model, version, instances: named };
  at("explain").disabled = true;
  const answer = await explain(asked);
  at("explain").disabled = false;
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    problem(said.detail ?? said.title ?? `The server answered ${answer.status}.`);
    return;
  }
  const explained = said.explanations[0];
  const values = Object.entries(explained.values).sort((one, other) => Math.abs(other[1]) - Math.abs(one[1])).slice(0, 15);
  at("method").textContent = `${said.method}, ${said.scale}: from ${explained.base_value.toPrecision(4)} on average to ${explained.prediction.toPrecision(4)} here.`;
  at("values").replaceChildren(...values.map(([key, value]) => make("tr", {}, make("td", { textContent: key }), make("td", { className: "number", textContent: value.toPrecision(4) }))));
  at("explained").classList.remove("d-none");
  draw(at("chart"), {
    grid: { left: 10, right: 20, top: 10, bottom: 30, containLabel: true }, tooltip: {}, xAxis: { type: "value" },
    yAxis: { type: "category", data: values.map(([key]) => key).reverse() },
    series: [{ type: "bar", data: values.map(([, value]) => ({ value, itemStyle: { color: value >= 0 ? "#2fb344" : "#d63939" } })).reverse() }],
  });
});
