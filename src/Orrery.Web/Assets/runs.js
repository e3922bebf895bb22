// Runs that are ticked in a table: compare, tag, delete, restore; saved views; registering a run's model.
import { ask, base, fields, sure } from "./orrery.js";

const boxes = () => [...document.querySelectorAll("input[name=run][form=picked]")];
const ticked = () => boxes().filter((box) => box.checked).map((box) => box.value);

const count = () => {
  const number = ticked().length;
  for (const button of document.querySelectorAll("[data-needs]")) button.disabled = number < Number(button.dataset.needs);
  const told = document.querySelector("[data-picked-count]");
  if (told) told.textContent = number === 0 ? "Tick runs to compare, tag or delete them." : `${number} ticked`;
  const all = document.querySelector("[data-all]");
  if (all) [all.checked, all.indeterminate] = [number > 0 && number === boxes().length, number > 0 && number < boxes().length];
};
count();
addEventListener("pageshow", count);

// One call a run, a few at once; the first that is refused ends it, and is told.
const each = async (path, body) => {
  const [method, url] = path.split(" ");
  const left = ticked();
  let refused = false;
  const worker = async () => {
    while (left.length > 0 && !refused) if (!(await ask(method, url, { ...body, run_id: left.shift() }))) refused = true;
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  if (!refused) location.reload();
};

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches("[data-all], input[name=run]")) count();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-each]");
  if (!button) return;
  if (button.dataset.confirm && !(await sure(button.dataset.confirm))) return;
  button.disabled = true;
  await each(button.dataset.each, {});
  count();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("form[data-each]")) {
    event.preventDefault();
    await each(form.dataset.each, fields(form));
  } else if (form.matches("[data-save-view]")) {
    event.preventDefault();
    const { name } = fields(form);
    const tag = { experiment_id: form.dataset.saveView, key: `orrery.view.${name}`, value: form.dataset.view };
    if (await ask("POST", "/api/2.0/mlflow/experiments/set-experiment-tag", tag)) location.reload();
  } else if (form.matches("[data-register]")) {
    event.preventDefault();
    const { name, source, description } = fields(form);
    // A model of that name may be there already; the version says what is wrong besides.
    await ask("POST", "/api/2.0/mlflow/registered-models/create", { name });
    const made = await ask("POST", "/api/2.0/mlflow/model-versions/create", { name, source, description, run_id: form.dataset.register });
    if (made) location.assign(`${base}/models/${encodeURIComponent(name)}/versions/${made.model_version.version}`);
  }
});
