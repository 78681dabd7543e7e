"""Places by which laws are chosen: countries by their two letters (ISO 3166-1), regions of them, and the EU.

Comes in: a code as a person writes it. Goes out: what is wrong with it. A code of no country would match no law, and
rule every one out in silence.
"""

from typing import Final

EU: Final = "EU"
# Written often, and the codes of no country.
_MEANT: Final = {"UK": "GB", "EL": "GR"}
_CODES: Final = (
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCR"
    "CUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHU"
    "IDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQ"
    "MRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSI"
    "SJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW"
)
_COUNTRIES: Final = frozenset(_CODES[at : at + 2] for at in range(0, len(_CODES), 2))


def unknown_place(value: str) -> tuple[str, str] | None:
    """Return what is wrong with the code of a country, of a region of one, or of the EU, and what to write instead."""
    country = value.partition("-")[0]
    if value == EU or country in _COUNTRIES:
        return None
    return f"no country has the code {country!r}", f"write {_MEANT.get(country, 'one of two letters, like FR or GB')}"
