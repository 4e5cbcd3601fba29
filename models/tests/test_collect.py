"""`collect` against a real HTTP server of the protocol: what becomes of intents and answers."""

import json

import pytest
from chat_server import ChatServer, Fault, asked, completion, faults_first, scripted_teacher
from collecting import EXAMPLE, KEY, NONE, arguments, folder, read

from colorist_models import rows
from colorist_models.cli import main
from colorist_models.paths import DATA, MODELS


@pytest.fixture
def data(tmp_path, monkeypatch):
    return folder(tmp_path, monkeypatch)


def by_tool(data):
    return {row["tool"]: row for row in read(data)}


def test_answers_of_all_kinds_become_compact_values(data, capsys):
    replies = {
        "tone": {"glow": 25, "fade light": 0},
        "colors": {"red": {"amount": 30, "light": 0}, "blue": None},
        "sticker": {"name": "star"},
    }

    def script(request):
        assert request["response_format"]["json_schema"]["strict"]
        intent, tool = asked(request)
        assert intent == "a $tar"
        return json.dumps({"rationale": f"for {tool}", "parameters": replies[tool]})

    with ChatServer(script, KEY) as server:
        main(arguments(data, server.url, ["a $tar"], "--temperature", "0.5"))
        assert {r["temperature"] for r in server.requests} == {0.5}
        system = next(r for r in server.requests if asked(r)[1] == "sticker")["messages"][0]
    assert "- star: for $tars\n" in system["content"]
    told = by_tool(data)
    assert told["tone"]["parameters"] == {"glow": 25}
    assert told["colors"]["parameters"] == {"red": [30, 0]}
    assert told["sticker"]["parameters"] == ["star"]
    assert list(told["tone"]) == [
        *("answer_id", "intent", "tool", "sample", "rationale", "parameters", "model", "prompt"),
        *("prompt_tokens", "completion_tokens"),
    ]
    assert len({row["answer_id"] for row in told.values()}) == 3
    assert all(len(r["answer_id"]) == 16 and len(r["prompt"]) == 12 for r in told.values())
    shown = capsys.readouterr().out
    assert "answered" in shown and "300" in shown


