# MCA and Zorro as published: every sample carries every modality at its full length, and a modality
# that it lacks gets a vector all the same. Trained with only where that vector is wanted as a negative
# (`negatives: published`): it costs as much as if nothing were missing.
#
# B samples  K modalities  L full length of a modality  N all their tokens  G groups of fusion tokens,
# each in the place of a channel  F fusion tokens of a group  M = N + G*F  D width

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

def attention(x: Tensor, context: Tensor, allowed: Tensor, padding: Tensor, w: Dict[str, Tensor], at: str,
              heads: int) -> Tensor:
  # x [B,R,D], context [B,M,D], allowed [B|1,1,R,M] True = may look, padding [B,M] -> heads merged, [B,R,I]
  # As published: a hidden key has a low score, not an infinite one, so a query to which every key is
  # hidden averages all of them evenly.
  q = __torch__.layers.split_heads(__torch__.layers.linear(x, w[at + ".to_q.weight"]), heads)
  keys, values = __torch__.layers.linear(context, w[at + ".to_kv.weight"]).chunk(2, -1)
  k = __torch__.layers.split_heads(keys, heads)
  v = __torch__.layers.split_heads(values, heads)
  hidden = torch.logical_or(torch.logical_not(allowed), padding.unsqueeze(1).unsqueeze(1))
  scores = torch.matmul(q * (float(q.size(3)) ** -0.5), k.transpose(2, 3))
  scores = torch.softmax(torch.masked_fill(scores, hidden, -1e38), -1)
  return torch.matmul(scores, v).transpose(1, 2).flatten(2)

def fused(names: List[str], kinds: List[str], limits: Dict[str, float], features: Dict[str, Tensor],
          layout: Dict[str, Tensor], w: Dict[str, Tensor], size: Dict[str, int]) -> Tensor:
  # -> [B,K+G,D]: an embedding of each modality and each group, float32
  # layout: see PaddedLayout (Java).
  heads = size["heads"]
  xs = annotate(List[Tensor], [])
  paddings = annotate(List[Tensor], [])
  for i in range(len(names)):
    padding = layout[names[i] + ".padding"]
    paddings.append(padding)
    xs.append(__torch__.padded.modality(names[i], kinds[i], limits[names[i]], features, layout[names[i] + ".place"],
                                        padding, w))
  fusion = w["fusion_tokens"].unflatten(0, [-1, size["channel_tokens"]]).index_select(0, layout["channel"]).flatten(0, 1)
  x = torch.cat(xs, 1)
  samples, modality_tokens = x.size(0), x.size(1)
  x = torch.cat([x.to(fusion), fusion.unsqueeze(0).expand([samples, -1, -1])], 1)                  # [B,M,D]
  padding = torch.cat(paddings + [torch.zeros_like(layout["group"][modality_tokens:]).to(11).unsqueeze(0).expand([samples, -1])], 1)
  kind = layout["group"][:modality_tokens]
  own = torch.eq(kind.unsqueeze(1), layout["group"].unsqueeze(0))                                  # [N,M]
  seen = __torch__.masks.fusion(layout["membership"], kind.unsqueeze(0).expand([samples, -1]), size["channel_tokens"])
  allowed = torch.cat([own.unsqueeze(0).unsqueeze(0).expand([samples, -1, -1, -1]), seen], 2)      # [B,1,M,M]
  for i in range(size["layers"]):
    at = "layers." + str(i)
    h = __torch__.layers.norm(x, w, at + ".norm")
    x = __torch__.layers.half(h, __torch__.padded.attention(h, h, allowed, padding, w, at + ".attn", heads), w, at)
  x = __torch__.layers.norm(x, w, "norm")
  # The return tokens of modalities stand first, then those of channels.
  modalities = torch.arange(len(names), dtype=4, layout=None, device=x.device)
  rows = torch.cat([modalities, layout["channel"] + len(names)])
  query = w["return_tokens"].index_select(0, rows).unsqueeze(0).expand([samples, -1, -1])
  group = torch.arange(rows.size(0), dtype=4, layout=None, device=x.device)
  pooled = torch.eq(group.unsqueeze(1), layout["group"].unsqueeze(0)).unsqueeze(0).unsqueeze(0)
  y = __torch__.padded.attention(query, x, pooled, padding, w, "attn_pool", heads)
  return (__torch__.layers.linear(y, w["attn_pool.to_out.weight"]) + query).to(6)
