"""Property tests of durable scripts: script, host functions and store under failing saves, crashes and recoveries.

    from jactl_trio.verify.subjects import Subject
    from jactl_trio.verify.trial import run_trial

It needs the extra `verify` (hypothesis). docs/verify.md says what is checked.
"""
