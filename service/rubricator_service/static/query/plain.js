// The editor and the answer of a page without Yasgui: the text area, and the table that the server makes.
import { Problem } from "./answers.js";

export class PlainEditor {
  constructor(form) {
    this.area = form.elements.query;
  }
  text() {
    return this.area.value;
  }
  save() {}
  clear() {}
  mark(line, column) {
    this.show(line, column);
  }
  show(line, column) {
    const lines = this.area.value.split("\n");
    const at = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    this.area.focus();
    this.area.setSelectionRange(at, at + 1);
  }
  onChange(listener) {
    this.area.addEventListener("input", listener);
  }
  onRun(listener) {
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) listener();
    });
  }
}

export class PlainAnswer {
  accept = { types: "text/html", format: "html" };

  constructor(place) {
    this.place = place;
  }
  clear() {
    this.place.replaceChildren();
  }
  show({ text, status }) {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (status !== 200) throw problem(page);
    this.place.replaceChildren(...page.querySelector("#answer").children);
  }
}

/** What an error page says; that of a wrong query also says where. */
function problem(page) {
  const box = page.querySelector("#problem");
  const title = (box?.querySelector("strong") ?? page.querySelector("h1"))?.textContent;
  const detail = (box?.querySelector("p + p") ?? page.querySelector(".lead"))?.textContent;
  const hint = box?.querySelector("#advice")?.textContent;
  const type = box?.querySelector("#meaning")?.href;
  const [line, column] = [box?.dataset.line, box?.dataset.column].map((number) => Number(number) || undefined);
  return new Problem({ title, detail, hint, type, line, column });
}
