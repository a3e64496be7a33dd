"""Every refusal and every reason can be read in three languages."""

import json
import pickle
from collections.abc import Mapping
from importlib import resources

import pytest

from core.passages import Reason, ReasonCode
from core.problems import ProblemCode, Refusal, sentence
from core.words import Language, WordList, placeholders, sentences

FILES = pytest.mark.parametrize(
    ("words", "codes"), [(WordList.PROBLEMS, set(ProblemCode)), (WordList.REASONS, set(ReasonCode))]
)


def _entries(words: WordList) -> Mapping[str, Mapping[str, str]]:
    return sentences(words)


@FILES
def test_every_code_has_its_sentences_and_there_are_no_others(words: WordList, codes: set[str]) -> None:
    assert set(_entries(words)) == {str(code) for code in codes}
    for code, translations in _entries(words).items():
        assert set(translations) == {"en", "zh-Hans", "zh-Hant"}, code
        assert all(text == text.strip() and len(text) > 4 for text in translations.values()), code


@FILES
def test_the_three_sentences_of_a_code_show_the_same_values(words: WordList, codes: set[str]) -> None:
    for code in codes:
        shown = {placeholders(text) for text in _entries(words)[code].values()}
        assert len(shown) == 1, code


@FILES
def test_sentences_end_as_sentences_and_are_written_in_their_script(words: WordList, codes: set[str]) -> None:
    for code in codes:
        english, simplified, traditional = (_entries(words)[code][language] for language in Language)
        assert english.endswith(".")
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in english.replace("港", "").replace("澳", ""))
        assert simplified.endswith("。")
        assert traditional.endswith("。")
        assert not set("這應請車輛關員號碼與開啟時間") & set(simplified), code
        assert not set("这应请车辆关员号码与开启时间") & set(traditional) - set("員請車"), code


@FILES
def test_the_word_files_hold_each_code_once(words: WordList, codes: set[str]) -> None:
    text = resources.files("core.words").joinpath(f"{words}.json").read_text("utf-8")
    names: list[str] = []
    json.loads(text, object_pairs_hook=lambda pairs: names.extend(name for name, _ in pairs))
    assert sorted(name for name in names if name.isupper()) == sorted(codes)


def test_code_names_and_values_are_the_same_word() -> None:
    assert [code.name for code in ProblemCode] == [code.value for code in ProblemCode]
    assert [code.name for code in ReasonCode] == [code.value for code in ReasonCode]


def test_a_refusal_says_its_sentence_and_keeps_its_values() -> None:
    refusal = Refusal(
        ProblemCode.CONTAINER_CHECK_DIGIT,
        path=["containers", "0"],
        args={"text": "CSQU3054384", "expected": "3"},
    )
    assert refusal.message == (
        "The last digit of CSQU3054384 should be 3. Compare every character with the door."
    )
    assert str(refusal) == refusal.message
    assert refusal.path == ("containers", "0")
    assert refusal.args == {"text": "CSQU3054384", "expected": "3"}
    simplified = sentence(refusal.code, refusal.args, "zh-Hans")
    assert simplified == "“CSQU3054384”的最后一位应为 3。请与箱门逐位核对。"


def test_a_refusal_can_be_pointed_at_a_field_and_sent_to_another_process() -> None:
    refusal = Refusal(ProblemCode.SEAL_FORMAT, args={"text": "?"}).at("seals", "2")
    copy = pickle.loads(pickle.dumps(refusal))
    assert isinstance(copy, Refusal)
    assert (copy.code, copy.path, copy.args) == (ProblemCode.SEAL_FORMAT, ("seals", "2"), {"text": "?"})


def test_a_value_that_was_not_given_shows_as_a_dash_and_a_strange_language_reads_english() -> None:
    assert sentence(ProblemCode.FIELD_TOO_LONG, {}, "fr") == "At most \u2013 characters fit here. Shorten it."


def test_values_are_shown_as_they_are_even_when_they_look_like_placeholders() -> None:
    shown = sentence(ProblemCode.PLATE_DUPLICATE, {"text": "{text}"})
    assert shown == "Plate {text} is entered twice. Remove one."


def test_a_reason_reads_in_the_language_asked_for() -> None:
    reason = Reason(ReasonCode.PLATE_MISMATCH, {"declared": "粤ZDF15港"})
    assert reason.sentence("zh-Hant") == "識別的車牌與申報的 粤ZDF15港 不符。請駛往指示的查驗位。"


@pytest.mark.parametrize("words", WordList)
def test_every_list_of_words_is_whole_in_three_languages(words: WordList) -> None:
    assert len(_entries(words)) > 0
    for code, translations in _entries(words).items():
        assert set(translations) == set(Language), code
        assert all(text.strip() for text in translations.values()), code
        assert len({placeholders(text) for text in translations.values()}) == 1, code
