# MCA and Zorro as published: every sample carries every modality at its full length, and a modality
# that it lacks gets a vector all the same. Trained with only where that vector is wanted as a negative
# (`negatives: published`): it costs as much as if nothing were missing.
#
# B samples  K modalities  L full length of a modality  G groups of fusion tokens, each in the place of a
# channel  F fusion tokens of a group  M all tokens of a sample  T packed tokens  R queries
# D width  H heads  I = H * head width

def filled(name: str, kind: str, features: Dict[str, Tensor], place: Tensor, samples: int, length: int,
           width: int) -> Dict[str, Tensor]:
  # The features of a modality at full length, missing ones as the published collators have them.
  # place [T]: where each packed token goes among B*L.
  tokens = samples * length
  position = torch.arange(length, dtype=4, layout=None, device=place.device).repeat([samples])
  index = torch.zeros_like(position)
  missing = 0. if kind == "sequence" or kind == "sparse_tabular" else -10000.
  values = torch.full([tokens, width], missing, dtype=6, layout=None, device=place.device)
  if (name + ".values") in features:
    values = values.index_copy(0, place, features[name + ".values"])
  if kind == "tabular":
    index = position
  elif (name + ".index") in features:
    index = index.index_copy(0, place, features[name + ".index"])
  return {name + ".values": values, name + ".index": index, name + ".position": position}

def width(name: str, kind: str, w: Dict[str, Tensor]) -> int:
  # Numbers of a token.
  if kind == "sequence":
    return w["encoders." + name + ".token_encoder.0.weight"].size(0)
  if kind == "patches":
    return w["encoders." + name + ".batch_to_tokens.1.weight"].size(0)
  return 1

def modality(name: str, kind: str, limit: float, features: Dict[str, Tensor], place: Tensor, padding: Tensor,
             w: Dict[str, Tensor]) -> Tensor:
  # padding [B,L]: True where a token is missing -> [B,L,D]
  samples, length = padding.size(0), padding.size(1)
  at_full = __torch__.padded.filled(name, kind, features, place, samples, length, __torch__.padded.width(name, kind, w))
  x = __torch__.tokens.modality(name, kind, limit, at_full, w).unflatten(0, [samples, length])
  if kind == "sequence":
    # As published: padded steps are zeroed, but do get their position.
    positions = __torch__.tokens.position(at_full[name + ".position"], x.size(2)).unflatten(0, [samples, length])
    x = torch.where(padding.unsqueeze(2), positions, x)
  return x

def attend(q: Tensor, k: Tensor, v: Tensor, padding: Tensor, of_all: Tensor, heads: int) -> Tensor:
  # Attention to the tokens of one modality.  q [B,R,I], k and v [B,L,I], padding [B,L] -> [B,R,I]
  # of_all [B,1,I]: the mean of the values of all M tokens. As published a hidden key has a low score, not
  # an infinite one, so that where every key is hidden all of the sample are averaged evenly.
  missing = torch.all(padding, 1, True)                                                            # [B,1]
  seen = torch.logical_or(torch.logical_not(padding), missing).unsqueeze(1).unsqueeze(1)
  y = __torch__.layers.attend(__torch__.layers.split_heads(q, heads), __torch__.layers.split_heads(k, heads),
                              __torch__.layers.split_heads(v, heads), seen)
  return torch.where(missing.unsqueeze(2), of_all, y)

