"""`--set`: what a setting may be."""

import pytest

from colorist_models import pipeline, settings
from colorist_models.errors import UserError


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("train.epochs=0", "more than 0 and at most 2147483647"),
        ("train.batch=0", "more than 0"),
        ("train.batch=x", "a whole number"),
        ("train.batch=1.5", "a whole number"),
        ("train.batch=true", "a whole number"),
        ("train.steps=0", "more than 0"),
        ("train.steps=x", "a whole number or null"),
        ("train.lr=NaN", "more than 0"),
        ("train.lr=Infinity", "more than 0"),
        ("train.lr=-1", "more than 0"),
        ("train.weight_decay=-1", "at least 0"),
        ("train.dropout=1.1", "at least 0 and at most 1"),
        ("train.seed=" + "9" * 5000, "a whole number"),
        ("train=5", "its own settings, train.NAME,"),
        ("train=null", "its own settings, train.NAME,"),
        ("polish=5", "its own settings, polish.NAME, or null"),
        ("fraction=2", "more than 0 and at most 1"),
        ("fraction=[1]", "a number"),
        ("prior.d_kv=0", "more than 0"),
        ("bank=1", "true or false"),
        ("name=null", "text"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_key(assignment, said):
    with pytest.raises(UserError) as caught:
        settings.read([assignment])
    assert str(caught.value).startswith(assignment.split("=")[0] + "=")
    assert said in str(caught.value)


def test_what_may_be_is_set_as_it_was_given():
    given = ["train.epochs=2", "train.steps=null", "name=123", 'license="MIT"', "bank=false"]
    config = settings.read([*given, "fraction=1", "polish.lr=1e-4", "train.w_size=0"])
    assert (config.train.epochs, config.train.steps, config.train.w_size) == (2, None, 0)
    assert (config.name, config.license, config.bank) == ("123", "MIT", False)
    assert config.polish and config.polish.lr == 1e-4
    assert settings.read(["polish=null"]).polish is None


def test_the_defaults_are_within_their_bounds():
    plain = pipeline.Config()
    for part in ("prior", "train", "polish"):
        for name, value in vars(getattr(plain, part)).items():
            settings.read([f"{part}.{name}={'null' if value is None else value}"])


def test_a_part_that_is_null_has_no_settings():
    with pytest.raises(UserError, match=r"'polish\.lr' cannot be set where 'polish' is null"):
        settings.read(["polish=null", "polish.lr=1"])
