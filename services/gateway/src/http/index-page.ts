import type { ServerResponse } from "node:http";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Weirflow</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
  pre { overflow: auto; padding: 1rem; border: 1px solid color-mix(in srgb, currentcolor 25%, transparent) }
</style>
<h1>Weirflow</h1>
<p>The GraphQL API answers at <code>POST /graphql</code>; subscriptions come as server-sent events.</p>
<pre>curl -s "$URL/graphql" -H 'content-type: application/json' \\
  -d '{"query":"{ runs(first: 5) { nodes { runId flowName state } } }"}'</pre>
<ul>
  <li><code>/artifacts/&lt;run&gt;/&lt;task run&gt;/&lt;key&gt;</code>: what tasks saved for people to look at</li>
  <li><a href="/livez">/livez</a>, <a href="/readyz">/readyz</a>: whether this service lives, and can serve</li>
  <li><a href="/metrics">/metrics</a>: for Prometheus</li>
</ul>
<p>With a token, send <code>Authorization: Bearer …</code> along.</p>
</html>
`;

/** Answers with the page that says where everything is. */
export function answerIndex(response: ServerResponse): void {
  response
    .writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "x-content-type-options": "nosniff",
    })
    .end(PAGE);
}
