"""What else is in QR codes, and noise."""

import json
from random import Random

from core.vouchers.codec import PREFIX
from tests.codes.genuine import BASE45, Genuine

OTHERS = (
    "https://example.org/ticket/{n}",
    "HTTPS://EXAMPLE.ORG/CL1:{n}",
    "http://192.0.2.{n}/pay?amount={n}",
    "https://u.example.cn/weixin/{n}",
    "wxp://f2f0{n}",
    "weixin://dl/business/?t={n}",
    "alipays://platformapi/startapp?appId={n}",
    "BEGIN:VCARD\nVERSION:3.0\nN:Chan;Tai {n}\nTEL:+852{n}\nEND:VCARD",
    "MECARD:N:Chan,Tai {n};TEL:{n};;",
    "WIFI:T:WPA;S=port-{n};P=secret;;",
    "otpauth://totp/port:{n}?secret=JBSWY3DPEHPK3PXP",
    "BEGIN:VEVENT\nSUMMARY:Crossing {n}\nEND:VEVENT",
    "geo:22.{n},114.1",
    "tel:+852{n}",
    "smsto:+852{n}:CL1:",
    "mailto:{n}@example.org",
    "M1CHAN/TAI            E{n} HKGMFMNX 0123 326Y001A0001 100",
    "HC1:6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE{n}",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ7bn0ifQ.{n}",
    "0102034050607{n}",
    "粤B{n}",
    "SELECT * FROM vouchers WHERE id = {n} OR 1=1 --",
    "<script>alert({n})</script>",
    "../../etc/passwd?{n}",
    "%00%0a{n}",
    "{{{n}}}",
)
KINDS_OF_SIGNS = (
    (0x20, 0x7F),
    (0x80, 0x600),
    (0x600, 0x700),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xD800, 0xE000),
    (0x1F300, 0x1F700),
    (0x0, 0x20),
)


def other_contents(_code: Genuine, chance: Random) -> str:
    """Another program's code."""
    if chance.random() < 0.1:
        return json.dumps({"voucher": chance.randrange(10**9), "open": True})
    return chance.choice(OTHERS).format(n=chance.randrange(10**6))


def random_bytes(_code: Genuine, chance: Random) -> str:
    """Bytes of no meaning, as a scanner would hand them on."""
    return "?" + chance.randbytes(chance.randint(1, 300)).decode("latin-1")


def random_signs(_code: Genuine, chance: Random) -> str:
    """Signs of many scripts, halves of signs among them."""
    first, end = chance.choice(KINDS_OF_SIGNS)
    return "".join(chr(chance.randrange(first, end)) for _ in range(chance.randint(1, 200)))


def noise_behind_the_prefix(_code: Genuine, chance: Random) -> str:
    """Our prefix before any base45."""
    return PREFIX + "".join(chance.choices(BASE45, k=chance.choice((0, 1, 2, 3, 4, 30, 300, 900))))


def signs_behind_the_prefix(code: Genuine, chance: Random) -> str:
    """Our prefix before anything at all."""
    return PREFIX + random_signs(code, chance)


def endless(_code: Genuine, chance: Random) -> str:
    """A text of up to a megabyte."""
    size = chance.choice((1_001, 5_000, 64_000, 1_000_000))
    return chance.choice((PREFIX, "", "?")) + chance.choice(BASE45) * (size + chance.randrange(99))
