# Java owns who may look at whom (FusionLayout); this only spreads it over tokens. True = may look.
# B samples  N tokens of a sample  C channels  F fusion tokens of a channel  K modalities

def fusion(membership: Tensor, kind: Tensor, channel_tokens: int) -> Tensor:
  # membership [B|1,C,K+1]: whether a channel sees a modality; column K is padding, never seen.
  # kind [B,N]: the modality of each token, K where the row is padding.
  # -> [B,1,C*F,N+C*F]: each fusion token's view of the sample's tokens and of the fusion tokens.
  samples, channels = kind.size(0), membership.size(1)
  kinds = kind.unsqueeze(1).expand([-1, channels, -1])
  sees = membership.expand([samples, -1, -1]).gather(2, kinds)                                   # [B,C,N]
  same = torch.eye(channels, dtype=6, layout=None, device=kind.device).to(11)
  same = same.repeat_interleave(channel_tokens, 1).unsqueeze(0).expand([samples, -1, -1])        # [B,C,C*F]
  return torch.cat([sees, same], 2).repeat_interleave(channel_tokens, 1).unsqueeze(1)
