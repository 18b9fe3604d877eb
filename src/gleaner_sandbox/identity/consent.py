"""The consent page, and the pages that say what is wrong: HTML that works without scripts."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from gleaner_sandbox.identity.apps import App
from gleaner_sandbox.identity.grants import Grant
from gleaner_sandbox.wire.answers import HTML, Answer

MOST = 200
"""How many grants the page lists; ``login_hint`` narrows them."""

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #f4f2ee; color: #1f1d1a; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 3rem auto; padding: 2rem; background: #fff; border: 1px solid #cfcac1;
  border-radius: .5rem; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
fieldset { margin: 1.5rem 0; padding: .5rem 1rem 1rem; border: 1px solid #8a8378; border-radius: .375rem; }
legend { padding: 0 .375rem; font-weight: 600; }
.choice { display: flex; gap: .625rem; margin: .75rem 0 0; align-items: baseline; }
.accounts { display: block; color: #55504a; }
.wrong { padding: .75rem 1rem; border-left: .25rem solid #a3260f; background: #fdf0ed; }
button { min-height: 2.75rem; margin-right: .5rem; padding: .5rem 1.5rem; border: 1px solid #1d5b2e;
  border-radius: .375rem; background: #1d5b2e; color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
button.second { border-color: #8a8378; background: #fff; color: #1f1d1a; }
:focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px; }
@media (max-width: 40rem) { main { margin: 0; border: 0; border-radius: 0; } }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_FRAME = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{inner}
</main>
</body>
</html>
"""


def asked(
    app: App, offered: Sequence[Grant], nonce: str, redirect_uri: str, *, wrong: str | None = None
) -> Answer:
    """The page that asks: who are you, and may *app* have this?  *wrong* is what the last try lacked."""
    shown = offered[:MOST]
    choices = "\n".join(_choice(n, grant) for n, grant in enumerate(shown))
    more = "<p>There are more people; the parameter <code>login_hint</code> finds one by e-mail address.</p>"
    empty = "<p>Nobody in this sandbox can allow what the app asks for.</p>"
    allow = '<button type="submit" name="decision" value="allow">Allow</button>'
    inner = f"""{_alert(wrong)}<p><strong>{escape(app.name)}</strong> wants to read and change what the person can in
Harvest. This is a sandbox: choose a person, no password is asked for.</p>
<form method="post" action="/oauth2/authorize">
<input type="hidden" name="nonce" value="{escape(nonce)}">
<fieldset>
<legend>{"Person" if app.is_multi_account else "Person and account"}</legend>
{choices or empty}
{more if len(offered) > MOST else ""}
</fieldset>
{allow if choices else ""}
<button type="submit" name="decision" value="deny" class="second">Deny</button>
</form>"""
    return _page(422 if wrong else 200, f"Allow {app.name} to use Harvest?", inner, _origin(redirect_uri))


def problem(status: int, title: str, text: str) -> Answer:
    """A page that says why there is no consent page."""
    return _page(status, title, f"<p>{escape(text)}</p>", None)


def gone(location: str) -> Answer:
    """On to *location* (302 is uncertain)."""
    link = f'<p><a href="{escape(location)}">Continue</a></p>'
    answer = _page(302, "Redirected", link, None)
    return Answer(302, answer.body, {**answer.headers, "Location": location}, HTML)


def _choice(n: int, grant: Grant) -> str:
    accounts = escape(", ".join(grant.accounts))
    return (
        f'<p class="choice"><input type="radio" name="who" id="who-{n}" value="{escape(grant.key)}"'
        f'{" checked" if n == 0 else ""}>\n<label for="who-{n}">{escape(grant.name)}, {escape(grant.email)}\n'
        f'<span class="accounts">{accounts}</span></label></p>'
    )


def _alert(wrong: str | None) -> str:
    return f'<p class="wrong" role="alert">{escape(wrong)}</p>\n' if wrong else ""


def _origin(uri: str) -> str:
    """Where the form's answer leads, for the browsers that hold redirects to ``form-action`` too.

    >>> _origin("http://127.0.0.1:4711/callback"), _origin("gleaner:callback")
    ('http://127.0.0.1:4711', 'gleaner:')
    >>> _origin("http://[::1]:4711/callback")  # such hosts cannot be written in a policy
    'http:'
    """
    parts = urlsplit(uri)
    named = parts.scheme in ("http", "https") and "[" not in parts.netloc
    return f"{parts.scheme}://{parts.netloc}" if named else f"{parts.scheme}:"


def _page(status: int, title: str, inner: str, leads_to: str | None) -> Answer:
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self'{f' {leads_to}' if leads_to else ''}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return Answer(status, _FRAME.format(title=escape(title), style=_STYLE, inner=inner), headers, HTML)
