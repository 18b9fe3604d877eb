"""A subset of Slack: what an app needs that writes to people and hears what they click.

Imitated: ``auth.test``, ``users.lookupByEmail``, ``conversations.open`` and ``.history`` of direct messages,
``chat.postMessage`` and ``.update`` with Block Kit's limits, ``dnd.info``, ``views.open``, ``apps.connections.open``
with a WebSocket for Socket Mode, signed requests for clicks and submitted views, and errors to order.

Not imitated: channels, threads, files, events, scopes, installing the app, ``response_url``, tokens that rotate, block
kinds beside header, section, context, actions, divider and input, how Slack draws any of it, and its rate limits other
than to order.
"""
