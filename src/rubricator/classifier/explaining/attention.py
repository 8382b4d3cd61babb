"""What every self-attention of a model attended to in one forward pass, with its gradient to come."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode


class RecordedAttention(TorchFunctionMode):
    """Within the block, attention is computed step by step, and its probabilities are kept in ``maps``.

    Models attend by torch's fused kernels, which never show what they attended to. Both functions that open_clip's and
    timm's towers call are met here, so no tower has to be known by name. A map is (n, heads, queries, keys), or
    (n * heads, queries, keys), and part of the graph of the result.
    """

    def __init__(self) -> None:
        super().__init__()
        self.maps: list[Tensor] = []

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = dict(kwargs or {})
        if func is functional.scaled_dot_product_attention:
            return self._attend(*args, **given)
        if func is functional.multi_head_attention_forward and not given.get("use_separate_proj_weight"):
            return self._attend_packed(*args, **given)
        return func(*args, **given)

    def _attend(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attn_mask: Tensor | None = None,
        dropout_p: float = 0.0,  # noqa: ARG002 - models explain themselves in eval mode
        is_causal: bool = False,  # noqa: ARG002 - no image tower is
        scale: float | None = None,
        **_: object,
    ) -> Tensor:
        """``scaled_dot_product_attention``, by its definition."""
        logits = query @ key.transpose(-2, -1) * (scale or 1 / math.sqrt(query.shape[-1]))
        if attn_mask is not None:
            logits = logits.masked_fill(~attn_mask, -math.inf) if attn_mask.dtype == torch.bool else logits + attn_mask
        self.maps.append(logits.softmax(dim=-1))
        return self.maps[-1] @ value

    def _attend_packed(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        _dimension: int,
        heads: int,
        weight: Tensor,
        bias: Tensor | None,
        *rest: Any,
        attn_mask: Tensor | None = None,
        **_: object,
    ) -> tuple[Tensor, None]:
        """``multi_head_attention_forward`` of (tokens, n, dimension), as ``torch.nn.MultiheadAttention`` calls it."""
        _bias_k, _bias_v, _zero, _dropout, out_weight, out_bias, *_more = rest
        weights, biases = weight.chunk(3), bias.chunk(3) if bias is not None else (None,) * 3
        split = [
            functional.linear(tokens, part, shift).reshape(*tokens.shape[:2], heads, -1).permute(1, 2, 0, 3)
            for tokens, part, shift in zip((query, key, value), weights, biases, strict=True)
        ]
        attended = self._attend(split[0], split[1], split[2], attn_mask).permute(2, 0, 1, 3).flatten(-2)
        return functional.linear(attended, out_weight, out_bias), None
