# Start here. The published algorithm in plain form: every sample carries every modality, padded to
# its full length, all tokens stand in one [B,N,D], and dense masks say who may not look at whom.
# It repeats the oddities of the published code, so that its numbers are those of the golden cases.
# Nothing of it is in the product; it is what the product is compared with, and timed against.
#
# Source: Bjorgaard, "Sparsely Multimodal Data Fusion" (2024), mca-paper 1883ef8.
#
# B samples  K modalities  L padded length of a modality  N all tokens of a sample  D width
# C fusion channels  F fusion tokens, all channels together  R return tokens
# inputs: "gene.values" and the like, as the published collators make them (plain_tokens.py)
# w: parameter name of the published checkpoint -> tensor
# __torch__.plain_config is written by PlainEncoder (Java): what a checkpoint does not say.

class Plain(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def embed(self: __torch__.plain.Plain, inputs: Dict[str, Tensor], w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    # Every embedding, [B,D]: modality names, "fusion", "fusion.0_1" for the channel of modalities 0 and 1.
    inputs = __torch__.plain.cast(inputs)
    w = __torch__.plain_tokens.touched(inputs, __torch__.plain.cast(w))
    embeddings, _ = __torch__.plain_model.embed(inputs, w)
    return __torch__.plain.single(embeddings)

  def trace(self: __torch__.plain.Plain, inputs: Dict[str, Tensor], w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    # What happens on the way, under the golden names: "debug.layer.0" and so on.
    inputs = __torch__.plain.cast(inputs)
    w = __torch__.plain_tokens.touched(inputs, __torch__.plain.cast(w))
    _, steps = __torch__.plain_model.embed(inputs, w)
    return __torch__.plain.single(steps)

  def masks(self: __torch__.plain.Plain, inputs: Dict[str, Tensor], w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    # "attn_mask" [N,N], "pool_mask" [R,N], "token_types" [N], "present" [B,K], as float32.
    lengths = annotate(List[int], [])
    for padding in __torch__.plain_tokens.paddings(inputs):
      lengths.append(padding.size(1))
    group = __torch__.plain_masks.groups(lengths)
    return __torch__.plain.single({
      "attn_mask": __torch__.plain_masks.attention(group), "pool_mask": __torch__.plain_masks.pooling(group),
      "token_types": torch.masked_fill(group, group >= len(lengths), -1),
      "present": __torch__.plain_tokens.present(inputs)})

  def gradients(self: __torch__.plain.Plain, inputs: Dict[str, Tensor], w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    # Every loss, and "grad.<parameter>" of the total loss before clipping.
    inputs = __torch__.plain.cast(inputs)
    w = __torch__.plain_training.leaves(__torch__.plain_tokens.touched(inputs, __torch__.plain.cast(w)))
    losses = __torch__.plain_training.losses(inputs, w)
    for name, gradient in __torch__.plain_training.gradients(losses["total_loss"], w).items():
      losses["grad." + name] = gradient
    return __torch__.plain.single(losses)

  def train(self: __torch__.plain.Plain, inputs: Dict[str, Tensor], w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    # Three steps on one batch: "step3.<parameter>", "train_losses" [4], "train_grad_norms" [3].
    return __torch__.plain.single(__torch__.plain_training.train(
      __torch__.plain.cast(inputs), __torch__.plain.cast(w), 3))

def cast(tensors: Dict[str, Tensor]) -> Dict[str, Tensor]:
  # Floating-point tensors in the precision to compute in.
  out = annotate(Dict[str, Tensor], {})
  for name, tensor in tensors.items():
    out[name] = tensor.to(__torch__.plain_config.dtype()) if tensor.is_floating_point() else tensor
  return out

def single(tensors: Dict[str, Tensor]) -> Dict[str, Tensor]:
  # All tensors as float32, to leave with.
  out = annotate(Dict[str, Tensor], {})
  for name, tensor in tensors.items():
    out[name] = tensor.detach().to(6)
  return out
