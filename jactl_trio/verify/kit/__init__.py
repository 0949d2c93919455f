"""The rules of store/interface.py, and those of Environment, as checks that any implementation can be put through."""
