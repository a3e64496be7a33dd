"""The names of countries in the languages of the apps (Unicode CLDR)."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

from core.identifiers.countries import COUNTRIES
from core.words import Language

_LOCALES = {Language.EN: "en", Language.ZH_HANS: "zh_Hans_CN", Language.ZH_HANT: "zh_Hant_HK"}


@cache
def names(language: Language) -> Mapping[str, str]:
    """Return code -> name for every country, by code."""
    territories = Locale.parse(_LOCALES[language]).territories
    return {code: territories[code] for code in sorted(COUNTRIES)}
