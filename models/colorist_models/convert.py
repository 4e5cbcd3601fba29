"""A T5 encoder that starts where a BERT encoder is: sequential least-squares conversion.

BERT normalizes after each sublayer and has biases and absolute positions; T5 v1.1 normalizes
before, has none of them, and gates its feed-forward layer. No exact mapping exists, but each T5
sublayer can be *fitted*: on the activations of a few thousand phrases, a linear map A takes T5's
normalized stream to BERT's input of the same sublayer, so BERT's projections follow as W A; a
direction w with w.z ~ 1 for all tokens (it exists: transformer states have a large common part)
carries the biases and the constant gate; the output projection is the least-squares solution for
what BERT's sublayer added. Each sublayer is fitted on what the already converted ones really give,
so errors do not pile up.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional as F
from transformers import BertModel
from transformers.models.bert.modeling_bert import BertLayer, BertSelfAttention

from .minilm import pad
from .student import SlotsStudent
from .t5_parts import gated, self_attention


def ridge(x: torch.Tensor, y: torch.Tensor, strength: float = 1e-3) -> torch.Tensor:
    """W of shape (y's width, x's width) that minimizes |x W^T - y|^2 with a ridge penalty of
    `strength` times the mean variance of x."""
    x, y = x.double(), y.double()
    gram = x.T @ x
    gram += strength * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    return torch.linalg.solve(gram, x.T @ y).T.float()


@torch.no_grad()
def from_bert(
    student: SlotsStudent, bert: BertModel, bert_ids: torch.Tensor, phrases: list[list[int]]
) -> torch.Tensor:
    """Initializes the student's embeddings and encoder from `bert`.

    `bert_ids[i]` is BERT's id of the student's piece i; `phrases` are token ids of the student.
    Returns the matrix (d_model, d_model) that takes the encoder's output to BERT's last states.
    """
    cfg = student.config
    dim, heads, d_ff = cfg.d_model, cfg.num_heads, cfg.d_ff
    emb = bert.embeddings
    table = emb.word_embeddings.weight[bert_ids] + emb.token_type_embeddings.weight[0]
    table = table + emb.position_embeddings.weight[1:8].mean(0)
    norm = emb.LayerNorm
    table = F.layer_norm(table, (dim,), norm.weight, norm.bias)
    student.t5.shared.weight.copy_(table)
    student.t5.shared.weight[student.sentinels] = (
        torch.randn(len(student.sentinels), dim) * table.std()
    )

    assert cfg.pad_token_id is not None
    phrases = sorted(phrases, key=len)
    batches = [pad(phrases[i : i + 125], cfg.pad_token_id) for i in range(0, len(phrases), 125)]
    masks = [m.bool() for _, m in batches]
    bias = [(1.0 - m[:, None, None, :].float()) * -1e9 for _, m in batches]
    states = [emb(input_ids=bert_ids[ids]) for ids, _ in batches]  # BERT's
    stream = [student.t5.shared(ids) for ids, _ in batches]  # T5's

    def flat(parts):
        return torch.cat([x[m] for x, m in zip(parts, masks, strict=True)])

    def normalize(x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + cfg.layer_norm_epsilon)

    def attend(q, k, v, mask_bias):
        q, k, v = (x.view(*x.shape[:2], heads, -1).transpose(1, 2) for x in (q, k, v))
        weights = torch.softmax(q @ k.transpose(2, 3) + mask_bias, -1)
        return (weights @ v).transpose(1, 2).flatten(2)

    def reader(parts, target):
        """z, the map A with A z ~ target, and w with w.z ~ 1."""
        z = [normalize(x) for x in parts]
        zf = flat(z)
        return z, zf, ridge(zf, flat(target)), ridge(zf, torch.ones(len(zf), 1))[0]

    def writer(target, zf):
        """The map from BERT's space to T5's stream, at the stream's present size."""
        return ridge(flat(target), zf) * flat(stream).pow(2).mean(-1).sqrt().mean()

    for layer, block in zip(bert.encoder.layer, student.t5.encoder.block, strict=True):
        assert isinstance(layer, BertLayer)
        att, ours = layer.attention.self, self_attention(block)
        assert isinstance(att, BertSelfAttention)
        scale = 1 / math.sqrt(dim // heads)
        z, zf, a, w = reader(stream, states)
        for source, target, s in (
            (att.query, ours.q, scale),
            (att.key, ours.k, 1),
            (att.value, ours.v, 1),
        ):
            target.weight.copy_((source.weight @ a + torch.outer(source.bias, w)) * s)
        added = [
            layer.attention.output.dense(attend(att.query(h) * scale, att.key(h), att.value(h), e))
            for h, e in zip(states, bias, strict=True)
        ]
        context = [attend(ours.q(x), ours.k(x), ours.v(x), e) for x, e in zip(z, bias, strict=True)]
        ours.o.weight.copy_(ridge(flat(context), flat(added) @ writer(states, zf).T))
        stream = [r + ours.o(c) for r, c in zip(stream, context, strict=True)]
        states = [
            layer.attention.output.LayerNorm(h + x) for h, x in zip(states, added, strict=True)
        ]

        inner, ff = layer.intermediate.dense, gated(block)
        z, zf, a, w = reader(stream, states)
        hidden = [F.gelu(inner(h)) for h in states]
        # Keep the units that matter most when T5's feed-forward layer is narrower than BERT's.
        weight = flat(hidden).pow(2).mean(0).sqrt() * layer.output.dense.weight.norm(dim=0)
        keep = weight.topk(min(d_ff, len(weight))).indices
        rows = len(keep)
        ff.wi_0.weight[:rows] = (inner.weight @ a + torch.outer(inner.bias, w))[keep]
        ff.wi_1.weight[:rows] = w.expand(rows, -1)
        added = [layer.output.dense(x) for x in hidden]
        act = [ff.act(ff.wi_0(x)) * ff.wi_1(x) for x in z]
        ff.wo.weight.copy_(ridge(flat(act), flat(added) @ writer(states, zf).T))
        stream = [r + ff.wo(x) for r, x in zip(stream, act, strict=True)]
        states = [layer.output.LayerNorm(h + x) for h, x in zip(states, added, strict=True)]

    final = flat([normalize(x) for x in stream])
    student.t5.encoder.final_layer_norm.weight.fill_(1.0)
    return ridge(final, flat(states))
