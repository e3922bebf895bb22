// What is told once: secrets of tokens, the second factor and its recovery codes.
import qrcode from "./qrcode.js";

const show = (text) => {
  const dialog = document.getElementById("secret");
  document.getElementById("secret-text").textContent = text;
  document.getElementById("secret-copy").dataset.copy = text;
  document.querySelector("dialog[open]")?.close();
  dialog.showModal();
  // However it is left, the page is asked for again: what was made is on it.
  dialog.addEventListener("close", () => location.reload(), { once: true });
};
document.querySelector("[data-secret-kept]")?.addEventListener("click", () => document.getElementById("secret").close());

document.addEventListener("orrery:sent", ({ target, detail }) => {
  if (target.matches("[data-shows-secret]")) show(detail.secret);
  else if (target.matches("[data-shows-codes]")) show(detail.codes.join("\n"));
  else if (target.matches("[data-begins-factor]")) begin(detail);
});

// The address as a picture for the authenticator, and as text for those without a camera.
const begin = ({ secret, uri }) => {
  const code = qrcode(0, "M");
  code.addData(uri);
  code.make();
  const count = code.getModuleCount();
  let path = "";
  for (let row = 0; row < count; row++) for (let column = 0; column < count; column++) if (code.isDark(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
  const svg = document.getElementById("factor-code");
  svg.setAttribute("viewBox", `0 0 ${count + 8} ${count + 8}`);
  svg.querySelector("path").setAttribute("d", path);
  document.getElementById("factor-secret").textContent = secret;
  document.getElementById("factor-uri").textContent = uri;
  document.getElementById("factor-begin").classList.add("d-none");
  document.getElementById("factor-confirm").classList.remove("d-none");
  document.getElementById("factor-digits").focus();
};
