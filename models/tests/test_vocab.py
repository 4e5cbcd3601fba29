"""The pruned vocabulary spells words as MiniLM does, and its ids map back to MiniLM's."""

import pytest

from colorist_models import minilm, vocab


@pytest.fixture(scope="module")
def tokenizer():
    return vocab.build(20480, ["golden hour"])


def test_ids_are_dense_and_the_special_tokens_are_where_the_template_says(tokenizer):
    ids = sorted(tokenizer.get_vocab().values())
    assert ids == list(range(len(ids)))
    assert [tokenizer.token_to_id(t) for t in vocab.SPECIAL] == [0, 1, 2, 3]
    assert tokenizer.token_to_id("<extra_id_0>") == len(ids) - 1


@pytest.mark.parametrize(
    "text", ["golden hour", "moody, but keep the skin natural!", "Café 90s VHS"]
)
def test_minilm_reads_the_same_pieces(tokenizer, text):
    source = minilm.tokenizer()
    back = vocab.minilm_ids(tokenizer)
    assert [back[i] for i in tokenizer.encode(text).ids] == source.encode(text).ids


def test_no_latin_word_is_unknown(tokenizer):
    for word in ("zzyzxqp", "bluuuurry", "o'clock", "100%", "f/2.8", "#nofilter"):
        assert "[UNK]" not in tokenizer.encode(word).tokens
