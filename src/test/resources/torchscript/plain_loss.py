# The contrastive losses, under the published keys and in the published order.
# B samples  D width; embeddings [B,D] by name; present [B,K].

def contrast(a: Tensor, b: Tensor, has_a: Tensor, has_b: Tensor, logit_scale: Tensor) -> Tensor:
  # Cross-entropy of finding one's own sample, both ways, mean over the rows that have both; NaN if
  # there is none. As published only rows are left out: samples without the modality stay in the
  # columns, as negatives, with vectors that mean nothing. Without published_negatives those columns
  # are taken away. Plain dot products: embeddings are not normalised.
  rows = torch.logical_and(has_a, has_b)
  logits = torch.matmul(a, b.t()) * torch.exp(logit_scale)
  a_to_b = __torch__.plain_loss.own(logits, has_b)[rows].mean()
  b_to_a = __torch__.plain_loss.own(logits.t(), has_a)[rows].mean()
  return torch.neg(a_to_b + b_to_a) / 2

def own(logits: Tensor, columns: Tensor) -> Tensor:
  # Log-probability of one's own column among all, or among `columns` [B].  [B,B] -> [B]
  if __torch__.plain_config.published_negatives():
    return torch.log_softmax(logits, 1).diagonal()
  return logits.diagonal() - torch.logsumexp(logits[:, columns], [1])

def pairs(embeddings: Dict[str, Tensor], present: Tensor, logit_scale: Tensor) -> Dict[str, Tensor]:
  modalities = __torch__.plain_config.modalities()
  architecture = __torch__.plain_config.architecture()
  names = list(modalities)
  everywhere = torch.ones_like(present[:, :1])
  if architecture != "eao":
    names.append("fusion")                              # counts as present in every sample
  has = torch.cat([present, everywhere], 1)
  out = annotate(Dict[str, Tensor], {})
  for i in range(len(names)):
    for j in range(i + 1, len(names)):
      out["_".join(sorted([names[i], names[j]]))] = __torch__.plain_loss.contrast(
        embeddings[names[i]], embeddings[names[j]], has[:, i], has[:, j], logit_scale)
  if __torch__.plain_config.fcl() and architecture != "zorro":
    for c, members in enumerate(__torch__.plain_config.channels()):
      if c > 0:                                         # the first channel is the root, "fusion"
        channel = embeddings[__torch__.plain_model.channel_name(members)]
        any_member = torch.any(present[:, torch.tensor(members)], 1)
        member_names = annotate(List[str], [])
        for member in members:
          member_names.append(modalities[member])
        key = "|" + "_".join(sorted(member_names))
        if architecture != "eao":
          out["fcl_fusion" + key] = __torch__.plain_loss.contrast(
            embeddings["fusion"], channel, everywhere[:, 0], any_member, logit_scale)
        for m, name in enumerate(modalities):           # also one that is not of the channel
          out["fcl_" + name + key] = __torch__.plain_loss.contrast(
            embeddings[name], channel, present[:, m], any_member, logit_scale)
  return out

def totals(pairs: Dict[str, Tensor]) -> Dict[str, Tensor]:
  # "total_loss": the mean of the pair losses that are not NaN. "fcl_loss" and "no_fcl_loss", for
  # the log only: the means over keys with and without "fcl", a NaN counting as 0.
  usable = annotate(List[Tensor], [])
  fcl = annotate(List[Tensor], [])
  no_fcl = annotate(List[Tensor], [])
  for key, loss in pairs.items():
    if not bool(torch.isnan(loss)):
      usable.append(loss)
    if "fcl" in key:
      fcl.append(torch.nan_to_num(loss.detach(), 0.))
    else:
      no_fcl.append(torch.nan_to_num(loss.detach(), 0.))
  out = {"total_loss": torch.stack(usable).mean() if len(usable) > 0 else torch.zeros([])}
  if len(fcl) > 0:
    out["fcl_loss"] = torch.stack(fcl).mean()
    out["no_fcl_loss"] = torch.stack(no_fcl).mean()
  return out
