# From the features of a modality to its tokens [T,D]. T: its tokens in the whole batch, packed.
# Source: mca-paper 1883ef8, encoders.py; the oddities kept for parity are marked "as published".

def renormalised(table: Tensor) -> Tensor:
  # Embedding tables have max_norm 1: longer rows are scaled to it.  table [rows,D]
  norm = torch.norm(table, 2, [1], True)
  return torch.where(norm > 1., table * torch.reciprocal(norm + 1e-07), table)

def renormalise_looked_up(names: List[str], kinds: List[str], features: Dict[str, Tensor], w: Dict[str, Tensor]) -> None:
  # As published: a lookup scales the rows it reads down to norm 1, in the table itself. A table's
  # row reads all of its columns, missing cells too.
  for i in range(len(names)):
    at = "encoders." + names[i] + ".token_encoder.embedding.weight"
    if at in w and kinds[i] != "patches":
      table = w[at]
      if kinds[i] == "tabular":
        index = torch.arange(table.size(0), dtype=4, layout=None, device=table.device)
      else:
        index = features[names[i] + ".index"].to(table.device)
      unused = torch.embedding_renorm_(table, index, 1., 2.)

def value(v: Tensor, limit: float, ignored: float, w: Dict[str, Tensor], at: str) -> Tensor:
  # A number as a vector.  v [T,1], clamped from above to limit -> [T,D]
  # As published: a value that equals the padding value exactly is encoded as zeros.
  h = torch.linear(torch.clamp(v, None, limit), w[at + ".linear1.weight"], w[at + ".linear1.bias"])
  h = __torch__.layers.linear(torch.relu(h), w[at + ".linear2.weight"]) + w[at + ".linear2.bias"]
  h = __torch__.layers.affine_norm(h, w, at + ".norm")
  return torch.masked_fill(h, torch.eq(v, ignored), 0.)

def position(positions: Tensor, dim: int) -> Tensor:
  # PE[t,2i] = sin(t 10000^(-2i/D)), PE[t,2i+1] = cos(...).  positions [T] -> [T,D]
  pairs = torch.arange(0, dim, 2, dtype=6, layout=None, device=positions.device)
  rate = torch.exp(pairs * (-9.210340371976184 / float(dim)))                     # ln 10000
  angle = positions.to(6).unsqueeze(1) * rate
  return torch.stack([torch.sin(angle), torch.cos(angle)], 2).flatten(1)[:, :dim]

def projected(rows: Tensor, w: Dict[str, Tensor], at: str, first: int) -> Tensor:
  # Norm, linear, norm, under consecutive numbers.  rows [T,W] -> [T,D]
  h = __torch__.layers.affine_norm(rows, w, at + "." + str(first))
  linear = at + "." + str(first + 1)
  h = __torch__.layers.linear(h, w[linear + ".weight"]) + w[linear + ".bias"]
  return __torch__.layers.affine_norm(h, w, at + "." + str(first + 2))

def modality(name: str, kind: str, limit: float, features: Dict[str, Tensor], w: Dict[str, Tensor]) -> Tensor:
  # features: name.values [T,W] numbers, name.index [T] rows of a table, name.position [T]
  at = "encoders." + name
  if kind == "tabular" or kind == "sparse_tabular":
    ignored = -1. if kind == "tabular" else 0.
    table = w[at + ".token_encoder.embedding.weight"]
    # As published: the padding index -1 of a table means its last column, which is never trained.
    untrained = table.size(0) - 1 if kind == "tabular" else 0
    column = torch.embedding(table, features[name + ".index"], untrained)
    return column + __torch__.tokens.value(features[name + ".values"], limit, ignored, w, at + ".value_encoder")
  if kind == "tokens":
    x = torch.embedding(w[at + ".token_encoder.embedding.weight"], features[name + ".index"], 0)
    return x + __torch__.tokens.position(features[name + ".position"], x.size(1))
  if kind == "sequence":
    x = __torch__.tokens.projected(features[name + ".values"], w, at + ".token_encoder", 0)
    return x + __torch__.tokens.position(features[name + ".position"], x.size(1))
  if kind == "patches":
    x = __torch__.tokens.projected(features[name + ".values"], w, at + ".batch_to_tokens", 1)
    return x + torch.embedding(w[at + ".embedding.weight"], features[name + ".position"])
  raise AssertionError("unknown kind " + kind)

def encode(names: List[str], kinds: List[str], limits: Dict[str, float], features: Dict[str, Tensor],
           w: Dict[str, Tensor]) -> Tensor:
  # All tokens of the batch, modality by modality.  -> [T,D]
  x = annotate(List[Tensor], [])
  for i in range(len(names)):
    x.append(__torch__.tokens.modality(names[i], kinds[i], limits[names[i]], features, w))
  return torch.cat(x)
