# MCA, Zorro and EAO. Each returns its embeddings by name, each [B,D], and the steps on the way.

def channel_name(members: List[int]) -> str:
  names = annotate(List[str], [])
  for member in members:
    names.append(str(member))
  return "fusion." + "_".join(names)

def embed(inputs: Dict[str, Tensor], w: Dict[str, Tensor]) -> Tuple[Dict[str, Tensor], Dict[str, Tensor]]:
  steps = annotate(Dict[str, Tensor], {})
  tokens = annotate(List[Tensor], [])
  padding = __torch__.plain_tokens.paddings(inputs)
  for m, name in enumerate(__torch__.plain_config.modalities()):
    x = __torch__.plain_tokens.encode(m, inputs, padding[m], w)
    tokens.append(x)
    steps["debug.encoded." + name] = x
  if __torch__.plain_config.architecture() == "eao":
    return (__torch__.plain_model.everything_at_once(tokens, padding, w, steps), steps)
  return (__torch__.plain_model.with_fusion_tokens(tokens, padding, w, steps), steps)

def with_fusion_tokens(tokens: List[Tensor], padding: List[Tensor], w: Dict[str, Tensor],
                       steps: Dict[str, Tensor]) -> Dict[str, Tensor]:
  # MCA and Zorro. tokens [B,L,D] and padding [B,L] of each modality.
  samples = tokens[0].size(0)
  lengths = annotate(List[int], [])
  for x in tokens:
    lengths.append(x.size(1))
  group = __torch__.plain_masks.groups(lengths)
  fusion = w["fusion_tokens"].unsqueeze(0).expand([samples, -1, -1])
  unpadded = torch.zeros([samples, fusion.size(1)], dtype=11)
  x = torch.cat(tokens + [fusion], 1)                                           # [B,N,D]
  padded = torch.cat(padding + [unpadded], 1)                                   # [B,N]
  blocked = __torch__.plain_masks.attention(group)
  for i in range(__torch__.plain_config.layers()):
    x = __torch__.plain_layers.layer(x, blocked, padded, w, "layers." + str(i))
    steps["debug.layer." + str(i)] = x
  x = __torch__.plain_layers.norm(x, w, "norm")
  steps["debug.final_norm"] = x
  # The return tokens ask without a norm and are added to the answer without one.
  query = w["return_tokens"].unsqueeze(0).expand([samples, -1, -1])
  pooled = __torch__.plain_layers.attention(
    query, x, __torch__.plain_masks.pooling(group), padded, w, "attn_pool") + query
  steps["debug.pooled"] = pooled                                                # [B,R,D]
  out = annotate(Dict[str, Tensor], {})
  for m, name in enumerate(__torch__.plain_config.modalities()):
    out[name] = pooled[:, m]
  if __torch__.plain_config.fcl() and __torch__.plain_config.architecture() == "mca":
    for c, members in enumerate(__torch__.plain_config.channels()):
      out[__torch__.plain_model.channel_name(members)] = pooled[:, len(tokens) + c]
  out["fusion"] = pooled[:, len(tokens)]
  return out

def single_pass(members: List[int], tokens: List[Tensor], padding: List[Tensor], w: Dict[str, Tensor]) -> Tensor:
  # The mean over what is not padding of a pass over some modalities, [B,D]; zeros where all is padding.
  xs = annotate(List[Tensor], [])
  paddings = annotate(List[Tensor], [])
  for member in members:
    xs.append(tokens[member])
    paddings.append(padding[member])
  x = torch.cat(xs, 1)
  padded = torch.cat(paddings, 1)
  nothing_blocked = torch.zeros([1, 1], dtype=11)
  for i in range(__torch__.plain_config.layers()):
    x = __torch__.plain_layers.layer(x, nothing_blocked, padded, w, "layers." + str(i))
  x = __torch__.plain_layers.norm(x, w, "norm")
  count = torch.sum(torch.logical_not(padded), [1], True)                       # [B,1]
  total = torch.sum(torch.masked_fill(x, padded.unsqueeze(-1), 0.), [1])
  return torch.div(total, torch.clamp(count, 1))

def everything_at_once(tokens: List[Tensor], padding: List[Tensor], w: Dict[str, Tensor],
                       steps: Dict[str, Tensor]) -> Dict[str, Tensor]:
  # EAO. "fusion" is the mean of the embeddings whose modalities are all present (the paper says the
  # average of the unimodal and bimodal ones; its code has none), "fusion.any" of those with any.
  present = annotate(List[Tensor], [])
  for p in padding:
    present.append(torch.logical_not(torch.all(p, 1)))
  out = annotate(Dict[str, Tensor], {})
  alls = annotate(List[Tensor], [])
  anys = annotate(List[Tensor], [])
  for m, name in enumerate(__torch__.plain_config.modalities()):
    out[name] = __torch__.plain_model.single_pass([m], tokens, padding, w)
    alls.append(present[m])
    anys.append(present[m])
  for members in __torch__.plain_config.channels():
    out[__torch__.plain_model.channel_name(members)] = __torch__.plain_model.single_pass(members, tokens, padding, w)
    of_members = annotate(List[Tensor], [])
    for member in members:
      of_members.append(present[member])
    alls.append(torch.all(torch.stack(of_members, 1), 1))
    anys.append(torch.any(torch.stack(of_members, 1), 1))
  pooled = torch.stack(list(out.values()), 1)                                   # [B,passes,D]
  steps["debug.pooled"] = pooled
  out["fusion"] = __torch__.plain_model.mean_of(pooled, torch.stack(alls, 1))
  out["fusion.any"] = __torch__.plain_model.mean_of(pooled, torch.stack(anys, 1))
  return out

def mean_of(x: Tensor, chosen: Tensor) -> Tensor:
  # x [B,passes,D], chosen [B,passes] -> [B,D], zeros where none is chosen
  total = torch.sum(torch.masked_fill(x, torch.logical_not(chosen).unsqueeze(-1), 0.), [1])
  return torch.div(total, torch.clamp(torch.sum(chosen, [1], True), 1))
