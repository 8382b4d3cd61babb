// Yasgui's editor (Yasqe) and its view of answers (Yasr). Its tabs, its choice of endpoints and what it keeps in the
// browser are left out: there is one endpoint, and the address of the page is what one keeps.

export class RichEditor {
  constructor(form, prefixes) {
    const { Yasqe } = window.Yasgui;
    Yasqe.Autocompleters.prefixes.get = async () => declarations(prefixes);
    this.area = form.elements.query;
    this.area.hidden = true;
    const place = document.createElement("div");
    this.area.after(place);
    this.yasqe = new Yasqe(place, {
      value: this.area.value,
      persistenceId: null,
      consumeShareLink: null,
      createShareableLink: null,
      showQueryButton: false,
      resizeable: false,
      editorHeight: "auto",
      viewportMargin: Infinity,
      autocompleters: ["prefixes", "variables"], // the others ask a server elsewhere
      extraKeys: { Tab: false, "Shift-Tab": false }, // Tab leaves the editor, as it leaves every field
    });
    const input = this.yasqe.getInputField();
    input.setAttribute("aria-label", "Query");
    form.querySelector("label[for=query]").addEventListener("click", () => this.yasqe.focus());
    this.marks = [];
  }
  text() {
    return this.yasqe.getValue();
  }
  save() {
    this.area.value = this.text();
  }
  clear() {
    for (const mark of this.marks.splice(0)) mark.clear();
  }
  mark(line, column) {
    // The place may be the end of what is wrong, as of a name with an unknown prefix.
    const from = this.yasqe.getTokenAt({ line: line - 1, ch: column - 1 }).start;
    const options = { className: "wrong" };
    this.marks.push(this.yasqe.markText({ line: line - 1, ch: from }, { line, ch: 0 }, options));
    this.show(line, column);
  }
  show(line, column) {
    this.yasqe.focus();
    this.yasqe.setCursor({ line: line - 1, ch: column - 1 });
  }
  onChange(listener) {
    this.yasqe.on("change", listener);
  }
  onRun(listener) {
    const keys = this.yasqe.getOption("extraKeys");
    this.yasqe.setOption("extraKeys", { ...keys, "Ctrl-Enter": listener, "Cmd-Enter": listener });
  }
}

export class RichAnswer {
  accept = { types: "application/sparql-results+json, text/turtle;q=0.9" };

  constructor(place, prefixes) {
    this.place = place; // with the answer of a shared link in it, until another is there
    this.prefixes = prefixes;
  }
  clear() {
    this.yasr?.destroy();
    this.yasr = null;
    this.place.replaceChildren();
  }
  show({ text, type, cut, status }, seconds) {
    this.clear();
    if (cut) {
      const shown = document.createElement("pre");
      shown.textContent = `${text.slice(0, 20000)}\n…`;
      this.place.replaceChildren(shown);
      return;
    }
    if (hasNoRows(text, type)) {
      const told = document.createElement("p");
      told.textContent = "0 rows: nothing fits the whole query.";
      this.place.replaceChildren(told);
      return;
    }
    const inside = document.createElement("div");
    this.place.replaceChildren(inside);
    this.yasr = new window.Yasgui.Yasr(inside, {
      persistenceId: null,
      prefixes: this.prefixes,
      plugins: { table: { dynamicConfig: { compact: true } } }, // numbers without their datatypes
    });
    this.yasr.setResponse({ data: text, contentType: type, status, executionTime: Math.round(seconds * 1000) });
  }
}

const SHORT = 10_000; // an answer without rows has little more than the names of its columns

function hasNoRows(text, type) {
  return type.includes("results+json") && text.length < SHORT && JSON.parse(text).results?.bindings.length === 0;
}

function declarations(prefixes) {
  return Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`);
}
