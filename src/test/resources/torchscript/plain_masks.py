# Who may not look at whom. True = hidden, as published.
# A group is a modality 0 .. K-1, or the fusion tokens of a channel, K .. K+C-1. Zorro is one channel
# with every modality.

def groups(lengths: List[int]) -> Tensor:
  # The group of each token, [N]: modalities in order, each `lengths` long, then the fusion tokens.
  out = annotate(List[Tensor], [])
  for m, length in enumerate(lengths):
    out.append(torch.full([length], m, dtype=4))
  channels = len(__torch__.plain_config.channels())
  for c in range(channels):
    out.append(torch.full([__torch__.plain_config.fusion_tokens() // channels], len(lengths) + c, dtype=4))
  return torch.cat(out)

def of_members(group: Tensor, members: List[int]) -> Tensor:
  # Which tokens belong to one of the groups, [N].
  out = torch.zeros_like(group, dtype=11)
  for member in members:
    out = torch.logical_or(out, torch.eq(group, member))
  return out

def attention(group: Tensor) -> Tensor:
  # [N,N]: a token sees its own group; a fusion token also the modalities of its channel.
  allowed = torch.eq(group.unsqueeze(1), group.unsqueeze(0))
  modalities = len(__torch__.plain_config.modalities())
  for c, members in enumerate(__torch__.plain_config.channels()):
    channel = torch.eq(group, modalities + c).unsqueeze(1)
    seen = __torch__.plain_masks.of_members(group, members).unsqueeze(0)
    allowed = torch.logical_or(allowed, torch.logical_and(channel, seen))
  return torch.logical_not(allowed)

def pooling(group: Tensor) -> Tensor:
  # [R,N]: a row a modality, a row a channel (or one for all fusion tokens), one that sees everything.
  modalities = len(__torch__.plain_config.modalities())
  rows = annotate(List[Tensor], [])
  for m in range(modalities):
    rows.append(torch.eq(group, m))
  if __torch__.plain_config.fcl():
    for c in range(len(__torch__.plain_config.channels())):
      rows.append(torch.eq(group, modalities + c))
  else:
    rows.append(group >= modalities)
  rows.append(torch.ones_like(group, dtype=11))
  return torch.logical_not(torch.stack(rows))
