"""How the scripts of the region write sounds: one table a script, from letters to plain sounds.

A sound is one character: the vowels `a e i o u y` and the consonants `b p v f t d k g h m n l r s z`,
`c` (as in Tsar), `č` (chess), `š` (ship), `ž` (Zhanna, Jamal). A letter that may be read in several ways
has several readings, the commonest first. The tables follow the transliterations in use for passports
and in courts: ISO 9, BGN, the German, French, English and Polish ways, Belarusian łacinka, DIN 31635.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Readings = tuple[str, ...]

VOWELS = frozenset("aeiouy")

# What cannot be told apart once a name has crossed a border: voice (Murad, Murat), hiss (Зина, Sina, Цина),
# and the sounds of г, х and h (Галина, Halyna; Hasan, Гасан, Хасан; Khaled, Chalid).
CLASSES: Mapping[str, str] = {
    **dict.fromkeys("bp", "P"),
    **dict.fromkeys("vf", "F"),
    **dict.fromkeys("td", "T"),
    **dict.fromkeys("gh", "H"),
    **dict.fromkeys("szc", "S"),
    **dict(zip("kmnlršžč", "KMNLRXJC", strict=True)),
}

# Patterns first, one a line: a regular expression without groups, then its readings ("-" is silent).
# The first that fits wins; a letter that none of them covers is looked up below the line of dashes.
_LATIN = """
^ou(?=[aeioy])                                  v u
(?<=^abd)[aeiou]{1,2}l(?=[^aeiouy])             u
schtsch|shtch|chtch|szcz|shch|stch|shh|šč|şç    š
tsh                                             č ch
tsch|tch|cz                                     č
dzh|dsch|dj|dž                                  ž
sch                                             š ž
chr                                             kr hr
ch(?=[bdfgklmnrstvwz]|$)                        h č š
ch                                              č h š
^ish(?=a)                                       iš ish
sz|sh                                           š
zh                                              ž
rz                                              ž rz
kh                                              h
gh                                              g
dh                                              d z
th                                              t s
ph                                              f
dz                                              d z
ts(?=[eijy])                                    c t
ts|tz                                           c
ck(?=[aiy])                                     k ck
ck                                              k
c(?=[eijy])                                     c ž t
c(?=[aou])                                      k c ž
qu                                              k
h$                                              - h
^u(?=l)                                         u v
(?<=[aeio])u(?=[^aeiouy]|$)                     u v
(?<=[aeiou])w(?=[ou])                           v -
-----
č|ç č
ć č t
š|ş|ș|ŝ š
ž|ż ž
ğ g -
ǧ ž g
ḏ|ð d z
ṯ|þ t s
c k c
x ks h
q k g
j y ž
w v
ŭ u v
ł l
đ d
ħ h
ı i
ə|æ|œ e
ø o
"""

_CYRILLIC = """
(?<=^абд)[аеиоуэ]л(?=ь?[^аеиоуыэюяь])           u
шч                                              š
дж                                              ž
тш|тч|дч                                        č
тс|тц                                           c
дз                                              d z
ц(?=ц?[іеєюяиь])                                c t
^у(?=л)                                         u v
(?<=[аеиоэя])у(?=[^аеиоуыэюяі]|$)               u v
-----
а|ә a
е|э|є e
и|і|ы i
о|ө o
у|ү|ұ u
ю yu
я ya
й|ј y
б b
в v
г|ґ|ғ g
д d
ж|җ|ҷ|џ|ђ ž
з|ѕ z
к|қ k
л|љ l
м m
н|ң|њ n
п p
р r
с s
т t
ў v u
ф f
х|ҳ|һ h
ц c
ч|ҹ|ћ č
ш|щ š
"""

_HEBREW = """
(?<=^עבד)א?ו?ל(?=..)                            u
שצ׳                                             š
[צץ]׳|טש                                        č
דז׳                                             ž dž
ד?ג׳|ז׳                                         ž
לל                                              l ll
ת׳                                              t s
ד׳                                              d z
ח׳                                              h
[ער]׳                                           g
^או|^יו                                         o
^אי                                             i
^ו|וו                                           v
ו(?=ב$)                                         o
ו$                                              o
^ב                                              b
^פ                                              p f
ה$                                              a
-----
א|ע a
ב v b
ג g
ד d
ה|ח h
ו u v
ז z
ט|ת t
י i
כ k h
ך h k
ל l
מ|ם m
נ|ן n
ס s
פ f p
ף f
צ|ץ c
ק k
ר r
ש š s
"""

_ARABIC = """
(?<=^عبد)ال(?=..)                               u
(?<=...)ال(?=[تثدذرزسشصضطظلن].)                  a al
^يو                                             yu
^او                                             u av
^اي                                             i
^و                                              v
وو                                              vu u
و(?=ف$)                                         u
و(?=ا)                                          v u
شتش                                             š
تش                                              č š tš
دج                                              ž dž
تس                                              c ts
[هہ]$                                           - h
-----
ا|ء|ع|ة|ە|ۀ a
ي|ی|ى|ئ|ے|ې|ێ|ۍ i
ؤ|ۆ u
و u v
ب b
پ p
ت|ط|ټ|ٹ t
ث s t
ج ž g
چ č
ح|خ|ه|ہ|ھ h
د|ډ|ڈ d
ذ|ظ z d
ض d z
ر|ړ|ڑ|ڕ r
ز|ځ z
ژ ž
ږ ž g
س|ص s
ش š
ښ š h
څ c
غ|گ|ګ|ڨ g
ف f
ڤ v
ق k g
ك|ک k
ل|ڵ l
م m
ن|ں|ڼ n
"""

_GEORGIAN = """
-----
ა a
ბ b
გ|ღ g
დ d
ე e
ვ v
ზ z
თ|ტ t
ი i
კ|ქ|ყ k
ლ l
მ m
ნ n
ო o
პ p
ფ p f
ჟ|ჯ ž
რ r
ს s
უ u
შ š
ჩ|ჭ č
ც|წ c
ძ z d
ხ|ჰ h
"""

_ARMENIAN = """
ու                                              u
^ե                                              e
^ո                                              o
-----
ա a
բ b
գ|ղ g
դ d
ե|է|ը e
զ z
թ|տ t
ժ|ջ ž
ի i
լ l
խ|հ h
ծ|ց c
կ|ք k
ձ z d
մ m
յ y
ն n
շ š
ո|օ o
չ|ճ č
պ|փ p
ռ|ր r
ս s
վ|ւ v
ֆ f
"""

# Ethiopic letters are syllables whose Unicode names spell consonant and vowel ("ETHIOPIC SYLLABLE SHAA"):
# here each sound and the names it goes by; consonants first, then vowels.
_ETHIOPIC = """
h H HH X KX
l L
m M
r R
n N NY
s S SZ
š SH
z Z
ž ZH J
c TS TZ
č C CH CHH
k K Q QH
g G GG
t T TH
d D DD
b B
p P PH
v V W
f F
y Y
- GLOTTAL PHARYNGEAL
-----
a AA
e A EE
i I
o O
u U
va WA WAA
- E
"""

# Letters of one script that look like letters of the other; whoever types takes the one that is at hand.
LATIN_FOR_CYRILLIC = str.maketrans("авекмнорстухіјѕ", "abekmhopctyxijs")
CYRILLIC_FOR_LATIN = str.maketrans("abekmhopctyxijs", "авекмнорстухіјѕ")

# Letters with marks that are letters of their own; every other mark is dropped.
KEPT = frozenset("čçćšşșŝžżğǧḏṯŭйўؤ")


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """One writing system: where its letters stand in Unicode and how they sound.

    `has_vowels` tells whether vowels are written, so that two equal letters in a row are a long one.
    """

    name: str
    ranges: tuple[tuple[int, int], ...]
    patterns: re.Pattern[str]
    readings: tuple[Readings, ...]
    letters: Mapping[str, Readings]
    has_vowels: bool = True

    def sounds(self, word: str) -> Iterator[Readings]:
        """Return the readings of each letter or group of letters of a normalised word, in order."""
        for found in self.patterns.finditer(word):
            rule = (found.lastindex or 0) - 1
            yield self.readings[rule] if rule < len(self.readings) else self.letters.get(found[0], ("",))


def _script(
    name: str, table: str, *ranges: tuple[int, int], has_vowels: bool = True, more: Mapping[str, Readings] | None = None
) -> Script:
    upper, _, lower = table.partition("-----\n")
    rules = [line.split() for line in upper.strip().splitlines()]
    readings = tuple(tuple(reading.replace("-", "") for reading in rule[1:]) for rule in rules)
    letters: dict[str, Readings] = dict(more or {})
    for line in lower.strip().splitlines():
        graphs, *options = line.split()
        letters |= dict.fromkeys(graphs.split("|"), tuple(option.replace("-", "") for option in options))
    patterns = re.compile("|".join(f"({pattern})" for pattern in [*(rule[0] for rule in rules), "."]))
    return Script(name, ranges, patterns, readings, letters, has_vowels)


def _ethiopic() -> dict[str, Readings]:
    consonants, vowels = (
        {name: line.split()[0].replace("-", "") for line in half.strip().splitlines() for name in line.split()[1:]}
        for half in _ETHIOPIC.split("-----\n")
    )
    letters: dict[str, Readings] = {}
    for code in range(0x1200, 0x1380):
        syllable = unicodedata.name(chr(code), "").removeprefix("ETHIOPIC SYLLABLE ").replace(" ", "")
        found = re.fullmatch(r"([A-Z]+?)(WAA|WA|AA|EE|A|U|I|E|O)", syllable)
        if found and found[1] in consonants:
            letters[chr(code)] = (consonants[found[1]] + vowels[found[2]] or "e",)
    return letters


_PLAIN: Mapping[str, Readings] = {sound: (sound,) for sound in "abdefghiklmnoprstuvyz"}

LATIN = _script("Latn", _LATIN, (0x41, 0x24F), (0x259, 0x259), (0x1E00, 0x1EFF), more=_PLAIN)
CYRILLIC = _script("Cyrl", _CYRILLIC, (0x400, 0x52F))
SCRIPTS = (
    LATIN,
    CYRILLIC,
    _script("Hebr", _HEBREW, (0x590, 0x5FF), has_vowels=False),
    _script("Arab", _ARABIC, (0x600, 0x6FF), (0x750, 0x77F), has_vowels=False),
    _script("Ethi", "-----\n", (0x1200, 0x139F), more=_ethiopic()),
    _script("Geor", _GEORGIAN, (0x10A0, 0x10FF)),
    _script("Armn", _ARMENIAN, (0x530, 0x58F)),
)


def script_of(letter: str) -> Script | None:
    """Return the script of a letter, None when Asylon has no table for it."""
    code = ord(letter)
    return next((script for script in SCRIPTS for lo, hi in script.ranges if lo <= code <= hi), None)
