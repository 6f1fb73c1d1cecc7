// Embeds a patient, finds those like him, and keeps some of one's own: typed by the contract.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./braid.js";

const braid = createClient<paths>({ baseUrl: process.argv[2] });
const modalities = { protein: { EGFR: 0.4, TP53: -0.7 } };

// An embedding of what there is.
const embedded = await braid.POST("/v1/models/{model}/embed", {
  params: { path: { model: "demo" } },
  body: { samples: [{ id: "patient-17", modalities }], outputs: ["fusion", "unimodal"] },
});
assert(embedded.data);
assert.equal(embedded.data.embeddings[0].fusion?.length, embedded.data.dimension);
assert.deepEqual(Object.keys(embedded.data.embeddings[0].unimodal ?? {}), ["protein"]);

// Those like him, each with how likely it is the one, and what its score rests on.
const found = await braid.POST("/v1/collections/{collection}/search", {
  params: { path: { collection: "demo" } },
  body: { query: { modalities }, k: 3, order_by: "confidence", explain: true },
});
assert(found.data);
const hits = found.data.results[0].hits;
assert.equal(hits.length, 3);
assert((hits[0].confidence ?? 0) >= (hits[2].confidence ?? 1));
assert.deepEqual(Object.keys(hits[0].attribution ?? {}), ["protein"]);

// A collection of one's own.
const mine = { params: { path: { collection: "typescript" } } };
assert((await braid.PUT("/v1/collections/{collection}", { ...mine, body: { model: "demo" } })).data);
await braid.POST("/v1/collections/{collection}/items", { ...mine, body: { items: [{ id: "a", modalities }] } });
const item = await braid.GET("/v1/collections/{collection}/items/{id}", {
  params: { path: { collection: "typescript", id: "a" } },
});
assert.deepEqual(item.data?.present, ["protein"]);
await braid.DELETE("/v1/collections/{collection}", mine);

// What is wrong is told by place.
const faulty = await braid.POST("/v1/models/{model}/embed", {
  params: { path: { model: "demo" } },
  body: { samples: [{ modalities: { protein: "none" } }] },
});
assert.equal(faulty.response.status, 422);
assert.match(JSON.stringify(faulty.error), /\/samples\/0\/modalities\/protein/);
