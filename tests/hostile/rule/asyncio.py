"""Has an event loop do what is to be written with raw sockets, and does it wrong."""

import asyncio

LAB = "02"


def serve_serially(listener, handle):
    asyncio.run(asyncio.sleep(3600))
