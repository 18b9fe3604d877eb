// The pages work without this. With it a button swaps the content instead of loading the page anew, and keys work.
"use strict";

const live = () => document.getElementById("said");
let busy = false;

// Put *html* in the place of the page's content; the focus stays where it was, or goes to what stands in its place.
function swap(html, address) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const main = next.getElementById("main");
  const here = document.getElementById("main");
  if (!main || !here || !!next.querySelector(".top") !== !!document.querySelector(".top")) { location.assign(address); return; }
  const at = focused();
  const open = [...here.querySelectorAll("details[open][id]")].map((one) => one.id);
  const scroll = window.scrollY;
  here.replaceWith(main);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  document.title = next.title;
  if (location.href !== address) history.pushState(null, "", address);
  window.scrollTo(0, scroll);
  refocus(at);
  const said = live();
  if (said) { said.tabIndex = -1; announce(said.querySelector("p")?.textContent ?? ""); }
  document.dispatchEvent(new Event("gleaner:swapped"));
}

function focused() {
  const rows = [...document.querySelectorAll("[data-row]")];
  const row = document.activeElement?.closest("[data-row]");
  return { id: document.activeElement?.id, row: row?.dataset.row, index: rows.indexOf(row) };
}

function refocus(at) {
  const same = at.row && document.querySelector(`[data-row="${CSS.escape(at.row)}"]`);
  const rows = [...document.querySelectorAll("[data-row]")];
  const target = same || (at.index >= 0 && rows[Math.min(at.index, rows.length - 1)]) || (at.id && document.getElementById(at.id)) || live();
  target?.focus({ preventScroll: !at.row });
}

function announce(text) {
  let region = document.getElementById("announced");
  if (!region) {
    region = Object.assign(document.createElement("p"), { id: "announced", className: "hidden" });
    region.setAttribute("aria-live", "polite");
    document.body.append(region);
  }
  region.textContent = text;
}

// What no page says: on top of this one, which stays as it is, so that the same button can be pressed again.
function tell(text) {
  live()?.remove();
  const box = Object.assign(document.createElement("div"), { id: "said", className: "said bad" });
  box.setAttribute("role", "status");
  box.append(Object.assign(document.createElement("p"), { textContent: text }));
  document.getElementById("main")?.prepend(box);
  announce(text);
}

// Files that are too much for one go are said before they are sent.
function isTooMuch(form) {
  for (const field of form.querySelectorAll("input[type=file][data-most]")) {
    const bytes = [...field.files].reduce((sum, file) => sum + file.size, 0);
    if (bytes > Number(field.dataset.most)) { tell(field.dataset.tooMuch); return true; }
  }
  return false;
}

async function send(form, button) {
  if (busy) return;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  const data = new FormData(form, button ?? undefined);
  const multipart = form.enctype === "multipart/form-data";
  try {
    const answer = await fetch(button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href, {
      method: "POST", body: multipart ? data : new URLSearchParams(data), credentials: "same-origin",
    });
    const type = answer.headers.get("content-type") ?? "";
    if (!type.startsWith("text/html")) {
      if (answer.ok) location.assign(answer.url); else tell(await answer.text());
      return;
    }
    swap(await answer.text(), answer.url);
  } catch {
    tell(document.body.dataset.unanswered);
  } finally {
    busy = false;
    document.body.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.whole !== undefined) return;
  event.preventDefault();
  if (!isTooMuch(form)) send(form, event.submitter);
});
window.addEventListener("popstate", () => location.reload());

// Keys. A row is what j and k go through; in a row a key presses the button that names it, elsewhere one of the page.
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);

function move(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement?.closest("[data-row]"));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const row = document.activeElement?.closest("[data-row]");
  const found = row?.querySelector(`[data-key="${CSS.escape(key)}"]`)
    ?? [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => !one.closest("[data-row]"));
  if (!found) return false;
  if (found.tagName === "SUMMARY") {
    found.parentElement.open = !found.parentElement.open;
    if (found.parentElement.open) found.parentElement.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    else found.closest("[data-row]")?.focus();
  } else found.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  // What a keyboard has behind AltGr or Option only, such as [ on a German one, is a key all the same.
  const third = event.getModifierState("AltGraph") || (event.altKey && !event.ctrlKey && "[]".includes(event.key));
  if (!third && (event.ctrlKey || event.metaKey || event.altKey)) return;
  const field = event.target.closest?.("input:not([type=checkbox]):not([type=radio]), select, textarea");
  if (event.key === "Escape") {
    const open = document.activeElement?.closest("details[open]");
    if (open) { open.open = false; (open.closest("[data-row]") ?? open.querySelector("summary")).focus(); }
    return;
  }
  if (field) return;
  if (event.key === "j" || event.key === "k") { move(event.key === "j" ? 1 : -1); event.preventDefault(); return; }
  if (event.key === " " && document.activeElement?.matches("[data-row]")) {
    const box = document.activeElement.querySelector("input[type=checkbox]");
    if (box) { box.click(); event.preventDefault(); }
    return;
  }
  // A key that is held down decides once: what comes after it was not looked at.
  if (event.key.length === 1 && event.key !== " " && !event.repeat && press(event.key)) event.preventDefault();
});

// Hours go up and down by their step with the arrow keys; what the field says is the sum that is sent.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("input[data-hours]") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const step = Number(field.dataset.hours);
  const now = Number(field.value.replace(",", "."));
  if (!Number.isFinite(now) || !step) return;
  const next = Math.min(Number(field.dataset.most ?? 24), Math.max(step, now + (event.key === "ArrowRight" ? step : -step)));
  field.value = next.toFixed(2);
  event.preventDefault();
});
