// Runs the query in place and shows the answer as a table. Without this script the form does the same by itself.
"use strict";

const form = document.querySelector("form.query");
const answer = document.querySelector("#answer");
const button = form.querySelector("button");

form.addEventListener("submit", async (event) => {
  if (form.elements.format.value !== "html") return;
  event.preventDefault();
  button.disabled = true;
  answer.replaceChildren(hint("Running …"));
  const began = performance.now();
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams({ query: form.elements.query.value, format: "html" }),
      headers: { Accept: "text/html, application/problem+json;q=0.9" },
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    if (response.ok) {
      answer.replaceChildren(...page.querySelector("#answer").children);
      answer.querySelector("#summary")?.append(`, ${seconds} s`);
    } else {
      answer.replaceChildren(...problem(page));
    }
  } catch (error) {
    answer.replaceChildren(hint(`The answer did not arrive whole: ${error.message}`));
  } finally {
    button.disabled = false;
  }
});

form.elements.query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

// A link that ends in #run shows its answer at once.
if (location.hash === "#run") form.requestSubmit();

function hint(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "hint";
  paragraph.textContent = text;
  return paragraph;
}

function problem(page) {
  const box = document.createElement("div");
  box.className = "notice";
  box.setAttribute("role", "alert");
  const title = document.createElement("strong");
  title.textContent = page.querySelector("h1")?.textContent ?? "The query failed";
  const detail = document.createElement("p");
  detail.textContent = page.querySelector(".lead")?.textContent ?? "";
  box.append(title, detail);
  return [box];
}
