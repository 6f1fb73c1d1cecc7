# Transformer blocks of the published code.
# B samples  N query tokens  M key tokens  D width  H heads  E width of a head
# w: parameter name of the published checkpoint -> tensor; `at` is its prefix, "layers.0.attn".

def lowest(x: Tensor) -> float:
  # The lowest finite number of x's type, the score of a hidden key. A query to which every key is
  # hidden therefore averages all of them evenly, where -infinity would make it NaN.
  return -1.7976931348623157e+308 if x.dtype == 7 else -3.4028234663852886e+38

def norm(x: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  # beta is not trained: a buffer of zeros.
  return torch.layer_norm(x, [x.size(-1)], w[at + ".gamma"], w[at + ".beta"])

def split_heads(x: Tensor) -> Tensor:
  # [B,N,H*E] -> [B,H,N,E]
  return x.unflatten(-1, [__torch__.plain_config.heads(), -1]).transpose(1, 2)

def attention(x: Tensor, context: Tensor, blocked: Tensor, padding: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  # x [B,N,D], context [B,M,D]; True = hidden in both masks: blocked [N,M] or [1,1], padding [B,M].
  q = __torch__.plain_layers.split_heads(torch.linear(x, w[at + ".to_q.weight"]))
  keys, values = torch.linear(context, w[at + ".to_kv.weight"]).chunk(2, -1)
  k = __torch__.plain_layers.split_heads(keys)
  v = __torch__.plain_layers.split_heads(values)
  scores = torch.matmul(q * (q.size(-1) ** -0.5), k.transpose(-2, -1))          # [B,H,N,M]
  scores = torch.masked_fill(scores, blocked, __torch__.plain_layers.lowest(scores))
  scores = torch.masked_fill(scores, padding.unsqueeze(1).unsqueeze(1), __torch__.plain_layers.lowest(scores))
  y = torch.matmul(torch.softmax(scores, -1), v)                                # [B,H,N,E]
  return torch.linear(y.transpose(1, 2).flatten(2), w[at + ".to_out.weight"])

def feed_forward(x: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  a, g = torch.linear(x, w[at + ".feedforward.0.weight"]).chunk(2, -1)
  return torch.linear(a * torch.gelu(g), w[at + ".feedforward.2.weight"])

def layer(x: Tensor, blocked: Tensor, padding: Tensor, w: Dict[str, Tensor], at: str) -> Tensor:
  # One norm serves both halves, and each residual starts from the normed tokens.
  x = __torch__.plain_layers.norm(x, w, at + ".norm")
  x = __torch__.plain_layers.attention(x, x, blocked, padding, w, at + ".attn") + x
  x = __torch__.plain_layers.norm(x, w, at + ".norm")
  return __torch__.plain_layers.feed_forward(x, w, at + ".ff") + x
