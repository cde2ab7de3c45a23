"""Objects that say they are of another class than they are."""


class Pretends:
    @property
    def __class__(self):
        return int


def local_endpoint(sock):
    return Endpoint("127.0.0.1", Pretends())
