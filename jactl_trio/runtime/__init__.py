"""Context, Script, Instance, Environment on Trio: tasks, host calls, saves, recovery."""
