// A training set made again: asks for it, follows its job, tells whether its rows are the same.
import { ask, base } from "./orrery.js";

const told = document.getElementById("reproduction");
const tell = (kind, ...lines) => {
  told.className = `alert alert-${kind}`;
  told.replaceChildren(...lines.map((line) => Object.assign(document.createElement("div"), { textContent: line })));
};

// Its job's result, or null when it did not come to one.
const follow = async (id) => {
  for (;;) {
    const job = await ask("GET", `/api/v1/jobs/${encodeURIComponent(id)}`);
    if (!job) return null;
    if (job.state === "succeeded") return job.result;
    if (job.state === "failed" || job.state === "cancelled") {
      tell("danger", job.error?.message ?? `The job was ${job.state}.`);
      return null;
    }
    tell("info", `Making it again: ${job.progress ? Math.round((100 * job.progress.done) / (job.progress.total ?? 100)) : 0} % ${job.progress?.message ?? ""}`);
    await new Promise((done) => setTimeout(done, 700));
  }
};

for (const button of document.querySelectorAll("[data-reproduce]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    tell("info", "Making it again of the same sources and definitions ...");
    const begun = await ask("POST", button.dataset.reproduce.slice(base.length), {});
    const result = begun?.job_id ? await follow(begun.job_id) : begun;
    if (result) {
      if (result.equal) tell("success", `Its ${result.row_count} rows are the same: ${result.content_hash}`);
      else tell("warning", "Its rows are not the same.", ...(result.differences ?? []));
    } else if (!begun) told.classList.add("d-none");
    button.disabled = false;
  });
}