def test_the_teachers_rows_come_back_as_they_were(tmp_path, monkeypatch):
    """Real rows, asked for with the real catalog, are what `prepare` would read."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    given = rows.read_jsonl(DATA / "teacher" / "t4.jsonl")[:25]
    catalog = rows.catalog()
    with ChatServer(scripted_teacher({r["intent"]: r for r in given}, catalog)) as server:
        main(arguments(DATA, server.url, [r["intent"] for r in given], base=tmp_path))
    got = {(r["intent"], r["tool"]): r for r in rows.read_jsonl(tmp_path / "out" / "answers.jsonl")}
    assert len(got) == 75
    for row in given:
        for tool in catalog.tools:
            answer = got[row["intent"], tool.name]
            assert answer["parameters"] == row[tool.name]
            assert answer["rationale"] == row["why"]


def test_running_again_asks_only_what_is_missing(data, capsys):
    with ChatServer(lambda _: NONE) as server:
        main(arguments(data, server.url, ["dawn", "dusk"]))
        assert len(server.requests) == 6
        main(arguments(data, server.url, ["dusk", "  DAWN! ", "noon"], "--samples", "2"))
        assert len(server.requests) == 6 + 3 + 9
        before = (data.parent / "out" / "answers.jsonl").read_bytes()
        main(arguments(data, server.url, ["dusk", "dawn", "noon"], "--samples", "2"))
        assert len(server.requests) == 18
    assert (data.parent / "out" / "answers.jsonl").read_bytes() == before
    assert sorted({r["sample"] for r in read(data)}) == [0, 1]


def test_another_model_or_prompt_is_another_question(data, tmp_path):
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    for path in (MODELS / "prompts").glob("*.md"):
        (prompts / path.name).write_text(path.read_text())
    with ChatServer(lambda _: NONE) as server:
        main(arguments(data, server.url, ["dawn"]))
        main(arguments(data, server.url, ["dawn"], "--model", "n"))
        assert len(server.requests) == 6
        (prompts / "grid.md").write_text((prompts / "grid.md").read_text() + "Please.")
        main(arguments(data, server.url, ["dawn"], "--prompts", str(prompts)))
        assert [asked(r)[1] for r in server.requests[6:]] == ["colors"]


def test_repeated_and_empty_intents_are_counted(data, capsys):
    with ChatServer(lambda _: NONE) as server:
        main(arguments(data, server.url, ["dawn", "Dawn.", "", "...", "dusk"]))
        assert len(server.requests) == 6
    shown = capsys.readouterr().out.splitlines()
    assert any("repeated intents" in s and " 1 " in s for s in shown)
    assert any("empty intents" in s and " 1 " in s for s in shown)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ('{"rationale": "x", "parameters": {"glow": 20', "no complete JSON"),
        ("I would rather not.", "no complete JSON"),
        ('{"rationale": "x", "parameters": {"glow": NaN}}', "parameters.glow: input should be"),
        ('{"rationale": "x", "parameters": {"glow": 1e999}}', "parameters.glow: input should be"),
        ('{"rationale": "x", "parameters": {"glow": 51}}', "less than or equal to 50"),
        ('{"rationale": "x", "parameters": {"glow": 2.5}}', "parameters.glow: input should be"),
        ('{"rationale": "x", "parameters": {"glow": "20"}}', "parameters.glow: input should be"),
        ('{"rationale": "x", "parameters": {"glow": true}}', "parameters.glow: input should be"),
        ('{"rationale": "x", "parameters": {"gloom": 20}}', "parameters.gloom: extra"),
        ('{"rationale": "  ", "parameters": null}', "rationale: string should have at least"),
        ('{"rationale": "x", "parameters": [20]}', "parameters: input should be"),
        pytest.param(
            f'{{"rationale": "x", "parameters": {{"glow": {"9" * 5000}}}}}',
            "no complete JSON",
            id="digits",
        ),
        pytest.param(
            '{"rationale": "x", "parameters": ' + "[" * 100_000, "nested too deeply", id="deep"
        ),
        pytest.param(
            r'{"rationale": "\ud800", "parameters": null}', "no complete JSON", id="half a pair"
        ),
        pytest.param("\ud800", "no complete JSON", id="no text"),
        (completion(NONE, finish="length"), "cut off"),
    ],
)
def test_a_wrong_answer_is_asked_once_more_with_the_reason(data, reply, reason):
    wrong = []

    def script(request):
        if asked(request)[1] != "tone":
            return NONE
        wrong.append(request["messages"])
        return reply

    with ChatServer(script) as server:
        main(arguments(data, server.url, ["dawn"]))
        assert len(server.requests) == 4
        assert reason in wrong[1][-1]["content"]
        assert wrong[1][:-2] == wrong[0]
        (refused,) = read(data, "refused.jsonl")
        assert reason in refused["reason"] and refused["tool"] == "tone"
        assert sorted(row["tool"] for row in read(data)) == ["colors", "sticker"]
        main(arguments(data, server.url, ["dawn"]))
        assert len(server.requests) == 4, "a refused answer is not asked for again by itself"
        main(arguments(data, server.url, ["dawn"], "--ask-refused"))
        assert len(server.requests) == 6


def test_an_answer_is_right_at_the_second_attempt(data, capsys):
    def script(request):
        tool = asked(request)[1]
        if tool == "sticker" and len(request["messages"]) == 4:
            return '{"rationale": "x", "parameters": {"name": "balloon"}}'
        return '{"rationale": "x", "parameters": {"name": "heart"}}' if tool == "sticker" else NONE

    with ChatServer(script) as server:
        main(arguments(data, server.url, ["dawn"]))
    assert by_tool(data)["sticker"]["parameters"] == ["heart"]
    assert by_tool(data)["sticker"]["prompt_tokens"] == 200, "both requests were paid for"
    assert read(data, "refused.jsonl") == []


@pytest.mark.parametrize(
    ("tool", "reply", "value"),
    [
        ("tone", '```json\n{"rationale": "a {b", "parameters": {"glow": 5}}\n```', {"glow": 5}),
        ("tone", 'Sure {glad}: {"rationale": "x", "parameters": {"glow": 5.0}} !', {"glow": 5}),
        ("tone", '{"rationale": "x", "parameters": {"glow": 0}}', None),
        ("colors", '{"rationale": "x", "parameters": {"red": {"light": 0}}}', None),
        ("colors", '{"rationale": "x", "parameters": {"blue": {"light": -5}}}', {"blue": [0, -5]}),
    ],
)
def test_what_is_said_around_an_answer_does_not_matter(data, tool, reply, value):
    with ChatServer(lambda request: reply if asked(request)[1] == tool else NONE) as server:
        main(arguments(data, server.url, ["dawn"]))
        assert len(server.requests) == 3
    assert by_tool(data)[tool]["parameters"] == value


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("i.jsonl", '{"intent": "a"}\n{"intent": 5}\n', "row 2 is not"),
        ("i.jsonl", '{"intent": "a"}\n\n{"intent": "secret', "row 3 is not"),
        ("i.jsonl", '{"intent": "a\u2028b"}\n5\n', "row 2 is not"),
        ("i.txt", "\n \n", "no intent"),
        ("i.txt", b"\xff\xfe", "not UTF-8"),
        ("i.jsonl", '{"intent": "a"}\n{"intent": "\\ud800"}\n', "row 2 is not"),
        ("none.txt", None, "cannot be read"),
    ],
)
def test_intents_that_cannot_be_read_are_named_by_row(data, tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    given = arguments(data, "http://127.0.0.1:1/v1", ["x"])
    given[given.index("--intents") + 1] = str(path)
    with pytest.raises(SystemExit, match=message) as stopped:
        main(given)
    assert name in str(stopped.value) and "secret" not in str(stopped.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: row.pop("why"), "needs a 'why'"),
        (lambda row: row.update(sticker=["balloon"]), "sticker has no 'balloon'"),
        (lambda row: row.update(tone={"glow": 500}), "glow is 500"),
        (lambda row: row.update(colors={"red": [1]}), "colors.red has 1 numbers"),
    ],
)
def test_a_worked_example_must_fit_the_catalog(data, change, message):
    row = dict(EXAMPLE)
    change(row)
    (data / "example.jsonl").write_text(json.dumps(row))
    with pytest.raises(SystemExit, match=message):
        main(arguments(data, "http://127.0.0.1:1/v1", ["x"]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# system\n\nx\n", "must end with"),
        ("# system\n\n$tool costs $5\n\n# user\n\n$intent\n\n# again\n\n$reason", "dollar"),
        ("# system\n\n$tols\n\n# user\n\n$intent\n\n# again\n\n$reason", r"fill in for \$tols"),
        ("# sistem\n\n\n# user\n\n$intent\n\n# again\n\n$reason", "unknown section"),
    ],
)
def test_a_prompt_that_cannot_be_filled_is_named(data, tmp_path, text, message):
    (tmp_path / "sliders.md").write_text(text)
    with pytest.raises(SystemExit, match=message):
        main(arguments(data, "http://127.0.0.1:1/v1", ["x"], "--prompts", str(tmp_path)))


def test_no_intent_is_shown(data, capfd):
    """Neither in progress nor in messages."""
    script = faults_first(NONE, Fault(500), "no JSON", Fault(400), Fault(400), "no JSON")
    with ChatServer(script) as server:
        main(arguments(data, server.url, ["my private words"]))
    shown = capfd.readouterr()
    assert "private" not in shown.out + shown.err
