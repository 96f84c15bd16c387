"""The days off of one country from the `holidays` package, without importing all the others.

The package imports two hundred countries when it is asked for one, which takes longer than
everything else a single case needs. Its modules are independent of each other, so a stand-in
for the package of countries lets each be imported alone; whatever else is asked of the
stand-in brings in the real package.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holidays import HolidayBase

NO_COUNTRY = "none"
ENGLISH = ("en_US", "en_GB", "en")
COUNTRIES = "holidays.countries"


class _StandIn(ModuleType):
    """The package of countries until somebody asks it for more than one of its modules."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(COUNTRIES) is self:
            del sys.modules[COUNTRIES]
        return getattr(import_module(COUNTRIES), name)


def _stand_in() -> None:
    spec = find_spec("holidays")
    if spec is None or not spec.submodule_search_locations or COUNTRIES in sys.modules:
        return
    folder = Path(spec.submodule_search_locations[0]) / "countries"
    if folder.is_dir():
        stand_in = _StandIn(COUNTRIES)
        stand_in.__path__ = [str(folder)]
        sys.modules[COUNTRIES] = stand_in


def days_off(country: str, region: str | None) -> HolidayBase:
    """Return the days off of a country or region, named in English where the package can.

    Raises NotImplementedError when the package does not know the country or region.
    """
    _stand_in()
    import holidays  # after the stand-in, and only where days off are asked for

    if country == NO_COUNTRY:
        return holidays.HolidayBase()
    plain = holidays.country_holidays(country, subdiv=region)
    english = next((name for name in ENGLISH if name in plain.supported_languages), None)
    return holidays.country_holidays(country, subdiv=region, language=english) if english else plain
