// Asks as fetch-sparql-endpoint does: node ask.mjs ENDPOINT QUERY. Ends with 0 and the number of rows, or with 1.
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";

const [endpoint, query] = process.argv.slice(2);
const fetcher = new SparqlEndpointFetcher();
const kind = await fetcher.getQueryType(query);
let rows = 0;
try {
  const stream = await (kind === "CONSTRUCT" ? fetcher.fetchTriples(endpoint, query) : fetcher.fetchBindings(endpoint, query));
  for await (const _ of stream) rows += 1;
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
console.log(rows);
