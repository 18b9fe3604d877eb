"""The composition root: the one place that knows every part by name, and the use cases made of them."""
