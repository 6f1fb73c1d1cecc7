# Transformer blocks as pure functions of (tokens, weights).
# T packed tokens  B samples  n samples of a block  L its longest length  N tokens of a sample
# D width  H heads  E width of a head  I = H*E
# w: parameter name of the published checkpoint -> tensor; `at` is its prefix, "layers.0.attn".

def linear(x: Tensor, weight: Tensor) -> Tensor:
  # x W^T. On the CPU by oneDNN, which uses all of the vector unit where MKL may not (docs/speed.md),
  # but where a gradient is asked for: it has none; nor bf16 where the CPU lacks AVX-512.
  if x.is_cuda or x.requires_grad or weight.requires_grad:
    return torch.linear(x, weight)
  if x.dtype == 15 and not ops.mkldnn._is_mkldnn_bf16_supported():
    return torch.linear(x, weight)
  return ops.mkldnn._linear_pointwise(x.contiguous(), weight, None, "none", annotate(List[Optional[number]], []), None)

def norm(x: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  # LayerNorm with a gain and no bias; the published beta is a buffer of zeros.
  return torch.layer_norm(x, [x.size(-1)], w[at + ".gamma"], None)

def affine_norm(x: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  return torch.layer_norm(x, [x.size(-1)], w[at + ".weight"], w[at + ".bias"])

def split_heads(x: Tensor, heads: int) -> Tensor:
  # [n,L,I] -> [n,H,L,E]
  return x.unflatten(-1, [heads, -1]).transpose(1, 2)

def feed_forward(x: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  # GEGLU: (a * gelu(g)) W2^T with [a | g] = x W0^T
  a, g = __torch__.layers.linear(x, w[at + ".feedforward.0.weight"]).chunk(2, -1)
  return __torch__.layers.linear(a * torch.gelu(g), w[at + ".feedforward.2.weight"])

def attend(q: Tensor, k: Tensor, v: Tensor, allowed: Optional[Tensor]) -> Tensor:
  # softmax(Q K^T / sqrt(E)) V.  q [n,H,N,E], k and v [n,H,M,E], allowed [n,1,N|1,M] True = may look
  # -> heads merged, [n,N,I]
  pairs = q.size(2) * k.size(2)
  if allowed is None and q.dtype == 15 and not q.is_cuda and not q.requires_grad and pairs >= 65536 and pairs <= 4194304:
    return __torch__.layers.attend_by_sample(q, k, v)
  return torch.scaled_dot_product_attention(q, k, v, allowed).transpose(1, 2).flatten(2)

def attend_by_sample(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
  # The same in bf16 on the CPU, where the fused kernel does not use the bf16 units and plain
  # products do; a sample at a time, so that its scores stay in the cache.
  q = q * (float(q.size(3)) ** -0.5)
  rows = annotate(List[Tensor], [])
  for i in range(q.size(0)):
    scores = torch.matmul(q[i], k[i].transpose(1, 2))                               # [H,N,M]
    rows.append(torch.matmul(torch.softmax(scores, -1), v[i]).transpose(0, 1).flatten(1))
  return torch.stack(rows)

def half(h: Tensor, attended: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  # The rest of a layer after attention. As published: one norm serves both halves, and each
  # residual starts from the normed tokens.
  h = h + __torch__.layers.linear(attended, w[at + ".attn.to_out.weight"])
  h = __torch__.layers.norm(h, w, at + ".norm")
  return h + __torch__.layers.feed_forward(h, w, at + ".ff")

def half_by_rows(h: Tensor, attended: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  # half of packed tokens; on the CPU some rows at a time, so that what lies between stays in the cache,
  # unless it is kept for a gradient anyway.
  if h.is_cuda or w[at + ".attn.to_out.weight"].requires_grad:
    return __torch__.layers.half(h, attended, w, at)
  done = annotate(List[Tensor], [])
  for start in range(0, h.size(0), 512):
    done.append(__torch__.layers.half(h[start:start + 512], attended[start:start + 512], w, at))
  return torch.cat(done)

def rows(x: Tensor, index: Tensor) -> Tensor:
  # Row index[...] of x [T,W] at each place -> [...,W]. As an embedding, whose gradient is summed by
  # all cores; that of an index_select is summed row by row.
  return torch.embedding(x, index)

def padded(x: Tensor, block: str, samples: int, longest: int, layout: Dict[str, Tensor]) -> Tensor:
  # The packed tokens of a block, a row a sample.  [tokens of the block, W] -> [n,L,W]
  # Where lengths differ, layout[block + ".pad"] says which token fills each place.
  if (block + ".pad") in layout:
    x = __torch__.layers.rows(x, layout[block + ".pad"])
  return x.unflatten(0, [samples, longest])

def packed(x: Tensor, block: str, layout: Dict[str, Tensor]) -> Tensor:
  # The inverse.  [n,L,W] -> [tokens of the block, W]
  x = x.flatten(0, 1)
  if (block + ".pack") in layout:
    x = __torch__.layers.rows(x, layout[block + ".pack"])
  return x

def block_mask(block: str, layout: Dict[str, Tensor]) -> Optional[Tensor]:
  # [n,1,1,L], or None where all lengths are equal
  mask = annotate(Optional[Tensor], None)
  if (block + ".mask") in layout:
    mask = layout[block + ".mask"]
  return mask

def by_block(x: Tensor, blocks: List[int], layout: Dict[str, Tensor]) -> List[Tensor]:
  # The packed tokens x [T,W] of each block. Split at once: the gradient of a slice is as large as x.
  tokens = annotate(List[int], [])
  for b in range(len(blocks) // 2):
    pack = str(b) + ".pack"
    tokens.append(layout[pack].size(0) if pack in layout else blocks[2 * b] * blocks[2 * b + 1])
  return torch.split_with_sizes(x, tokens)

def block_layer(h: Tensor, keys_values: Tensor, blocks: List[int], layout: Dict[str, Tensor],
                w: Dict[str, Tensor], at: str, heads: int) -> Tensor:
  # One layer in which tokens see the tokens of their own sample in their own block, and no others.
  # h [T,D] already normed, keys_values [T,2I]; blocks: samples and longest length of each, in turn.
  queries = __torch__.layers.linear(h, w[at + ".attn.to_q.weight"])
  attended = annotate(List[Tensor], [])
  queries_of = __torch__.layers.by_block(queries, blocks, layout)
  keys_values_of = __torch__.layers.by_block(keys_values, blocks, layout)
  for b in range(len(blocks) // 2):
    block = str(b)
    n, longest = blocks[2 * b], blocks[2 * b + 1]
    q = __torch__.layers.padded(queries_of[b], block, n, longest, layout)
    k, v = __torch__.layers.padded(keys_values_of[b], block, n, longest, layout).chunk(2, -1)
    y = __torch__.layers.attend(__torch__.layers.split_heads(q, heads), __torch__.layers.split_heads(k, heads),
                                __torch__.layers.split_heads(v, heads), __torch__.layers.block_mask(block, layout))
    attended.append(__torch__.layers.packed(y, block, layout))
  return __torch__.layers.half_by_rows(h, torch.cat(attended), w, at)

def fusion_layer(f: Tensor, keys_values: Tensor, gather: Tensor, allowed: Tensor, w: Dict[str, Tensor],
                 at: str, heads: int) -> Tensor:
  # One layer of the fusion tokens f [B,C*F,D], which see their sample's tokens and themselves as
  # far as `allowed` [B,1,C*F,N+C*F] says. gather [B,N]: the packed tokens of each sample.
  h = __torch__.layers.norm(f, w, at + ".norm")
  own = __torch__.layers.linear(h, w[at + ".attn.to_kv.weight"])
  others = __torch__.layers.rows(keys_values, gather)
  k, v = torch.cat([others, own], 1).chunk(2, -1)
  q = __torch__.layers.linear(h, w[at + ".attn.to_q.weight"])
  y = __torch__.layers.attend(__torch__.layers.split_heads(q, heads), __torch__.layers.split_heads(k, heads),
                              __torch__.layers.split_heads(v, heads), allowed)
  return __torch__.layers.half(h, y, w, at)
