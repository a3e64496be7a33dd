"""The sentences of problems and reasons in three languages; the screens read the same JSON files."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_UNKNOWN_VALUE = "\u2013"


class Language(StrEnum):
    """The languages every sentence exists in (BCP 47)."""

    EN = "en"
    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"


class WordList(StrEnum):
    """The files of sentences beside this module."""

    PROBLEMS = "problems"
    REASONS = "reasons"
    APPROVAL = "approval"
    COLUMNS = "columns"
    RULES = "rules"


@cache
def sentences(words: WordList) -> Mapping[str, Mapping[str, str]]:
    """Return code -> language -> sentence, with `{argument}` placeholders, as the file holds it."""
    text = resources.files(__name__).joinpath(f"{words.value}.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = json.loads(text)
    return loaded


def placeholders(template: str) -> frozenset[str]:
    """Return the names of the arguments that a sentence shows."""
    return frozenset(_PLACEHOLDER.findall(template))


def render(words: WordList, code: str, args: Mapping[str, str], language: str = Language.EN) -> str:
    """Return the sentence of `code`; an unknown language reads English.

    An argument that was not given shows as a dash: a refusal must reach its reader even when incomplete.

    Raises:
        KeyError: the code has no sentence in that file.
    """
    translations = sentences(words)[code]
    template = translations.get(language, translations[Language.EN])
    return _PLACEHOLDER.sub(lambda found: args.get(found.group(1), _UNKNOWN_VALUE), template)
