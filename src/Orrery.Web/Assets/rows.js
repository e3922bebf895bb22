// Lists of objects in forms, and answers shown beside them.

// <div data-rows><template>a row with [data-field] inputs</template><div data-rows-here></div><button data-rows-add><input type="hidden" data-type="json"></div>
const read = (control) => {
  if (control.type === "checkbox") return control.checked;
  if (control.value === "") return undefined;
  if (control.dataset.fieldType === "milliseconds") return new Date(control.value).getTime();
  if (control.dataset.fieldType === "time") return new Date(control.value).toISOString();
  return control.value;
};
const gather = (list) => {
  const rows = [...list.querySelectorAll("[data-rows-here] > *")].map((row) => Object.fromEntries([...row.querySelectorAll("[data-field]")].map((control) => [control.dataset.field, read(control)])));
  const kept = rows.filter((row) => Object.values(row).some((value) => value !== undefined && value !== false));
  list.querySelector("input[type=hidden]").value = kept.length ? JSON.stringify(kept) : "";
};
let made = 0;
document.addEventListener("click", (event) => {
  const list = event.target.closest("[data-rows]");
  if (!list) return;
  if (event.target.closest("[data-rows-add]")) {
    const row = list.querySelector("template").content.firstElementChild.cloneNode(true);
    made += 1;
    for (const label of row.querySelectorAll("label")) {
      const control = row.querySelector(`[data-field="${label.dataset.for}"]`);
      if (control) control.id = label.htmlFor = `row-${made}-${label.dataset.for}`;
    }
    list.querySelector("[data-rows-here]").append(row);
    row.querySelector("[data-field]")?.focus();
  } else if (event.target.closest("[data-rows-remove]")) {
    event.target.closest("[data-rows-here] > *").remove();
    gather(list);
  }
});
document.addEventListener("input", (event) => {
  const list = event.target.closest("[data-rows]");
  if (list) gather(list);
});

// <form data-shows="id"> shows what the server answered: whether it holds, and the whole of it.
const words = (key) => key.replaceAll("_", " ");
document.addEventListener("orrery:sent", ({ target, detail }) => {
  const into = document.getElementById(target.dataset.shows);
  if (!into) return;
  const good = detail.valid ?? detail.passed ?? detail.ok;
  const list = document.createElement("dl");
  list.className = "mb-0";
  for (const [key, value] of Object.entries(detail)) {
    if (value === null || (Array.isArray(value) && value.length === 0)) continue;
    const name = document.createElement("dt");
    name.textContent = words(key);
    const text = document.createElement("dd");
    if (typeof value === "object") {
      const pre = document.createElement("pre");
      pre.textContent = JSON.stringify(value, null, 2);
      pre.tabIndex = 0;
      text.append(pre);
    } else text.textContent = String(value);
    list.append(name, text);
  }
  const box = document.createElement("div");
  box.className = `alert ${good === false ? "alert-danger" : good === true ? "alert-success" : "alert-info"} mt-3 mb-0`;
  const head = document.createElement("strong");
  head.textContent = good === false ? (target.dataset.bad ?? "It does not hold") : (target.dataset.good ?? "The server answers");
  const inner = document.createElement("div");
  inner.className = "min-w-0 flex-fill";
  inner.append(head, list);
  box.append(inner);
  into.replaceChildren(box);
  into.scrollIntoView({ block: "nearest" });
});
