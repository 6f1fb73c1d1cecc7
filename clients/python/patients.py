"""Embeds a patient, finds those like him, and keeps some of one's own: with the generated client."""

import sys

import braid_client as braid

api = braid.ApiClient(braid.Configuration(host=sys.argv[1]))
sample = {"protein": {"EGFR": 0.4, "TP53": -0.7}}

# An embedding of what there is.
request = braid.EmbedRequest(samples=[braid.Sample(id="patient-17", modalities=sample)], outputs=["fusion", "unimodal"])
answer = braid.EmbedApi(api).embed("demo", request)
assert len(answer.embeddings[0].fusion) == answer.dimension
assert set(answer.embeddings[0].unimodal) == {"protein"}

# Those like him, each with how likely it is the one, and what its score rests on.
search = braid.SearchRequest(query=braid.Query(modalities=sample), k=3, order_by="confidence", explain=True)
hits = braid.CollectionsApi(api).search("demo", search).results[0].hits
assert len(hits) == 3
assert [hit.confidence for hit in hits] == sorted((hit.confidence for hit in hits), reverse=True)
assert set(hits[0].attribution) == {"protein"}

# A collection of one's own.
collections = braid.CollectionsApi(api)
collections.put_collection("python", braid.CollectionRequest(model="demo"))
collections.upsert_items("python", braid.UpsertRequest(items=[braid.NewItem(id="a", modalities=sample)]))
assert collections.get_item("python", "a").present == ["protein"]
collections.delete_collection("python")

# What is wrong is told by place.
try:
    braid.EmbedApi(api).embed("demo", braid.EmbedRequest(samples=[braid.Sample(modalities={"protein": "none"})]))
    raise AssertionError("a faulty sample was embedded")
except braid.ApiException as problem:
    assert problem.status == 422
    assert "/samples/0/modalities/protein" in problem.body
