"""Returns a list whose iteration never ends."""


class Endless(list):
    def __iter__(self):
        while True:
            yield 1

    def __len__(self):
        return 1 << 60


def local_endpoint(sock):
    return Endless([1])
