# Start here. MCA, Zorro and EAO as functions of (features, layout, weights).
#
# Tokens are packed: the tokens that are present, modality by modality, and no others, form one
# matrix x [T,D]. Linear maps run once over all of them; attention runs inside blocks (layers.py).
# A missing modality, cell or patch therefore costs nothing.
#
# Source: Bjorgaard, "Sparsely Multimodal Data Fusion" (2024), mca-paper 1883ef8, model.py.
#
# T packed tokens  B samples  D width  C fusion channels  F fusion tokens of a channel
# Types of elements are numbers in this dialect: 6 float32, 11 bool, 15 bfloat16.
# names, kinds, limits: name, kind and largest value of each modality in the batch, in token order
# w: name of the published checkpoint -> tensor

class Encoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def prepare(self: __torch__.encoder.Encoder, w: Dict[str, Tensor], bf16: bool) -> Dict[str, Tensor]:
    # Weights as the networks want them: copied, embedding tables renormalised, layers in bf16 if asked.
    out = annotate(Dict[str, Tensor], {})
    for name, value in __torch__.encoder.rounded(w, bf16).items():
      if name.endswith("token_encoder.embedding.weight"):
        out[name] = __torch__.tokens.renormalised(value)
      else:
        out[name] = value.clone()
    return out

  def bytes(self: __torch__.encoder.Encoder, w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    total = 0
    for value in w.values():
      total = total + value.numel() * value.element_size()
    return {"bytes": torch.tensor(float(total))}

  def fused(self: __torch__.encoder.Encoder, names: List[str], kinds: List[str], limits: Dict[str, float],
            features: Dict[str, Tensor], layout: Dict[str, Tensor], blocks: List[int], w: Dict[str, Tensor],
            size: Dict[str, int]) -> Dict[str, Tensor]:
    return __torch__.encoder.fused(names, kinds, limits, features, layout, blocks, w, size)

  def passes(self: __torch__.encoder.Encoder, names: List[str], kinds: List[str], limits: Dict[str, float],
             features: Dict[str, Tensor], layout: Dict[str, Tensor], blocks: List[int], w: Dict[str, Tensor],
             size: Dict[str, int]) -> Dict[str, Tensor]:
    return __torch__.encoder.passes(names, kinds, limits, features, layout, blocks, w, size)

def rounded(w: Dict[str, Tensor], bf16: bool) -> Dict[str, Tensor]:
  # Layers in bf16 if asked. Token encoders stay in float32, since raw values do not survive bf16.
  out = annotate(Dict[str, Tensor], {})
  for name, value in w.items():
    out[name] = value.to(15) if bf16 and not name.startswith("encoders.") else value
  return out

def fused(names: List[str], kinds: List[str], limits: Dict[str, float], features: Dict[str, Tensor],
          layout: Dict[str, Tensor], blocks: List[int], w: Dict[str, Tensor], size: Dict[str, int]) -> Dict[str, Tensor]:
  # MCA and Zorro. Groups of fusion tokens, each in the place of a channel, and the unimodal
  # embeddings if size["unimodal"] -> "channels" [B,C,D], "unimodal" [rows,D], float32
  # layout: see FusionLayout (Java).  blocks: samples and longest length of each modality's block.
  heads = size["heads"]
  x = __torch__.tokens.encode(names, kinds, limits, features, w).to(w["norm.gamma"].dtype)
  tokens = w["fusion_tokens"].unflatten(0, [-1, size["channel_tokens"]]).index_select(0, layout["channel"])
  f = tokens.flatten(0, 1).unsqueeze(0).expand([size["samples"], -1, -1])           # [B,C*F,D]
  allowed = __torch__.masks.fusion(layout["membership"], layout["kind"], size["channel_tokens"])
  last = size["layers"] - 1
  for i in range(size["layers"]):
    at = "layers." + str(i)
    h = __torch__.layers.norm(x, w, at + ".norm")
    keys_values = __torch__.layers.linear(h, w[at + ".attn.to_kv.weight"])          # [T,2I]
    f = __torch__.layers.fusion_layer(f, keys_values, layout["gather"], allowed, w, at, heads)
    if i < last or size["unimodal"] == 1:
      # Nothing reads the last layer's unimodal tokens but unimodal pooling.
      x = __torch__.layers.block_layer(h, keys_values, blocks, layout, w, at, heads)
  f = __torch__.layers.norm(f, w, "norm")
  out = {"channels": __torch__.pooling.channels(f, layout["channel"] + size["modalities"], w, heads).to(6)}
  if size["unimodal"] == 1:
    x = __torch__.layers.norm(x, w, "norm")
    out["unimodal"] = __torch__.pooling.unimodal(x, blocks, layout, w, heads).to(6)
  return out

def passes(names: List[str], kinds: List[str], limits: Dict[str, float], features: Dict[str, Tensor],
           layout: Dict[str, Tensor], blocks: List[int], w: Dict[str, Tensor], size: Dict[str, int]) -> Dict[str, Tensor]:
  # EAO. A forward pass over the tokens of each set of modalities, as the layout lists them
  # (PassLayout, Java): block by block, each pass a row of its block -> "passes" [passes,D], float32
  x = __torch__.tokens.encode(names, kinds, limits, features, w).to(w["norm.gamma"].dtype)
  x = __torch__.layers.rows(x, layout["gather"])
  for i in range(size["layers"]):
    at = "layers." + str(i)
    h = __torch__.layers.norm(x, w, at + ".norm")
    keys_values = __torch__.layers.linear(h, w[at + ".attn.to_kv.weight"])
    x = __torch__.layers.block_layer(h, keys_values, blocks, layout, w, at, size["heads"])
  x = __torch__.layers.norm(x, w, "norm")
  return {"passes": __torch__.pooling.mean(x, layout["pass"], size["passes"])}
