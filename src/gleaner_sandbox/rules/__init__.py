"""Pure rules of the Harvest API: values in, values out; no clock, no store, no request."""
