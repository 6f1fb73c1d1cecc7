# Exact search: cosines of queries with unit vectors that stay on a device, as rows of chunks.
#
# R rows of a chunk  N rows of all chunks  D width  Q queries  M masks  K rows wanted of each query

class Search(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def empty(self: __torch__.search.Search, rows: int, like: Tensor) -> Dict[str, Tensor]:
    # A chunk without vectors -> "rows" [R,D], where `like` [.,D] is.
    return {"rows": torch.zeros([rows, like.size(1)], dtype=6, layout=None, device=like.device)}

  def put(self: __torch__.search.Search, chunk: Dict[str, Tensor], at: Tensor, vectors: Tensor) -> Dict[str, Tensor]:
    # Row at[i] becomes vectors[i].  at [n], each row once; vectors [n,D]
    unused = chunk["rows"].index_copy_(0, at, vectors)
    return annotate(Dict[str, Tensor], {})

  def top(self: __torch__.search.Search, chunks: List[Dict[str, Tensor]], queries: Tensor, masks: Tensor, mask: Tensor,
          k: int) -> Dict[str, Tensor]:
    # The K = min(k, N) best rows of each query, by descending score -> "scores", "rows" [Q,K].
    # queries [Q,D]; masks [M,N], True = may be found; mask [Q]: which mask is each query's.
    # Rows that may not be found score -2, below every cosine.
    scores = annotate(List[Tensor], [])
    rows = annotate(List[Tensor], [])
    start = 0
    for chunk in chunks:
      vectors = chunk["rows"]
      size = vectors.size(0)
      hidden = torch.logical_not(masks[:, start:start + size])
      if masks.size(0) > 1:
        hidden = hidden.index_select(0, mask)
      cosines = torch.linear(queries, vectors).clamp_(-1., 1.).masked_fill_(hidden, -2.)
      best, at = torch.topk(cosines, ops.prim.min(k, size), 1)
      scores.append(best)
      rows.append(at + start)
      start = start + size
    best, at = torch.topk(torch.cat(scores, 1), ops.prim.min(k, start), 1)
    return {"scores": best, "rows": torch.cat(rows, 1).gather(1, at)}
