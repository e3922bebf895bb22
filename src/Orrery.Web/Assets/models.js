// What people write on a model card: only the texts that were changed are sent.
import { ask } from "./orrery.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-card]")) return;
  event.preventDefault();
  const changed = [...form.querySelectorAll("textarea[data-path]")].filter((text) => text.value !== text.defaultValue);
  if (changed.length === 0) {
    form.closest("dialog").close();
    return;
  }
  const fields = Object.fromEntries(changed.map((text) => [text.dataset.path, text.value.trim() || null]));
  if (await ask("PATCH", form.dataset.card, { version: form.dataset.version, fields })) location.reload();
});