def layer(h: Tensor, lengths: List[int], paddings: List[Tensor], seen: Tensor, w: Dict[str, Tensor], at: str,
          heads: int) -> Tensor:
  # h [B,M,D] already normed, seen [B,1,G*F,M]: what the fusion tokens, which come last, may look at.
  q = torch.split_with_sizes(__torch__.layers.linear(h, w[at + ".attn.to_q.weight"]), lengths, 1)
  keys, values = __torch__.layers.linear(h, w[at + ".attn.to_kv.weight"]).chunk(2, -1)
  k = torch.split_with_sizes(keys, lengths, 1)
  v = torch.split_with_sizes(values, lengths, 1)
  of_all = torch.mean(values, [1], True)
  attended = annotate(List[Tensor], [])
  for i in range(len(paddings)):
    attended.append(__torch__.padded.attend(q[i], k[i], v[i], paddings[i], of_all, heads))
  attended.append(__torch__.layers.attend(__torch__.layers.split_heads(q[len(paddings)], heads),
                                          __torch__.layers.split_heads(keys, heads),
                                          __torch__.layers.split_heads(values, heads), seen))
  return __torch__.layers.half(h, torch.cat(attended, 1), w, at)

def pool(x: List[Tensor], paddings: List[Tensor], of_all: Tensor, w: Dict[str, Tensor], heads: int) -> Tensor:
  # The return tokens of modalities.  x: the normed tokens of each [B,L,D], of_all [B,1,I] -> [B,K,D]
  return_tokens = w["return_tokens"][:len(paddings)].unsqueeze(0).expand([of_all.size(0), -1, -1])  # [B,K,D]
  queries = __torch__.layers.linear(return_tokens, w["attn_pool.to_q.weight"])
  rows = annotate(List[Tensor], [])
  for i in range(len(paddings)):
    k, v = __torch__.layers.linear(x[i], w["attn_pool.to_kv.weight"]).chunk(2, -1)
    rows.append(__torch__.padded.attend(queries[:, i:i + 1], k, v, paddings[i], of_all, heads))
  return __torch__.layers.linear(torch.cat(rows, 1), w["attn_pool.to_out.weight"]) + return_tokens

def fused(names: List[str], kinds: List[str], limits: Dict[str, float], features: Dict[str, Tensor],
          layout: Dict[str, Tensor], w: Dict[str, Tensor], size: Dict[str, int]) -> Tensor:
  # -> [B,K+G,D]: an embedding of each modality and each group, float32
  # layout: see PaddedLayout (Java).
  heads = size["heads"]
  xs = annotate(List[Tensor], [])
  paddings = annotate(List[Tensor], [])
  kind = annotate(List[Tensor], [])
  lengths = annotate(List[int], [])
  for i in range(len(names)):
    padding = layout[names[i] + ".padding"]
    paddings.append(padding)
    lengths.append(padding.size(1))
    kind.append(torch.where(padding, len(names), i))
    xs.append(__torch__.padded.modality(names[i], kinds[i], limits[names[i]], features, layout[names[i] + ".place"],
                                        padding, w))
  fusion = w["fusion_tokens"].unflatten(0, [-1, size["channel_tokens"]]).index_select(0, layout["channel"]).flatten(0, 1)
  lengths.append(fusion.size(0))
  x = torch.cat(xs, 1)
  x = torch.cat([x.to(fusion), fusion.unsqueeze(0).expand([x.size(0), -1, -1])], 1)                # [B,M,D]
  seen = __torch__.masks.fusion(layout["membership"], torch.cat(kind, 1), size["channel_tokens"])
  for i in range(size["layers"]):
    at = "layers." + str(i)
    x = __torch__.padded.layer(__torch__.layers.norm(x, w, at + ".norm"), lengths, paddings, seen, w, at, heads)
  x = __torch__.layers.norm(x, w, "norm")
  of_all = __torch__.layers.linear(torch.mean(x, [1], True), w["attn_pool.to_kv.weight"].chunk(2, 0)[1])
  of_block = torch.split_with_sizes(x, lengths, 1)
  unimodal = __torch__.padded.pool(of_block, paddings, of_all, w, heads)
  # The return tokens of modalities stand first, then those of channels.
  channels = __torch__.pooling.channels(of_block[len(names)], layout["channel"] + len(names), w, heads)
  return torch.cat([unimodal, channels], 1).to(6)
