// What all pages do in the browser. No page depends on it for reading.
export const base = document.body.dataset.base ?? "";
export const dark = () => document.documentElement.getAttribute("data-bs-theme") === "dark";

export const tell = (text) => {
  const problem = document.querySelector("dialog[open] [role=alert]") ?? document.getElementById("problem");
  if (!problem) return;
  problem.textContent = text;
  problem.classList.toggle("d-none", !text);
  if (text) problem.scrollIntoView({ block: "nearest" });
};

// Asks the API as any client would; tells what it refuses, and gives null then.
export const ask = async (method, path, body) => {
  tell("");
  const headers = { "X-Orrery-CSRF": document.body.dataset.csrf ?? "" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(base + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    tell(said.detail ?? said.message ?? said.title ?? `The server answered ${answer.status}.`);
  } catch {
    tell("The server cannot be reached.");
  }
  return null;
};

// A field's value as data-type says: number, boolean, json, lines (a list, one a line), words (a list by commas), percent (0 to 1),
// time (RFC 3339) and milliseconds (Unix) of a date and time in the viewer's zone, pairs (an object of name=value, by commas).
const typed = {
  number: Number,
  percent: (text) => Number(text) / 100,
  boolean: (text) => text === "true" || text === "on",
  json: JSON.parse,
  lines: (text) => text.split("\n").map((line) => line.trim()).filter(Boolean),
  time: (text) => new Date(text).toISOString(),
  milliseconds: (text) => new Date(text).getTime(),
  pairs: (text) => Object.fromEntries(text.split(",").map((pair) => pair.trim()).filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1).trim()])),
  words: (text) => text.split(",").map((word) => word.trim()).filter(Boolean),
};

// Fields of a form as an object; dots in names nest. Empty ones are left out, save with data-empty: "null" or "text".
export const fields = (form, button) => {
  const body = {};
  const controls = [...form.elements].filter((one) => one.name && !one.disabled && (one.type !== "submit" || one === button) && (one.type !== "radio" || one.checked));
  for (const control of controls) {
    const text = control.type === "checkbox" ? (control.dataset.type === "boolean" ? String(control.checked) : control.checked ? control.value : "") : control.value;
    if (text === "" && !control.dataset.empty) continue;
    const value = text === "" ? (control.dataset.empty === "null" ? null : "") : (typed[control.dataset.type] ?? String)(text);
    const path = control.name.split(".");
    const last = path.pop();
    const at = path.reduce((into, key) => (into[key] ??= {}), body);
    at[last] = "many" in control.dataset ? [...(at[last] ?? []), value] : value;
  }
  return body;
};

// <form data-send="POST /api/v1/things/{id}"> sends its fields, with that of the button that was pressed; {id} is taken from a field.
// data-confirm asks before; data-done is where to go afterwards, {id} taken from the answer; the page again without it.
const submit = async (form, button) => {
  const question = button?.dataset.confirm ?? form.dataset.confirm;
  if (question && !(await sure(question))) return;
  let body;
  try {
    body = fields(form, button);
  } catch (wrong) {
    tell(`A field does not hold JSON: ${wrong.message}`);
    return;
  }
  const [method, template] = (button?.dataset.send ?? form.dataset.send).split(" ");
  const path = template.replace(/\{(\w+)\}/g, (_, key) => {
    const value = encodeURIComponent(body[key] ?? "");
    delete body[key];
    return value;
  });
  button?.setAttribute("disabled", "");
  const said = await ask(method, path, method === "DELETE" && Object.keys(body).length === 0 ? undefined : body);
  if (said) {
    form.dispatchEvent(new CustomEvent("orrery:sent", { bubbles: true, detail: said }));
    const done = button?.dataset.done ?? form.dataset.done;
    if (done === "stay") button?.removeAttribute("disabled");
    else if (done) location.assign(base + done.replace(/\{([\w.]+)\}/g, (_, key) => encodeURIComponent(key.split(".").reduce((at, part) => at?.[part], said) ?? "")));
    else location.reload();
  } else button?.removeAttribute("disabled");
};

