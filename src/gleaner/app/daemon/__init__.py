"""The daemon: ticks, jobs and approved proposals carried out by the engine."""
