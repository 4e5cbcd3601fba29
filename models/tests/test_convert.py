"""The converted encoder is near MiniLM before any training, on phrases it was not fitted to."""

import torch
from torch.nn import functional as F

from colorist_models import convert, minilm, rows, starts, vocab
from colorist_models.catalog import Catalog
from colorist_models.train import TrainConfig


def test_a_converted_encoder_starts_near_minilm():
    train, test = rows.split()
    tokenizer = vocab.build(20480, [])
    torch.manual_seed(0)
    student = starts.new_student(
        starts.PriorConfig(),
        tokenizer.get_vocab_size(),
        TrainConfig(decoder_layers=1),
        Catalog.load(),
    ).eval()
    bert, to_bert = minilm.load(), torch.tensor(vocab.minilm_ids(tokenizer))
    phrases = [e.ids for e in tokenizer.encode_batch([r["intent"] for r in train[:900]])]
    ids, mask = minilm.pad([tokenizer.encode(r["intent"]).ids for r in test[:64]], 0)

    def cosine(projection):
        with torch.no_grad():
            want = bert(input_ids=to_bert[ids], attention_mask=mask).last_hidden_state
            got = student.encode(ids, mask) @ projection.T
        return F.cosine_similarity(got, want, dim=-1)[mask.bool()].mean().item()

    assert cosine(torch.eye(384)) < 0.2
    assert cosine(convert.from_bert(student, bert, to_bert, phrases)) > 0.6


def test_ridge_finds_a_linear_map():
    torch.manual_seed(0)
    x, w = torch.randn(200, 5), torch.randn(3, 5)
    assert torch.allclose(convert.ridge(x, x @ w.T, 1e-6), w, atol=1e-3)
