"""Currency codes."""

KNOWN = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BYR BZD CAD CDF
    CHF CLF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
    HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRO MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP
    PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SKK SLL SOS SRD SSP STD SVC SYP SZL THB TJS TMT TND
    TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VEF VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XOF XPD XPF XPT YER
    ZAR ZMK ZMW
    """.split()
)
"""What Harvest's own list held when it was last seen; that it takes no code minted since is uncertain."""


def code_or(said: str | None, usual: str) -> str:
    """The currency that was *said*; the *usual* one for nothing, and for what is not ``KNOWN`` (uncertain, api.md §6).

    >>> code_or(" eur ", "USD"), code_or("Taler", "USD"), code_or("QQQ", "USD"), code_or(None, "USD")
    ('EUR', 'USD', 'USD', 'USD')
    """
    code = (said or "").strip().upper()
    return code if code in KNOWN else usual
