"""The students of the augmentation loop are asked as they were trained."""

from dataclasses import replace

from training import CONFIG, fresh, small_rows, tiny

from colorist_models import pipeline, predict
from colorist_models.augment.students import students


def test_texts_are_cut_where_the_training_cut_them(monkeypatch, tmp_path):
    asked = []
    encode = predict.encode
    monkeypatch.setattr(predict, "encode", lambda *given: asked.append(given[2]) or encode(*given))
    tokenizer, config = tiny()
    student = fresh(tokenizer, config)
    monkeypatch.setattr(pipeline, "train", lambda *_: (student.eval(), tokenizer, tmp_path))
    fit, dev = small_rows()
    settings = pipeline.Config(train=replace(CONFIG, max_tokens=3))
    students(settings, dev)(fit, ["golden hour"])
    assert set(asked) == {3} and len(asked) == 3
