"""The students' edition, and what a teacher's CI needs to mark it.

`modules` finds what a student's copy must hold, `edition` makes its files, `update` writes them
without touching a student's work, `bundles` packs the project for other people's graders.
"""
