// <form data-uploads="/api/v1/..." data-then="/page/{job_id}"> sends the file of its field data-upload as it is; other fields go into the query.
import { base, tell } from "./orrery.js";

for (const form of document.querySelectorAll("form[data-uploads]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell("");
    const file = form.querySelector("[data-upload]").files[0];
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string" && value));
    const bar = form.querySelector("progress");
    const button = form.querySelector("[type=submit]");
    const request = new XMLHttpRequest();
    request.open("POST", `${base}${form.dataset.uploads}?${query}`);
    request.setRequestHeader("X-Orrery-CSRF", document.body.dataset.csrf ?? "");
    request.setRequestHeader("Content-Type", "application/x-tar");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.classList.remove("d-none");
      bar.value = total ? loaded / total : 0;
    });
    request.addEventListener("loadend", () => {
      button.disabled = false;
      let said = {};
      try {
        said = JSON.parse(request.responseText);
      } catch {
        // Told below.
      }
      if (request.status >= 200 && request.status < 300) location.assign(base + form.dataset.then.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(said[key] ?? "")));
      else tell(said.detail ?? said.message ?? (request.status ? `The server answered ${request.status}.` : "The server cannot be reached."));
    });
    button.disabled = true;
    request.send(file);
  });
}
