# Clipping and AdamW over all parameters at once.  w, g: parameters and gradients by name.

def values(w: Dict[str, Tensor]) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for value in w.values():
    out.append(value)
  return out

def matching(w: Dict[str, Tensor], other: Dict[str, Tensor]) -> List[Tensor]:
  # The values of `other` in the order of w.
  out = annotate(List[Tensor], [])
  for name in w.keys():
    out.append(other[name])
  return out

def clip(g: Dict[str, Tensor], limit: float) -> Tensor:
  # g *= min(1, limit / (norm + 1e-6)) with the norm of all gradients together -> that norm
  gradients = __torch__.optimizer.values(g)
  norm = torch.norm(torch.stack(torch._foreach_norm(gradients, 2.)))
  torch._foreach_mul_(gradients, torch.clamp(torch.reciprocal(norm + 1e-06) * limit, None, 1.))
  return norm

def adamw(w: Dict[str, Tensor], g: Dict[str, Tensor], first: Dict[str, Tensor], second: Dict[str, Tensor],
          step: int, rate: float, decay: float) -> None:
  # w *= 1 - rate decay;  w -= rate mhat / (sqrt(vhat) + 1e-8), betas 0.9 and 0.999. step counts from 1.
  # As published: on every parameter, the logit scale and norms included.
  parameters = __torch__.optimizer.values(w)
  steps = annotate(List[Tensor], [])
  for parameter in parameters:
    steps.append(torch.full([], float(step), dtype=6, layout=None, device=parameter.device))
  torch._fused_adamw_(parameters, __torch__.optimizer.matching(w, g), __torch__.optimizer.matching(w, first),
                      __torch__.optimizer.matching(w, second), annotate(List[Tensor], []), steps,
                      lr=rate, beta1=0.9, beta2=0.999, weight_decay=decay, eps=1e-08, amsgrad=False, maximize=False)
