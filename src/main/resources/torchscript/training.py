# Learning: the same networks as encoder.py, embedded part by part, with one loss over all parts.
#
# A step of Java's EncoderTraining: settle the weights; embed each part of the batch from leaves of its
# replica's weights; contrast all embeddings, which gives the loss and its gradient at each embedding;
# accumulate what that is at the leaves, part by part; clip and update. A part is what one device does
# at once, so replicas and gradient caching are the same thing: parts that are embedded without a graph
# first are embedded again with one before they accumulate.
#
# P embeddings of a sample  B samples of all parts  n samples of a part  D width
# w: name of the published checkpoint -> tensor, float32 on the first device

class Training(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def copied(self: __torch__.training.Training, w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    out = annotate(Dict[str, Tensor], {})
    for name, value in w.items():
      out[name] = value.detach().clone()
    return out

  def zeros(self: __torch__.training.Training, w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    out = annotate(Dict[str, Tensor], {})
    for name, value in w.items():
      out[name] = torch.zeros_like(value)
    return out

  def same(self: __torch__.training.Training, w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    # To be read; shares memory with what is trained.
    out = annotate(Dict[str, Tensor], {})
    for name, value in w.items():
      out[name] = value.detach()
    return out

  def settle(self: __torch__.training.Training, names: List[str], kinds: List[str], features: Dict[str, Tensor],
             w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    # As published: using the weights changes them. Called for each part before a step.
    __torch__.tokens.renormalise_looked_up(names, kinds, features, w)
    unused = w["loss.loss_fn.logit_scale"].clamp_(0., 4.605170185988092)                  # ln 100
    return annotate(Dict[str, Tensor], {})

  def replicate(self: __torch__.training.Training, w: Dict[str, Tensor], replica: Dict[str, Tensor]) -> Dict[str, Tensor]:
    for name, value in replica.items():
      unused = value.copy_(w[name])
    return annotate(Dict[str, Tensor], {})

  def leaves(self: __torch__.training.Training, w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    out = annotate(Dict[str, Tensor], {})
    for name, value in w.items():
      out[name] = value.detach().requires_grad_(True)
    return out

  def fused(self: __torch__.training.Training, names: List[str], kinds: List[str], limits: Dict[str, float],
            features: Dict[str, Tensor], layout: Dict[str, Tensor], blocks: List[int], w: Dict[str, Tensor],
            size: Dict[str, int], bf16: bool) -> Dict[str, Tensor]:
    # MCA and Zorro -> "embeddings" [P,n,D]
    w = __torch__.encoder.rounded(w, bf16)
    out = __torch__.encoder.fused(names, kinds, limits, features, layout, blocks, w, size)
    rows = torch.cat([out["unimodal"], out["channels"].flatten(0, 1)])
    return {"embeddings": __torch__.training.spread(rows, layout["slot"])}

  def passes(self: __torch__.training.Training, names: List[str], kinds: List[str], limits: Dict[str, float],
             features: Dict[str, Tensor], layout: Dict[str, Tensor], blocks: List[int], w: Dict[str, Tensor],
             size: Dict[str, int], bf16: bool) -> Dict[str, Tensor]:
    # EAO -> "embeddings" [P,n,D]. Fusions are means over passes: row i of layout["mean"] goes to
    # the mean layout["segment"][i].
    w = __torch__.encoder.rounded(w, bf16)
    rows = __torch__.encoder.passes(names, kinds, limits, features, layout, blocks, w, size)["passes"]
    if size["means"] > 0:
      means = __torch__.pooling.mean(rows.index_select(0, layout["mean"]), layout["segment"], size["means"])
      rows = torch.cat([rows, means])
    return {"embeddings": __torch__.training.spread(rows, layout["slot"])}

  def padded(self: __torch__.training.Training, names: List[str], kinds: List[str], limits: Dict[str, float],
             features: Dict[str, Tensor], layout: Dict[str, Tensor], blocks: List[int], w: Dict[str, Tensor],
             size: Dict[str, int], bf16: bool) -> Dict[str, Tensor]:
    # MCA and Zorro with a vector for what is missing too -> "embeddings" [P,n,D]
    w = __torch__.encoder.rounded(w, bf16)
    pooled = __torch__.padded.fused(names, kinds, limits, features, layout, w, size)
    return {"embeddings": pooled.transpose(0, 1)}

  def contrast(self: __torch__.training.Training, parts: List[Dict[str, Tensor]], has: Tensor, pairs: Tensor,
               published: bool, cosine: bool, w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    # has [P,B], B in the order of the parts. -> "loss", "pairs" [Q], "rows" [Q] how many each has,
    # and the gradients of the loss at "scale" and at the embeddings, "embeddings" [P,B,D].
    scale = w["loss.loss_fn.logit_scale"].detach().requires_grad_(True)
    embeddings = annotate(List[Tensor], [])
    for part in parts:
      embeddings.append(part["embeddings"].detach().to(scale))
    x = torch.cat(embeddings, 1).requires_grad_(True)
    losses, count = __torch__.contrastive.contrast(x, has, published, cosine, pairs, scale)
    loss = __torch__.contrastive.total(losses, count)
    at = torch.grad([loss], [x, scale], None, None, False, True)
    return {"loss": loss.detach(), "pairs": losses.detach(), "rows": count.to(6),
            "embeddings": __torch__.training.or_zeros(at[0], x), "scale": __torch__.training.or_zeros(at[1], scale)}

  def accumulate(self: __torch__.training.Training, part: Dict[str, Tensor], at: Dict[str, Tensor], start: int,
                 w: Dict[str, Tensor], g: Dict[str, Tensor]) -> Dict[str, Tensor]:
    # Adds to g, on the first device, the gradient at the leaves w of a part that begins at sample `start`.
    x = part["embeddings"]
    names = annotate(List[str], [])
    leaves = annotate(List[Tensor], [])
    for name, leaf in w.items():
      names.append(name)
      leaves.append(leaf)
    gradient = annotate(List[Optional[Tensor]], [at["embeddings"][:, start:start + x.size(1)].to(x)])
    found = torch.grad([x], leaves, gradient, None, False, True)
    for i in range(len(names)):
      value = found[i]
      if value is not None:
        total = g[names[i]]
        unused = total.add_(value.to(total))
    return annotate(Dict[str, Tensor], {})

  def clip(self: __torch__.training.Training, g: Dict[str, Tensor], at: Dict[str, Tensor], limit: float) -> Dict[str, Tensor]:
    # The gradient is whole once the logit scale's, which is of no part, is in it.
    unused = g["loss.loss_fn.logit_scale"].add_(at["scale"])
    return {"norm": __torch__.optimizer.clip(g, limit)}

  def update(self: __torch__.training.Training, w: Dict[str, Tensor], g: Dict[str, Tensor], first: Dict[str, Tensor],
             second: Dict[str, Tensor], step: int, rate: float, decay: float) -> Dict[str, Tensor]:
    __torch__.optimizer.adamw(w, g, first, second, step, rate, decay)
    return annotate(Dict[str, Tensor], {})

  def clear(self: __torch__.training.Training, g: Dict[str, Tensor]) -> Dict[str, Tensor]:
    for value in g.values():
      unused = value.zero_()
    return annotate(Dict[str, Tensor], {})

def spread(rows: Tensor, slot: Tensor) -> Tensor:
  # rows [R,D], slot [P,n]: the row of each embedding of each sample, R where there is none -> [P,n,D]
  rows = torch.cat([rows, torch.zeros_like(rows[:1])])
  return rows.index_select(0, slot.flatten()).unflatten(0, [slot.size(0), slot.size(1)])

def or_zeros(gradient: Optional[Tensor], like: Tensor) -> Tensor:
  if gradient is None:
    return torch.zeros_like(like)
  return gradient