// Asks as a dialog of the page.
export const sure = (question) =>
  new Promise((resolve) => {
    const dialog = document.getElementById("sure");
    dialog.querySelector("p").textContent = question;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("[data-send]")) {
    event.preventDefault();
    await submit(form, event.submitter);
  } else if (form.matches("[data-sign-in]")) {
    event.preventDefault();
    if (await ask("POST", "/api/v1/session", fields(form))) location.assign(form.dataset.next);
  }
});

// Filters apply at once where a form says so.
document.addEventListener("change", (event) => event.target.form?.matches("[data-at-once]") && event.target.form.requestSubmit());

document.addEventListener("click", async (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-theme-toggle]")) {
    const next = dark() ? "light" : "dark";
    document.documentElement.setAttribute("data-bs-theme", next);
    localStorage.setItem("orrery-theme", next);
    document.dispatchEvent(new CustomEvent("orrery:theme"));
  } else if (at("[data-sign-out]")) {
    if (await ask("DELETE", "/api/v1/session")) location.assign(`${base}/sign-in`);
  } else if (at("[data-opens]")) {
    document.getElementById(at("[data-opens]").dataset.opens)?.showModal();
  } else if (at("[data-closes]")) {
    at("dialog")?.close();
  } else if (at("[data-copy]")) {
    await navigator.clipboard.writeText(at("[data-copy]").dataset.copy);
    at("[data-copy]").setAttribute("data-copied", "");
  } else if (event.target.matches("dialog[open]")) {
    // Beside it.
    event.target.close();
  }
});

// Keys: "/" and the like go to what names them, Ctrl-K searches.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "k" && palette) {
    event.preventDefault();
    palette.showModal();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const target = document.querySelector(`[data-focus-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.dataset.opens) target.click();
  else target.focus();
});

// The palette: arrows choose among what was found.
const palette = document.getElementById("palette");
if (palette) {
  const text = palette.querySelector("input");
  const options = () => [...palette.querySelectorAll("[role=option]")];
  const choose = (next) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === next));
    next?.scrollIntoView({ block: "nearest" });
    if (next) text.setAttribute("aria-activedescendant", next.id);
    else text.removeAttribute("aria-activedescendant");
  };
  new MutationObserver(() => palette.open && text.dispatchEvent(new Event("palette"))).observe(palette, { attributes: true, attributeFilter: ["open"] });
  palette.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose(all[Math.min(at + 1, all.length - 1)]);
    else if (event.key === "ArrowUp") choose(all[Math.max(at - 1, 0)]);
    else if (event.key === "Enter" && all.length > 0) location.assign(all[Math.max(at, 0)].href);
    else return;
    event.preventDefault();
  });
  palette.addEventListener("htmx:afterSwap", () => choose(options()[0]));
}

// What scrolls sideways can be scrolled by keyboard.
const wide = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

// Times in the viewer's zone; again for what comes later.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
export const localize = (root) => {
  for (const time of root.querySelectorAll("time[datetime]")) {
    if (!time.title) time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
  for (const table of root.querySelectorAll(".table-responsive, pre")) wide.observe(table);
};
localize(document);
document.addEventListener("htmx:load", (event) => localize(event.target));

// Live parts of the page: the server sends them again when they change. A part somebody is typing in, or has a dialog open in, waits.
if (document.querySelector("[data-live]")) {
  let source;
  const open = () => {
    source = new EventSource(location.href);
    source.addEventListener("message", ({ data }) => {
      const [id, html] = JSON.parse(data);
      const part = document.getElementById(id);
      if (!part || part.querySelector("dialog[open]") || part.contains(document.activeElement?.closest("input, textarea, select") ?? null)) return;
      // Made by the server, escaped there; scripts in it would not run.
      const fresh = document.createElement("template");
      fresh.innerHTML = html;
      localize(fresh.content);
      part.replaceChildren(fresh.content);
      window.htmx?.process(part);
      part.dispatchEvent(new CustomEvent("orrery:live", { bubbles: true }));
    });
    source.addEventListener("over", () => source.close());
  };
  const follow = () => (document.hidden ? source?.close() : open());
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => source?.close());
  if (!document.hidden) open();
}
