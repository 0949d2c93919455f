"""Limits that hold for every script, in one place, each with its reason."""

SOURCE_CHARS_MAX = 16 * 1024 * 1024  # a source text; larger ones are data, not code
EVAL_CHARS_MAX = 64 * 1024  # a text for eval(), which is compiled while the loop waits; the reference takes no more
NESTING_MAX = 500  # expressions or blocks inside one another in a source: bounds the compiler's own recursion
CHAIN_MAX = 1000  # field accesses and calls one after the other, a.b(c).d...: the same, Python's compiler
BLOCKS_MAX = 20  # loops and `?:` inside one another in one function: CPython compiles no more
CALL_DEPTH_MAX = 200_000  # calls inside one another of a running script, on the heap and the stack together
STRING_CHARS_MAX = 256 * 1024 * 1024  # one string that a script may build
PLAIN_TEXT_CHARS_MAX = 4 * 1024 * 1024  # a text that is made where no script can wait: of a map key, in an error
COLLECTION_ITEMS_MAX = 64 * 1024 * 1024  # one list, map or array that a script may build
DECIMAL_DIGITS_MAX = 1_000_000  # digits of one Decimal
REGEX_COPIES_MAX = 200_000  # of the parts of a pattern, where {n} has repeated them: before it is compiled
REGEX_SECONDS_MAX = 1.0  # one regular expression match
SLICE_SECONDS = 0.005  # how long a script runs before it lets the loop turn
CHECKPOINT_BYTES_MAX = 256 * 1024 * 1024  # a checkpoint, after decompression
CHECKPOINT_ROWS_MAX = 16 * 1024 * 1024  # objects in one checkpoint
EVAL_CACHE_SCRIPTS = 100  # compiled scripts kept for eval()
