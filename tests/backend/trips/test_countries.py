"""Countries: the codes of ISO 3166-1, with their names for whoever fills in a declaration."""

from backend.trips import countries
from core.identifiers.countries import COUNTRIES
from core.words import Language
from tests.backend.client import Client

COUNTRY_NAMES = "query($language: Language!) { countries(language: $language) { code name } }"


def test_every_assigned_code_has_a_name_in_each_language() -> None:
    assert len(COUNTRIES) == 249
    for language in Language:
        assert set(countries.names(language)) == COUNTRIES
        assert all(countries.names(language).values())


async def test_anybody_may_read_the_countries_in_his_language(nobody: Client) -> None:
    named = {row["code"]: row["name"] for row in await nobody.ask(COUNTRY_NAMES, language="ZH_HANT")}
    assert len(named) == 249
    assert (named["VN"], named["HK"]) == ("越南", "中國香港特別行政區")
