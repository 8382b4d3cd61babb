// Asks the endpoint and reads what it answers, as much as a page can show.
const MOST_BYTES = 20e6;

/** What went wrong: the members of the problem document (RFC 9457), place and hint among them. */
export class Problem extends Error {
  constructor({ title, detail, hint, type, line, column }) {
    super(detail);
    Object.assign(this, { title, detail, hint, type, line, column });
  }
}

/** The answer's text and media type; `cut` where it is larger than a page can show. */
export async function readAnswer(endpoint, query, accept, signal) {
  const response = await fetch(endpoint, {
    method: "POST",
    body: new URLSearchParams({ query, ...(accept.format ? { format: accept.format } : {}) }),
    headers: { Accept: `${accept.types}, application/problem+json;q=0.1` },
    signal,
  });
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/problem+json")) throw new Problem(await response.json());
  const { text, cut } = await readText(response.body);
  if (!response.ok && !type.startsWith("text/html"))
    throw new Problem({ title: response.statusText, detail: text.slice(0, 500) });
  return { text, type, cut, status: response.status };
}

async function readText(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), cut: false };
    bytes += value.length;
    text += decoder.decode(value, { stream: true });
    if (bytes > MOST_BYTES) {
      await reader.cancel();
      return { text, cut: true };
    }
  }
}
