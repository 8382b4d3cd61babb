// Runs the query in place. Without this script the form does the same by itself, page by page.
import { readAnswer, Problem } from "./query/answers.js";
import { PlainEditor, PlainAnswer } from "./query/plain.js";
import { RichEditor, RichAnswer } from "./query/rich.js";

const form = document.querySelector("form.query");
const button = form.querySelector("button[value=html]");
const told = document.querySelector("#told");
const share = document.querySelector("#share");
const LONGEST_LINK = 8000; // bytes of a request line that the server takes, but for the rest of the line

const rich = "Yasgui" in window;
const editor = rich ? new RichEditor(form, JSON.parse(form.dataset.prefixes)) : new PlainEditor(form);
const answer = new (rich ? RichAnswer : PlainAnswer)(
  document.querySelector("#answer"),
  JSON.parse(form.dataset.prefixes),
);
let running = null;

form.addEventListener("submit", (event) => {
  editor.save();
  if (event.submitter && event.submitter !== button) return; // a download
  event.preventDefault();
  if (running) running.abort();
  else run();
});
editor.onRun(() => form.requestSubmit(button));
editor.onChange(link);
link();

// A link that ends in #run shows its answer at once.
if (location.hash === "#run") form.requestSubmit(button);

async function run() {
  running = new AbortController();
  button.textContent = "Stop";
  told.textContent = "Running …";
  editor.clear();
  document.querySelector("#problem")?.remove();
  const began = performance.now();
  try {
    const found = await readAnswer(form.action, editor.text(), answer.accept, running.signal);
    const seconds = (performance.now() - began) / 1000;
    answer.show(found, seconds);
    told.textContent = `${found.cut ? "Cut: the answer is too large for this page, download it. " : ""}${seconds.toFixed(2)} s`;
    history.replaceState(null, "", share.hidden ? location.pathname : share.href);
  } catch (problem) {
    told.textContent = "";
    answer.clear();
    if (problem instanceof Problem) fail(problem);
    else if (problem.name === "AbortError") told.textContent = "Stopped";
    else fail(new Problem({ title: "The answer did not arrive whole", detail: problem.message }));
  } finally {
    running = null;
    button.textContent = "Run query";
  }
}

function fail({ title, detail, hint, type, line, column }) {
  const box = element("div", { className: "notice", id: "problem" });
  box.setAttribute("role", "alert");
  const heading = element("p", {}, element("strong", {}, title));
  if (line) {
    const place = element("a", { href: "#query" }, `line ${line}`);
    place.addEventListener("click", (event) => {
      event.preventDefault();
      editor.show(line, column ?? 1);
    });
    heading.append(" in ", place, column ? `, column ${column}` : "");
    editor.mark(line, column ?? 1);
  }
  box.append(heading, element("p", {}, detail));
  if (hint) box.append(element("p", { id: "advice" }, hint));
  if (type) box.append(element("p", {}, element("a", { href: type }, "What this means")));
  form.after(box);
}

function link() {
  const url = new URL(form.action);
  url.search = new URLSearchParams({ query: editor.text() });
  share.href = url;
  share.hidden = url.href.length > LONGEST_LINK;
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
