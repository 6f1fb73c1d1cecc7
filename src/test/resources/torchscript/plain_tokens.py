# The five encoders: from the padded inputs of a modality to its tokens [B,L,D].
#   tabular         name.values [B,L]       a cell a token; -10000 where it is missing
#   sparse_tabular  name.indices, name.data [B,L]
#   tokens          name.tokens [B,L]       ids; 0 is padding
#   sequence        name.tokens [B,L,W]
#   patches         name.matrix [B,H,W]     cut into patches; one of only -10000 is missing
# All but patches come with name.attention_mask [B,L], 1 = padding or missing.

def affine_norm(x: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  return torch.layer_norm(x, [x.size(-1)], w[at + ".weight"], w[at + ".bias"])

def linear(x: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  return torch.linear(x, w[at + ".weight"], w[at + ".bias"])

def value(v: Tensor, max_value: float, padding_value: float, w: Dict[str, Tensor], at: str) -> Tensor:
  # [B,L] -> [B,L,D]. A value that equals the padding value exactly is encoded as zeros.
  h = __torch__.plain_tokens.linear(torch.clamp(v, None, max_value).unsqueeze(-1), w, at + ".linear1")
  h = __torch__.plain_tokens.linear(torch.relu(h), w, at + ".linear2")
  h = __torch__.plain_tokens.affine_norm(h, w, at + ".norm")
  return torch.masked_fill(h, torch.eq(v, padding_value).unsqueeze(-1), 0.)

def columns(values: Tensor) -> Tensor:
  # The column of each cell, [B,L].
  return torch.arange(values.size(1), dtype=4, layout=None, device=values.device).expand([values.size(0), -1])

def tabular(values: Tensor, max_value: float, w: Dict[str, Tensor], at: str) -> Tensor:
  # The padding index -1 is the last column: it is looked up, but gets no gradient. -1 is also what
  # the value encoder takes for padding.
  table = w[at + ".token_encoder.embedding.weight"]
  column = torch.embedding(table, __torch__.plain_tokens.columns(values), table.size(0) - 1, False, False)
  return column + __torch__.plain_tokens.value(values, max_value, -1., w, at + ".value_encoder")

def sparse_tabular(indices: Tensor, data: Tensor, max_value: float, w: Dict[str, Tensor], at: str) -> Tensor:
  column = torch.embedding(w[at + ".token_encoder.embedding.weight"], indices, 0, False, False)
  return column + __torch__.plain_tokens.value(data, max_value, 0., w, at + ".value_encoder")

def tokens(ids: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  x = torch.embedding(w[at + ".token_encoder.embedding.weight"], ids, 0, False, False)
  return x + w[at + ".positional_encoder.pe"][:ids.size(1)]

def sequence(steps: Tensor, padding: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  # Padded steps are zeroed before and after, but do get their position.
  padded = padding.unsqueeze(-1)
  h = __torch__.plain_tokens.affine_norm(torch.masked_fill(steps, padded, 0.), w, at + ".token_encoder.0")
  h = __torch__.plain_tokens.linear(h, w, at + ".token_encoder.1")
  h = __torch__.plain_tokens.affine_norm(h, w, at + ".token_encoder.2")
  return torch.masked_fill(h, padded, 0.) + w[at + ".positional_encoder.pe"][:steps.size(1)]

def cut(matrix: Tensor, patch: List[int]) -> Tensor:
  # [B,H,W] -> [B,L,cells]: row-major over patches, and within a patch.
  x = matrix.unflatten(1, [-1, patch[0]]).unflatten(3, [-1, patch[1]])    # [B,H/p,p,W/q,q]
  return x.permute([0, 1, 3, 2, 4]).flatten(3).flatten(1, 2)

def patches(rows: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  h = __torch__.plain_tokens.affine_norm(rows, w, at + ".batch_to_tokens.1")
  h = __torch__.plain_tokens.linear(h, w, at + ".batch_to_tokens.2")
  h = __torch__.plain_tokens.affine_norm(h, w, at + ".batch_to_tokens.3")
  return h + w[at + ".embedding.weight"][:rows.size(1)]

def encode(m: int, inputs: Dict[str, Tensor], padding: Tensor, w: Dict[str, Tensor]) -> Tensor:
  # The tokens of modality m.
  name = __torch__.plain_config.modalities()[m]
  kind = __torch__.plain_config.kinds()[m]
  max_value = __torch__.plain_config.max_values()[m]
  at = "encoders." + name
  if kind == "tabular":
    return __torch__.plain_tokens.tabular(inputs[name + ".values"], max_value, w, at)
  if kind == "sparse_tabular":
    return __torch__.plain_tokens.sparse_tabular(inputs[name + ".indices"], inputs[name + ".data"], max_value, w, at)
  if kind == "tokens":
    return __torch__.plain_tokens.tokens(inputs[name + ".tokens"], w, at)
  if kind == "sequence":
    return __torch__.plain_tokens.sequence(inputs[name + ".tokens"], padding, w, at)
  rows = __torch__.plain_tokens.cut(inputs[name + ".matrix"], __torch__.plain_config.patches()[m])
  return __torch__.plain_tokens.patches(rows, w, at)

def paddings(inputs: Dict[str, Tensor]) -> List[Tensor]:
  # Of each modality, [B,L]: True where a token is padding or missing.
  out = annotate(List[Tensor], [])
  for m, name in enumerate(__torch__.plain_config.modalities()):
    if __torch__.plain_config.kinds()[m] == "patches":
      rows = __torch__.plain_tokens.cut(inputs[name + ".matrix"], __torch__.plain_config.patches()[m])
      out.append(torch.all(torch.eq(rows, -10000.), -1))
    else:
      out.append(torch.ne(inputs[name + ".attention_mask"], 0))
  return out

def present(inputs: Dict[str, Tensor]) -> Tensor:
  # [B,K]: a modality is present in a sample with at least one token that is not padding.
  out = annotate(List[Tensor], [])
  for padding in __torch__.plain_tokens.paddings(inputs):
    out.append(torch.logical_not(torch.all(padding, 1)))
  return torch.stack(out, 1)

def touched(inputs: Dict[str, Tensor], w: Dict[str, Tensor]) -> Dict[str, Tensor]:
  # A forward pass of the published code changes the weights themselves: embedding rows that it
  # looks up are scaled down to norm 1, and the logit scale is clamped to [0, ln 100].
  out = annotate(Dict[str, Tensor], {})
  for name, tensor in w.items():
    out[name] = tensor
  for m, name in enumerate(__torch__.plain_config.modalities()):
    kind = __torch__.plain_config.kinds()[m]
    key = "encoders." + name + ".token_encoder.embedding.weight"
    if key in w:
      if kind == "tabular":
        ids = __torch__.plain_tokens.columns(inputs[name + ".values"])
      else:
        ids = inputs[name + (".tokens" if kind == "tokens" else ".indices")]
      out[key] = torch.embedding_renorm_(w[key].clone(), ids.contiguous(), 1., 2.)
  if "loss.loss_fn.logit_scale" in w:
    out["loss.loss_fn.logit_scale"] = torch.clamp(w["loss.loss_fn.logit_scale"], 0., 4.605170185988092)
  return out
