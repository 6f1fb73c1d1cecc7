# From tokens to one vector: a learned return token asks, the tokens of its group answer.
# As published: the return token is added to the answer without a norm.
# B samples  C channels  F fusion tokens of a channel  D width  H heads  I = heads * head width

def pool(query: Tensor, x: Tensor, allowed: Optional[Tensor], w: Dict[str, Tensor], heads: int) -> Tensor:
  # query [n,1,D], x [n,L,D] already normed, allowed [n,1,1,L] -> [n,D]
  q = __torch__.layers.linear(query, w["attn_pool.to_q.weight"])
  k, v = __torch__.layers.linear(x, w["attn_pool.to_kv.weight"]).chunk(2, -1)
  y = __torch__.layers.attend(__torch__.layers.split_heads(q, heads), __torch__.layers.split_heads(k, heads),
                              __torch__.layers.split_heads(v, heads), allowed)
  return (__torch__.layers.linear(y, w["attn_pool.to_out.weight"]) + query).squeeze(1)

def channels(f: Tensor, rows: Tensor, w: Dict[str, Tensor], heads: int) -> Tensor:
  # f [B,C*F,D] -> [B,C,D]; rows [C]: the return token of each channel.
  samples = f.size(0)
  query = w["return_tokens"].index_select(0, rows).repeat([samples, 1]).unsqueeze(1)            # [B*C,1,D]
  x = f.unflatten(1, [rows.size(0), -1]).flatten(0, 1)                                          # [B*C,F,D]
  return __torch__.pooling.pool(query, x, None, w, heads).unflatten(0, [samples, rows.size(0)])

def unimodal(x: Tensor, blocks: List[int], layout: Dict[str, Tensor], w: Dict[str, Tensor], heads: int) -> Tensor:
  # x [T,D] -> [rows,D], a row for each sample of each block; layout["modality"]: the modality of each block.
  rows = annotate(List[Tensor], [])
  of_block = __torch__.layers.by_block(x, blocks, layout)
  for b in range(len(blocks) // 2):
    block = str(b)
    n, longest = blocks[2 * b], blocks[2 * b + 1]
    tokens = __torch__.layers.padded(of_block[b], block, n, longest, layout)
    query = w["return_tokens"].index_select(0, layout["modality"][b:b + 1]).unsqueeze(0).expand([n, -1, -1])
    rows.append(__torch__.pooling.pool(query, tokens, __torch__.layers.block_mask(block, layout), w, heads))
  return torch.cat(rows)

def mean(x: Tensor, segment: Tensor, segments: int) -> Tensor:
  # The mean of each run of tokens.  x [T,D], segment [T] -> [segments,D], float32
  total = torch.zeros([segments, x.size(1)], dtype=6, layout=None, device=x.device)
  count = torch.zeros([segments, 1], dtype=6, layout=None, device=x.device)
  total = total.index_add(0, segment, x.to(6))
  count = count.index_add(0, segment, torch.ones_like(segment).unsqueeze(1).to(6))
  return torch.div(total, count)
