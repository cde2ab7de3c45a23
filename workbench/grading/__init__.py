"""Marks submissions: one or a class, in parallel, with a report that says which belief was wrong.

`submissions` finds them, `staging` takes their lab files, `marking` runs the checks on one of
them, `batch` does so for all and can be stopped and resumed, `grade` is the record of one, and
`formats`, `markdown` and `pages` show it. All that comes from a submission is hostile text.
"""
