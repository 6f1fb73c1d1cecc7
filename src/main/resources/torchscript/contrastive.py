# The losses: each sample's embeddings should find each other among those of the other samples.
# Source: mca-paper 1883ef8, and docs/mathematics.md.
# P embeddings of a sample (modalities, channels, views)  B samples  D width  Q pairs of embeddings

def found(logits: Tensor, columns: Tensor, rows: Tensor) -> Tensor:
  # Log-probability of finding one's own sample among `columns` [Q,B], summed over `rows` [Q,B] -> [Q].
  # logits [Q,B,B]. A large finite number stands for minus infinity, so that rows without a column,
  # which are not summed, give no NaN.
  logits = torch.masked_fill(logits, torch.logical_not(columns).unsqueeze(1), -1e30)
  own = torch.diagonal(torch.log_softmax(logits, 2), 0, 1, 2)
  return torch.where(rows, own, torch.zeros_like(own)).sum([1])

def contrast(x: Tensor, has: Tensor, published: bool, cosine: bool, pairs: Tensor,
             logit_scale: Tensor) -> Tuple[Tensor, Tensor]:
  # x [P,B,D], has [P,B]: which samples have which embedding; pairs [Q,2].
  # -> loss of each pair, a mean over its rows and both directions, and the number of its rows, [Q].
  # Rows have both embeddings. Columns, the candidates, have the embedding that is looked for; as
  # published they are all samples, with whatever stands in x. As published similar is the plain product.
  if cosine:
    x = torch.div(x, torch.clamp(torch.norm(x, 2, [2], True), 1e-12))
  first = pairs[:, 0]
  second = pairs[:, 1]
  logits = torch.bmm(x.index_select(0, first), x.index_select(0, second).transpose(1, 2)) * torch.exp(logit_scale)
  rows = torch.logical_and(has.index_select(0, first), has.index_select(0, second))
  columns = torch.ones_like(has) if published else has
  there = __torch__.contrastive.found(logits, columns.index_select(0, second), rows)
  back = __torch__.contrastive.found(logits.transpose(1, 2), columns.index_select(0, first), rows)
  count = rows.sum([1])
  return torch.div(torch.neg(there + back), 2 * torch.clamp(count, 1)), count

def total(losses: Tensor, count: Tensor) -> Tensor:
  # The mean over the pairs that have rows; 0 if none has.
  used = count > 0
  return torch.div(torch.where(used, losses, torch.zeros_like(losses)).sum(), torch.clamp(used.sum(), 1))
