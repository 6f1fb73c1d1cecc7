# One batch, trained on: losses, gradients, clipping, AdamW.

def is_parameter(name: str) -> bool:
  # The rest of a checkpoint are buffers.
  return not (name.endswith(".beta") or name.endswith(".pe"))

def leaves(w: Dict[str, Tensor]) -> Dict[str, Tensor]:
  # The weights, ready to be differentiated by.
  out = annotate(Dict[str, Tensor], {})
  for name, tensor in w.items():
    out[name] = tensor.detach().requires_grad_(__torch__.plain_training.is_parameter(name))
  return out

def losses(inputs: Dict[str, Tensor], w: Dict[str, Tensor]) -> Dict[str, Tensor]:
  # "loss.<key>" of each pair, "pair_losses" of all in order, and the totals.
  embeddings, _ = __torch__.plain_model.embed(inputs, w)
  pairs = __torch__.plain_loss.pairs(
    embeddings, __torch__.plain_tokens.present(inputs), w["loss.loss_fn.logit_scale"])
  out = __torch__.plain_loss.totals(pairs)
  for key, loss in pairs.items():
    out["loss." + key] = loss
  out["pair_losses"] = torch.stack(list(pairs.values()))
  return out

def gradients(loss: Tensor, w: Dict[str, Tensor]) -> Dict[str, Tensor]:
  names = annotate(List[str], [])
  parameters = annotate(List[Tensor], [])
  for name, tensor in w.items():
    if __torch__.plain_training.is_parameter(name):
      names.append(name)
      parameters.append(tensor)
  found = torch.grad([loss], parameters, None, None, False, False)
  out = annotate(Dict[str, Tensor], {})
  for i in range(len(names)):
    gradient = found[i]
    if gradient is not None:
      out[names[i]] = gradient
  return out

def norm(gradients: Dict[str, Tensor]) -> Tensor:
  # Of all gradients together.
  squares = annotate(List[Tensor], [])
  for gradient in gradients.values():
    squares.append(torch.sum(gradient * gradient))
  return torch.sqrt(torch.stack(squares).sum())

def train(inputs: Dict[str, Tensor], w: Dict[str, Tensor], steps: int) -> Dict[str, Tensor]:
  # Clipping at norm 2.0; AdamW: rate 1e-3, betas 0.9 and 0.999, eps 1e-8, decay 0.01 on everything.
  first = annotate(Dict[str, Tensor], {})               # moments of the gradients
  second = annotate(Dict[str, Tensor], {})
  total = annotate(List[Tensor], [])
  norms = annotate(List[Tensor], [])
  for step in range(1, steps + 1):
    w = __torch__.plain_training.leaves(__torch__.plain_tokens.touched(inputs, w))
    loss = __torch__.plain_training.losses(inputs, w)["total_loss"]
    gradients = __torch__.plain_training.gradients(loss, w)
    norm = __torch__.plain_training.norm(gradients)
    total.append(loss.detach())
    norms.append(norm)
    clip = torch.clamp(torch.reciprocal(norm + 1e-06) * 2., None, 1.)
    for name, gradient in gradients.items():
      g = gradient * clip
      zeros = torch.zeros_like(g)
      first[name] = 0.9 * first.get(name, zeros) + 0.1 * g
      second[name] = 0.999 * second.get(name, zeros) + 0.001 * g * g
      mean = first[name] / (1. - 0.9 ** step)
      deviation = torch.sqrt(second[name] / (1. - 0.999 ** step))
      w[name] = w[name].detach() * (1. - 0.001 * 0.01) - 0.001 * torch.div(mean, deviation + 1e-08)
  out = annotate(Dict[str, Tensor], {})
  for name in first.keys():
    out["step3." + name] = w[name]
  w = __torch__.plain_tokens.touched(inputs, w)
  total.append(__torch__.plain_training.losses(inputs, w)["total_loss"].detach())
  out["train_losses"] = torch.stack(total)
  out["train_grad_norms"] = torch.stack(norms)
  return out
