"""The compliance report in each of its forms. All say the same words and the same numbers; see :mod:`.words`."""
